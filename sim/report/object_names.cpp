#include <poolproof/sim/report/object_names.h>

#include <algorithm>
#include <regex>

namespace poolproof::sim {
namespace {

/// "mutex_" of "this->pool_.mutex_": the last name.
std::string last_name(const std::string& expression) {
  const auto at = expression.find_last_of(".>: *&");
  return at == std::string::npos ? expression : expression.substr(at + 1);
}

std::string found_in(const std::string& line, const std::regex& pattern) {
  std::smatch found;
  return std::regex_search(line, found, pattern) ? last_name(found[1].str()) : "";
}

}  // namespace

std::string_view object_kind(IntentKind kind) noexcept {
  constexpr std::string_view kinds[] = {
      "shared_mutex", "mutex",   "condition_variable", "atomic",     "semaphore",
      "latch",        "barrier", "once_flag",          "stop_token", "parker"};
  const std::string_view words = to_string(kind);
  for (const std::string_view one : kinds) {
    if (words.ends_with(one)) return one;
  }
  return "";
}

std::string name_in_line(std::string_view line, IntentKind kind) {
  const std::string text(line);
  const std::string_view what = object_kind(kind);
  if (what.empty()) return "";
  if (what.ends_with("mutex")) {
    static const std::regex guard(R"(\b\w*(?:_lock|lock_guard)\b[^(]*\(\s*([\w.:>*&-]+)\s*[,)])");
    if (std::string name = found_in(text, guard); !name.empty()) return name;
    static const std::regex call(R"(([\w.:>-]*\w)\s*(?:\.|->)\s*(?:try_)?(?:un)?lock\w*\()");
    std::string name = found_in(text, call);
    return name == "lock" || name == "guard" ? "" : name;
  }
  if (what == "once_flag" || what == "condition_variable") {
    static const std::regex first(R"(\b(?:call_once|wait_until)\(\s*([\w.:>*&-]+)\s*,)");
    if (std::string name = found_in(text, first); !name.empty() && name != "lock") return name;
  }
  static const std::regex call(
      R"(([\w.:>-]*\w)\s*(?:\.|->)\s*)"
      R"((?:wait\w*|notify_\w+|load|store|exchange|fetch_\w+|compare_exchange_\w+|test\w*|clear|)"
      R"(acquire|try_acquire\w*|release|count_down|arrive\w*|try_wait|park_until|unpark)\()");
  return found_in(text, call);
}

void ObjectNames::add(const Intent& intent, std::string_view line) {
  if (intent.object == 0) return;
  const std::string name = name_in_line(line, intent.kind);
  if (!name.empty()) ++said_[intent.object][name];
}

std::string ObjectNames::of(std::uint32_t object) const {
  const auto found = said_.find(object);
  if (found == said_.end()) return "";
  return std::ranges::max_element(found->second, {}, [](const auto& one) { return one.second; })
      ->first;
}

std::string ObjectNames::words(const Intent& intent) const {
  std::string text = to_string(intent);
  const std::string_view what = object_kind(intent.kind);
  const std::string name = what.empty() ? "" : of(intent.object);
  const auto at = what.empty() ? std::string::npos : text.rfind(what);
  if (!name.empty() && at != std::string::npos) text.replace(at, what.size(), name);
  return text;
}

}  // namespace poolproof::sim
