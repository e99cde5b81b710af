#include <poolproof/sim/judge/history_json.h>

#include <algorithm>
#include <spanstream>

#include <fmt/format.h>

#include <poolproof/sim/judge/history_check.h>
#include <poolproof/sim/judge/json_fields.h>
#include <poolproof/sim/judge/json_line.h>

namespace poolproof::sim {

namespace {

using nlohmann::json;

constexpr std::string_view header_key = "poolproof_history";

// Printing.

void print_key(std::string& out, std::string_view key) {
  if (out.back() != '{') out += ',';
  out += '"';
  out += key;
  out += "\":";
}

/// The fields of `record` that `is_wanted` or that do not have their default, without brackets.
template <typename Record, typename Wanted>
void print_fields(std::string& out, std::span<const Field<Record>> fields, const Record& record,
                  Wanted is_wanted) {
  for (const Field<Record>& field : fields) {
    if (field.is_default(record) && !is_wanted(field.name)) continue;
    print_key(out, field.name);
    field.print(out, record);
  }
}

template <typename Record>
void print_object(std::string& out, std::span<const Field<Record>> fields, const Record& record) {
  out += '{';
  print_fields(out, fields, record, [](std::string_view) { return false; });
  out += '}';
}

void print_header(std::string& out, const History& history) {
  out += "{\"poolproof_history\":1";
  print_key(out, "pool");
  print_object(out, config_fields(), history.config);
  print_key(out, "capabilities");
  print_object(out, capability_fields(), history.capabilities);
  print_key(out, "virtual_time");
  out += history.virtual_time ? "true}\n" : "false}\n";
}

/// What metrics() answered, or the error of an acquire.
void print_answer(std::string& out, const Event& event, const History& history) {
  const std::size_t place = event.snapshot - 1;
  if (event.operation != Operation::metrics && place < history.refusals.size()) {
    print_key(out, "error");
    print_object(out, refusal_fields(), history.refusals[place]);
  }
  if (event.operation == Operation::metrics && place < history.snapshots.size()) {
    print_key(out, "snapshot");
    print_object(out, snapshot_fields(), history.snapshots[place]);
  }
}

void print_event(std::string& out, const Event& event, const History& history) {
  out += '{';
  const bool is_observed = event.kind == EventKind::observed;
  print_fields(out, event_fields(), event, [&](std::string_view name) {
    return name == "at" || name == "event" || (is_observed && name == "pool_event");
  });
  if (event.snapshot != 0) print_answer(out, event, history);
  out += "}\n";
}

// Reading.

std::string refused(std::string_view field, const json& value, std::string_view rule) {
  return fmt::format("field {} {}: {}", shown(json(field)), shown(value), rule);
}

template <typename Record>
std::string read_field(std::span<const Field<Record>> fields, const std::string& name,
                       const json& value, Record& record) {
  const auto field = std::ranges::find(fields, std::string_view(name), &Field<Record>::name);
  if (field == fields.end()) return refused(name, value, "there is no such field");
  const std::string rule = field->read(value, record);
  return rule.empty() ? rule : refused(name, value, rule);
}

template <typename Record>
std::string read_object(std::span<const Field<Record>> fields, const std::string& name,
                        const json& value, Record& record) {
  if (!value.is_object()) return refused(name, value, "must be an object");
  for (const auto& [key, member] : value.items()) {
    std::string problem = read_field(fields, key, member, record);
    if (!problem.empty()) return fmt::format("in \"{}\": {}", name, problem);
  }
  return {};
}

class HistoryReader {
 public:
  std::expected<History, std::string> read(std::istream& lines) {
    std::string buffer(json_line_max + 1, '\0');
    while (lines.getline(buffer.data(), static_cast<std::streamsize>(buffer.size()))) {
      ++line_;
      const auto length = static_cast<std::size_t>(lines.gcount()) - (lines.eof() ? 0 : 1);
      const std::string problem = read_line(std::string_view(buffer).substr(0, length));
      if (!problem.empty()) return failed(problem);
    }
    if (!lines.eof()) {
      ++line_;
      return failed(fmt::format("longer than {} bytes", json_line_max));
    }
    if (has_header_) return std::move(history_);
    ++line_;
    return failed("the header is missing: the file is empty");
  }

