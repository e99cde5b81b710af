#include <poolproof/sim/report/report_page.h>

#include <fstream>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <poolproof/sim/report/object_names.h>
#include <poolproof/sim/report/page_rows.h>
#include <poolproof/sim/report/pool_picture.h>
#include <poolproof/sim/report/program_name.h>
#include <poolproof/sim/report/trace_rows.h>
#include <poolproof/sim/scenario/embedded_file.h>

namespace poolproof::sim {

/// report_page.html, .css and .js.
std::span<const EmbeddedFile> page_files() noexcept;

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t page_rows_max = 5000;
constexpr unsigned lines_around = 4;  // of source, before and after the one that is meant
constexpr std::size_t callers_max = 6;

unsigned number(TaskId task) {
  return static_cast<unsigned>(task);
}

/// The lines of source that the page shows, each once.
class Sources {
 public:
  /// Where a step is, and who called that: indices, innermost first.
  Json callers_of(const LoggedStep& step) {
    Json indices = Json::array();
    for (const SourceLine& line : lines_.callers(step.calls)) {
      if (indices.size() == callers_max) break;
      indices.push_back(index_of(line));
    }
    return indices;
  }

  /// The line that a step lies in, as it is written; empty when it cannot be read.
  std::string line_of(const LoggedStep& step) {
    const std::vector<SourceLine> lines = lines_.callers(step.calls);
    if (lines.empty()) return "";
    const Json& source = all_[index_of(lines.front())];
    const std::size_t at = source["line"].get<std::size_t>() - source["first"].get<std::size_t>();
    const Json& text = source["text"];
    return at < text.size() ? text[at].get<std::string>() : "";
  }

  Json take() { return std::move(all_); }

 private:
  std::size_t index_of(const SourceLine& line) {
    const auto key = std::pair(to_string(line), line.function);
    const auto [known, is_new] = known_.emplace(key, all_.size());
    if (is_new) all_.push_back(shown(line));
    return known->second;
  }

  static Json shown(const SourceLine& line) {
    const unsigned first = line.line > lines_around ? line.line - lines_around : 1;
    Json text = Json::array();
    if (line.line != 0) add_lines(text, line, first);
    return {{"file", line.file},
            {"line", line.line},
            {"function", line.function},
            {"first", first},
            {"text", std::move(text)}};
  }

  static void add_lines(Json& text, const SourceLine& line, unsigned first) {
    std::ifstream file(line.path);
    std::string one;
    for (unsigned i = 1; i <= line.line + lines_around && std::getline(file, one); ++i) {
      if (i >= first) text.push_back(one);
    }
  }

