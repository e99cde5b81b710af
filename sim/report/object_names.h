#pragma once
// What a pool's source calls the mutexes, atomics and so on that steps are about: "mutex #1" tells
// nobody which one it is.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/sim/engine/intent.h>

namespace poolproof::sim {

/// "mutex", "condition_variable", ...: what an intent is about; empty when it is no object.
std::string_view object_kind(IntentKind kind) noexcept;

/// What the object of a step is called in `line`, the line of source that the step lies in: the
/// "mutex_" of "const std::unique_lock lock(mutex_);". Empty when the line does not say.
std::string name_in_line(std::string_view line, IntentKind kind);

/// One name for each object: the one that its steps' lines say most often.
class ObjectNames {
 public:
  void add(const Intent& intent, std::string_view line);
  /// Empty when no line names it.
  [[nodiscard]] std::string of(std::uint32_t object) const;
  /// "lock mutex #1" as "lock mutex_ #1".
  [[nodiscard]] std::string words(const Intent& intent) const;

 private:
  std::map<std::uint32_t, std::map<std::string, unsigned>> said_;
};

}  // namespace poolproof::sim
