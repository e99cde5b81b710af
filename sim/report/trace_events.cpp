#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <poolproof/sim/report/page_rows.h>
#include <poolproof/sim/report/pool_picture.h>
#include <poolproof/sim/report/report_page.h>
#include <poolproof/sim/report/trace_rows.h>

namespace poolproof::sim {
namespace {

using Json = nlohmann::ordered_json;

// Chrome's "processes" group tracks.
constexpr unsigned tasks_group = 1;
constexpr unsigned sessions_group = 2;

/// Slices begun and not ended are ended by the viewer, at the end.
class TraceWriter {
 public:
  explicit TraceWriter(const PageSource& source)
      : history_(source.trace.history),
        marks_(marks_of(history_, source.trace.violations)),
        names_(task_names(source.trace.scenario, source.trace.clients)),
        steps_(source.steps) {
    name_group(tasks_group, "tasks");
    name_group(sessions_group, "sessions");
  }

  std::string write(std::span<const PageRow> rows) {
    const std::vector<PoolPicture> pictures = pool_pictures(history_);
    for (; now_ < rows.size(); ++now_) {
      const PageRow& row = rows[now_];
      if (row.step != PageRow::none) {
        add_step(steps_[row.step], row.step + 1);
        continue;
      }
      add_event(history_.events[row.event], marks_[row.event]);
      add_leases(pictures[row.event]);
    }
    return Json{{"displayTimeUnit", "ms"}, {"traceEvents", std::move(events_)}}.dump(
               1, ' ', false, Json::error_handler_t::replace) +
           "\n";
  }

 private:
  void name_group(unsigned group, std::string_view name) {
    events_.push_back(
        {{"ph", "M"}, {"pid", group}, {"name", "process_name"}, {"args", {{"name", name}}}});
  }

  Json& add(std::string_view phase, unsigned group, unsigned track, std::string_view name) {
    if (named_.emplace(group, track).second) name_track(group, track);
    return events_.emplace_back(
        Json{{"ph", phase}, {"pid", group}, {"tid", track}, {"ts", now_}, {"name", name}});
  }

  void name_track(unsigned group, unsigned track) {
    const std::string name =
        group == sessions_group ? fmt::format("session #{}", track) : name_of(track);
    events_.push_back({{"ph", "M"},
                       {"pid", group},
                       {"tid", track},
                       {"name", "thread_name"},
                       {"args", {{"name", name}}}});
  }

  [[nodiscard]] std::string name_of(unsigned task) const {
    return task_name(names_, TaskId(static_cast<std::uint16_t>(task)));
  }

  void add_instant(unsigned task, std::string_view text, Instant at) {
    Json& instant = add("i", tasks_group, task, text);
    instant["s"] = "t";
    instant["args"] = {{"at", time_words(at)}};
  }

  void add_step(const LoggedStep& step, std::size_t number) {
    add_instant(static_cast<unsigned>(step.task), fmt::format("{}: {}", number, step_words(step)),
                step.at);
  }

  void add_event(const Event& event, const std::string& marks) {
    const auto task = static_cast<unsigned>(concerns_all(event) ? TaskId{0} : event.task);
    std::string text = event_words(event, history_);
    text.erase(0, text.find_first_not_of(' '));
    switch (event.kind) {
      case EventKind::call:
      case EventKind::client_begin:
        add("B", tasks_group, task, text)["args"] = {{"at", time_words(event.at)}};
        break;
      case EventKind::ret:
      case EventKind::client_end:
        add("E", tasks_group, task, text)["args"] = {{"ended", text}};
        break;
      default:
        add_instant(task, text, event.at);
    }
    if (!marks.empty()) add_instant(task, "breaks " + marks, event.at);
  }

  /// Begins and ends a slice on a session's track for each holder.
  void add_leases(const PoolPicture& picture) {
    std::set<std::pair<unsigned, TaskId>> held;
    for (const SessionPicture& session : picture.sessions) {
      for (const TaskId holder : session.holders)
        held.emplace(static_cast<unsigned>(session.session), holder);
    }
    for (const auto& lease : held_) {
      if (!held.contains(lease))
        add("E", sessions_group, lease.first, task_name(names_, lease.second));
    }
    for (const auto& lease : held) {
      if (!held_.contains(lease))
        add("B", sessions_group, lease.first, task_name(names_, lease.second));
    }
    if (std::exchange(waiting_, picture.queue.size()) != picture.queue.size())
      add("C", tasks_group, 0, "waiting")["args"] = {{"tasks", picture.queue.size()}};
    held_ = std::move(held);
  }

  const History& history_;
  const std::vector<std::string> marks_;
  const std::vector<std::string> names_;
  const std::span<const LoggedStep> steps_;
  std::size_t now_ = 0;  // the row
  Json events_ = Json::array();
  std::set<std::pair<unsigned, unsigned>> named_;
  std::set<std::pair<unsigned, TaskId>> held_;
  std::size_t waiting_ = 0;
};

}  // namespace

std::string trace_events(const PageSource& source) {
  return TraceWriter(source).write(page_rows(source));
}

}  // namespace poolproof::sim