  SourceLines lines_;
  std::map<std::pair<std::string, std::string>, std::size_t> known_;
  Json all_ = Json::array();
};

std::string waiting_words(const Waiting& task, std::span<const std::string> names,
                          const ObjectNames& objects) {
  const std::string intent = objects.words(task.intent);
  constexpr std::string_view sleeps = "wait ";  // "wait on atomic #3"
  std::string text = task.can_go_on               ? "can " + intent
                     : intent.starts_with(sleeps) ? "waits " + intent.substr(sleeps.size())
                                                  : "waits to " + intent;
  if (task.held_by != no_task) text += fmt::format(", held by {}", task_name(names, task.held_by));
  if (task.until != Instant::max()) text += fmt::format(", until {}", time_words(task.until));
  return text;
}

Json to_json(const LoggedStep& step, std::span<const std::string> names,
             const ObjectNames& objects, Sources& sources) {
  Json waiting = Json::object();
  for (const Waiting& one : step.waiting)
    waiting[std::to_string(number(one.task))] = waiting_words(one, names, objects);
  return {{"at", time_words(step.at)},
          {"task", number(step.task)},
          {"text", step.actor == Actor::task ? objects.words(step.intent) : step_words(step)},
          {"object", step.actor == Actor::task ? step.intent.object : 0},
          {"waiting", std::move(waiting)},
          {"calls", sources.callers_of(step)}};
}

Json to_json(const PoolPicture& picture) {
  Json sessions = Json::array();
  for (const SessionPicture& session : picture.sessions) {
    Json& one = sessions.emplace_back(Json{{"session", static_cast<unsigned>(session.session)},
                                           {"status", to_string(session.status)},
                                           {"holders", Json::array()}});
    for (const TaskId holder : session.holders)
      one["holders"].push_back(number(holder));
    if (session.caller != no_task) {
      one["call"] = to_string(session.call);
      one["caller"] = number(session.caller);
    }
    if (session.is_dead) one["dead"] = true;
  }
  Json connections = Json::array();
  for (const ConnectionPicture& connection : picture.connections)
    connections.push_back({connection.connection, to_string(connection.state)});
  Json queue = Json::array();
  for (const TaskId task : picture.queue)
    queue.push_back(number(task));
  return {{"gate", to_string(picture.gate)},
          {"sessions", std::move(sessions)},
          {"connections", std::move(connections)},
          {"queue", std::move(queue)}};
}

Json violations_of(const TraceSource& trace) {
  Json list = Json::array();
  for (const Violation& violation : trace.violations) {
    const Law& broken = law(violation.law);
    list.push_back({{"label", broken.label},
                    {"name", broken.name},
                    {"promise", broken.promise},
                    {"sentence", violation.sentence},
                    {"events", violation.events}});
  }
  return list;
}

/// By number: what each is, and what it is called.
Json objects_of(const PageSource& source, const ObjectNames& names) {
  std::map<std::uint32_t, std::string> words;
  for (const LoggedStep& step : source.steps) {
    const std::string_view kind = object_kind(step.intent.kind);
    if (step.actor != Actor::task || step.intent.object == 0 || kind.empty()) continue;
    const std::string name = names.of(step.intent.object);
    words.emplace(step.intent.object, fmt::format("{}{}{} #{}", kind, name.empty() ? "" : " ",
                                                  name, step.intent.object));
  }
  Json objects = Json::array();
  for (const auto& [object, text] : words)
    objects.push_back({object, text});
  return objects;
}

/// The rows, and beside them what they share.
void add_rows(const PageSource& source, std::span<const std::string> names, Json& page) {
  const History& history = source.trace.history;
  const std::vector<std::string> marks = marks_of(history, source.trace.violations);
  const std::vector<PoolPicture> pictures = pool_pictures(history);
  Sources sources;
  ObjectNames objects;
  for (const LoggedStep& step : source.steps) {
    if (step.actor == Actor::task) objects.add(step.intent, sources.line_of(step));
  }
  Json rows = Json::array();
  Json shown_pictures = Json::array({to_json(PoolPicture{})});
  const PoolPicture* shown = nullptr;
  for (const PageRow& row : page_rows(source, page_rows_max)) {
    if (row.step != PageRow::none) {
      Json step = to_json(source.steps[row.step], names, objects, sources);
      step["step"] = row.step + 1;
      rows.push_back(std::move(step));
    } else {
      const Event& event = history.events[row.event];
      if (shown == nullptr || pictures[row.event] != *shown)
        shown_pictures.push_back(to_json(pictures[row.event]));
      shown = &pictures[row.event];
      rows.push_back({{"at", time_words(event.at)},
                      {"task", concerns_all(event) ? Json() : Json(number(event.task))},
                      {"text", event_words(event, history)},
                      {"kind", to_string(event.kind)},
                      {"event", row.event},
                      {"marks", marks[row.event]}});
    }
    rows.back()["picture"] = shown_pictures.size() - 1;
  }
  page["left_out"] = source.steps.size() + history.events.size() - rows.size();
  page["rows"] = std::move(rows);
  page["pictures"] = std::move(shown_pictures);
  page["objects"] = objects_of(source, objects);
  page["sources"] = sources.take();
}

/// Nothing in it ends the element that it is put into.
std::string page_json(const PageSource& source) {
  const std::vector<std::string> names = task_names(source.trace.scenario, source.trace.clients);
  Json page{{"subject", source.subject},
            {"scenario", source.trace.scenario.name},
            {"toml", to_toml(source.trace.scenario)},
            {"token", source.token},
            {"program", program_name()},
            {"explanation", source.explanation},
            {"slots", source.trace.scenario.pool.max_size},
            {"violations", violations_of(source.trace)},
            {"tasks", names}};
  add_rows(source, names, page);
  std::string text;
  for (const char c : page.dump(-1, ' ', false, Json::error_handler_t::replace)) {
    if (c == '<')
      text += "\\u003c";
    else
      text += c;
  }
  return text;
}

std::string_view page_file(std::string_view name) {
  for (const EmbeddedFile& file : page_files()) {
    if (file.name == name) return file.text;
  }
  return "";
}

}  // namespace

std::string report_page(const PageSource& source) {
  std::string page(page_file("report_page.html"));
  const auto put = [&](std::string_view mark, std::string_view text) {
    page.replace(page.find(mark), mark.size(), text);
  };
  put("@STYLE@", page_file("report_page.css"));
  put("@DATA@", page_json(source));
  put("@SCRIPT@", page_file("report_page.js"));
  return page;
}

}  // namespace poolproof::sim