 private:
  std::unexpected<std::string> failed(const std::string& problem) const {
    return std::unexpected(fmt::format("line {}: {}", line_, problem));
  }

  std::string read_line(std::string_view text) {
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) return {};
    const auto object = parse_json_line(text);
    if (!object) return object.error();
    const bool is_header = object->contains(header_key);
    if (is_header == has_header_) {
      return is_header ? "a second header"
                       : "the header is missing: {\"poolproof_history\":1,...} must come first";
    }
    return is_header ? read_header(*object) : read_event(*object);
  }

  std::string read_header(const json& object) {
    has_header_ = true;
    for (const auto& [key, value] : object.items()) {
      std::string problem = read_header_field(key, value);
      if (!problem.empty()) return problem;
    }
    for (const ConfigProblem& problem : history_.config.validate()) {
      if (problem.severity != ConfigProblem::Severity::error) continue;
      return fmt::format("in \"pool\": field \"{}\" {}: {}", problem.field, problem.value,
                         problem.rule);
    }
    return {};
  }

  std::string read_header_field(const std::string& key, const json& value) {
    if (key == header_key) return value == 1 ? "" : refused(key, value, "must be 1");
    if (key == "pool") return read_object(config_fields(), key, value, history_.config);
    if (key == "capabilities") {
      return read_object(capability_fields(), key, value, history_.capabilities);
    }
    if (key != "virtual_time") return refused(key, value, "there is no such field");
    if (!value.is_boolean()) return refused(key, value, "must be true or false");
    history_.virtual_time = value.get<bool>();
    return {};
  }

  std::string read_event(const json& object) {
    Event event;
    for (const std::string_view needed : {"at", "event"}) {
      if (!object.contains(needed)) return fmt::format("field \"{}\": is missing", needed);
    }
    for (const auto& [key, value] : object.items()) {
      std::string problem = read(key, value, event);
      if (!problem.empty()) return problem;
    }
    if (std::string problem = misplaced(object, event); !problem.empty()) return problem;
    if (event.kind == EventKind::observed && !object.contains("pool_event")) {
      return "field \"pool_event\": is missing, and the event observed needs it";
    }
    history_.events.push_back(event);
    return check_.accept(event, line_);
  }

  static std::string misplaced(const json& object, const Event& event) {
    const bool is_acquire =
        event.operation == Operation::acquire || event.operation == Operation::try_acquire;
    if (object.contains("error") && (!is_acquire || event.outcome == Outcome::ok)) {
      return fmt::format("field \"error\": belongs to an acquire that gave no lease, not to {} {}",
                         to_string(event.operation), to_string(event.outcome));
    }
    if (object.contains("snapshot") && event.operation != Operation::metrics) {
      return fmt::format("field \"snapshot\": belongs to metrics, not to {}",
                         to_string(event.operation));
    }
    return {};
  }

  std::string read(const std::string& key, const json& value, Event& event) {
    if (key == "snapshot") return read_snapshot(value, event);
    if (key == "error") return read_refusal(value, event);
    return read_field(event_fields(), key, value, event);
  }

  std::string read_refusal(const json& value, Event& event) {
    Refusal& refusal = history_.refusals.emplace_back();
    event.snapshot = static_cast<std::uint32_t>(history_.refusals.size());
    return read_object(refusal_fields(), "error", value, refusal);
  }

  std::string read_snapshot(const json& value, Event& event) {
    Snapshot& snapshot = history_.snapshots.emplace_back();
    event.snapshot = static_cast<std::uint32_t>(history_.snapshots.size());
    return read_object(snapshot_fields(), "snapshot", value, snapshot);
  }

  History history_;
  HistoryCheck check_;
  std::size_t line_ = 0;
  bool has_header_ = false;
};

}  // namespace

std::string print(const History& history) {
  std::string out;
  out.reserve(256 + history.events.size() * 96);
  print_header(out, history);
  for (const Event& event : history.events)
    print_event(out, event, history);
  return out;
}

std::expected<History, std::string> parse_history(std::istream& lines) {
  return HistoryReader().read(lines);
}

std::expected<History, std::string> parse_history(std::string_view lines) {
  std::ispanstream stream{std::span<const char>(lines.data(), lines.size())};
  return parse_history(stream);
}

}  // namespace poolproof::sim
