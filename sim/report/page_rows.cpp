#include <poolproof/sim/report/page_rows.h>

namespace poolproof::sim {

std::vector<PageRow> page_rows(const PageSource& source, std::size_t rows_max) {
  std::vector<PageRow> rows;
  std::size_t event = 0;
  const auto add_events_until = [&](std::size_t end) {
    for (; event < end; ++event)
      rows.push_back({.event = event});
  };
  for (std::size_t step = 0; step < source.steps.size(); ++step) {
    add_events_until(source.steps[step].events);
    rows.push_back({.step = step});
  }
  add_events_until(source.trace.history.events.size());
  if (rows.size() > rows_max)
    rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(rows_max));
  return rows;
}

}  // namespace poolproof::sim
