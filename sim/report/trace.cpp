#include <poolproof/sim/report/trace.h>

#include <algorithm>

#include <fmt/format.h>

#include <poolproof/mocks/duration.h>
#include <poolproof/sim/report/trace_rows.h>
#include <poolproof/sim/report/words.h>

namespace poolproof::sim {
namespace {

constexpr std::size_t mark_width = 5;
constexpr std::size_t time_width = 9;
constexpr std::size_t gap = 2;
constexpr std::size_t column_min = 18;
constexpr std::size_t column_max = 30;
constexpr std::size_t text_from = mark_width + 1 + time_width + gap;

/// Lays rows out, in columns or as a list.
class TraceTable {
 public:
  TraceTable(std::vector<TraceRow> rows, std::vector<std::string> names, std::size_t width)
      : rows_(std::move(rows)), names_(std::move(names)), text_width_(width - text_from) {
    for (const TraceRow& row : rows_) {
      if (row.task != no_task) shown_.push_back(static_cast<std::size_t>(row.task));
    }
    std::ranges::sort(shown_);
    shown_.erase(std::unique(shown_.begin(), shown_.end()), shown_.end());
    const std::size_t tasks = std::max(shown_.size(), std::size_t{1});
    column_ = std::min(text_width_ / tasks, column_max);
    is_list_ = column_ < column_min;
  }

  std::string print(std::size_t rows_max) {
    std::string text = head();
    const auto [left_out_begin, left_out_end] = left_out(rows_max);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (i == left_out_begin && i < left_out_end) {
        text += line("", "",
                     fmt::format("... {} left out; replay shows all",
                                 number_of(left_out_end - left_out_begin, "row")));
        i = left_out_end;
      }
      text += row_line(rows_[i]);
    }
    return text;
  }

 private:
  struct Range {
    std::size_t begin = 0, end = 0;
  };

  /// What to leave out: keeps a few rows at the beginning, and as many as fit up to the last mark.
  [[nodiscard]] Range left_out(std::size_t rows_max) const {
    if (rows_.size() <= rows_max) return {};
    const std::size_t head_rows = std::min(rows_max / 4, std::size_t{10});
    return {head_rows, head_rows + rows_.size() - rows_max};
  }

  [[nodiscard]] static std::string trimmed(std::string text) {
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
  }

  [[nodiscard]] std::string line(std::string_view mark, std::string_view time,
                                 std::string_view text) const {
    return trimmed(fmt::format("{:{}} {:>{}}{:{}}{}", mark, mark_width, time, time_width, "", gap,
                               shortened(text, text_width_)));
  }

  [[nodiscard]] std::string head() const {
    if (is_list_) return line("", "time", fmt::format("{:{}}what", "task", name_width() + gap));
    std::string names;
    for (const std::size_t task : shown_)
      names += fmt::format("{:{}}", shortened(name_of(task), column_ - gap), column_);
    return line("", "time", names);
  }

  [[nodiscard]] std::string row_line(const TraceRow& row) {
    const std::string marks =
        row.marks.empty() ? "" : row.marks.substr(0, row.marks.find(' ')) + ">";
    std::string time = time_words(row.at);
    if (time == last_time_)
      time.clear();
    else
      last_time_ = time;
    return line(marks, time, cell(row));
  }

  [[nodiscard]] std::string cell(const TraceRow& row) const {
    if (row.task == no_task) return fmt::format("---- {} ----", row.text);
    const auto task = static_cast<std::size_t>(row.task);
    if (is_list_) return fmt::format("{:{}}{}", name_of(task), name_width() + gap, row.text);
    const auto place = static_cast<std::size_t>(std::ranges::find(shown_, task) - shown_.begin());
    return std::string(place * column_, ' ') + row.text;  // line() cuts it at the page's edge.
  }

  [[nodiscard]] std::string name_of(std::size_t task) const {
    return task_name(names_, TaskId(static_cast<std::uint16_t>(task)));
  }

  [[nodiscard]] std::size_t name_width() const {
    std::size_t widest = 4;
    for (const std::size_t task : shown_)
      widest = std::max(widest, name_of(task).size());
    return widest;
  }

  std::vector<TraceRow> rows_;
  std::vector<std::string> names_;
  std::size_t text_width_;
  std::vector<std::size_t> shown_;  // tasks that do something, in order
  std::size_t column_ = 0;
  bool is_list_ = false;
  std::string last_time_;
};

}  // namespace

std::string time_words(Instant at) {
  return mocks::print_duration(at - Instant{});
}

std::string print_trace(const TraceSource& source) {
  return TraceTable(trace_rows(source.history, source.violations),
                    task_names(source.scenario, source.clients), source.width)
      .print(source.rows_max);
}

std::string step_words(const LoggedStep& step) {
  if (step.actor == Actor::task) return to_string(step.intent);
  if (step.actor == Actor::spurious) return "is woken for no reason";
  return step.intent.kind == IntentKind::sleep ? "its sleep ends" : "its wait times out";
}

std::string print_steps(std::span<const LoggedStep> steps, std::span<const std::string> names,
                        SourceLines& sources, std::size_t first) {
  std::string text =
      fmt::format("{:>6} {:>9}  {:20}  {:31}  {}\n", "step", "time", "task", "does", "where");
  bool has_lines = false;
  for (std::size_t i = first; i < steps.size(); ++i) {
    const LoggedStep& step = steps[i];
    const std::vector<SourceLine> callers = sources.callers(step.calls);
    const auto is_line = [](const SourceLine& line) { return line.line != 0; };
    has_lines |= has_lines_of_source() ? !callers.empty() : std::ranges::any_of(callers, is_line);
    const std::string where = callers.empty() ? "" : to_string(callers.front());
    std::string line =
        fmt::format("{:>6} {:>9}  {:20}  {:31}  {}", i + 1, time_words(step.at),
                    shortened(task_name(names, step.task), 20), step_words(step), where);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  if (!has_lines && !steps.empty())
    text += fmt::format("No step has a line of source: {}.\n", how_to_have_lines());
  return text;
}

}  // namespace poolproof::sim
