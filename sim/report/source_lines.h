#pragma once
// From addresses to lines of source, by the debug information of this program (-g1 suffices). In a
// build without libdw to functions' names.

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace poolproof::sim {

/// `path` is as the compiler noted it; `file` is the same, shorter: from the project's root or
/// from the current folder on, where it lies below one of them.
struct SourceLine {
  std::string path;
  std::string file;
  unsigned line = 0;     ///< 0: not known, and `file` is the library's name
  std::string function;  ///< empty when not known
  friend bool operator==(const SourceLine&, const SourceLine&) = default;
};

/// "core/pool/lease.h:41"; without debug information "Poco::Data::SessionPool::get in
/// libPocoData.so.80".
std::string to_string(const SourceLine& line);

/// Whether `file`, in its short form, is the harness's or the standard library's: not what a
/// reader looks for.
bool is_plumbing(std::string_view file) noexcept;

/// The same; where only the function is known, by that.
bool is_plumbing(const SourceLine& line) noexcept;

/// Whether this build has libdw, and so lines of source; otherwise functions are all it can name.
bool has_lines_of_source() noexcept;

/// What to do where a reader misses lines: a clause that goes on after a colon.
std::string_view how_to_have_lines() noexcept;

class DebugInfo;

/// Reads debug information when it is first asked. One thread at a time.
class SourceLines {
 public:
  SourceLines();
  ~SourceLines();
  SourceLines(const SourceLines&) = delete;
  SourceLines& operator=(const SourceLines&) = delete;

  /// The calls that the addresses lie in, innermost first, inlined ones among them. Those of
  /// which nothing is known are left out.
  std::vector<SourceLine> of(std::span<const std::uintptr_t> addresses);

  /// The same without plumbing.
  std::vector<SourceLine> callers(std::span<const std::uintptr_t> addresses);

 private:
  const std::vector<SourceLine>& at(std::uintptr_t address);

  std::unique_ptr<DebugInfo> info_;
  std::map<std::uintptr_t, std::vector<SourceLine>> known_;
};

}  // namespace poolproof::sim
