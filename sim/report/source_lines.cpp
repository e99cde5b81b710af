#include <poolproof/sim/report/source_lines.h>

#include <cxxabi.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include <poolproof/sim/report/debug_info.h>

namespace poolproof::sim {
namespace {

/// Up to the parameters; "{anonymous}" has neither their brackets nor a space.
std::string without_arguments(std::string_view rest) {
  constexpr std::string_view anonymous = "(anonymous namespace)";
  constexpr std::string_view oper = "operator";
  std::string name;
  for (int depth = 0; !rest.empty();) {
    std::size_t length = 1;
    if (rest.starts_with(anonymous)) {
      length = anonymous.size();
      if (depth == 0) name += "{anonymous}";
    } else if (depth == 0 && rest.starts_with(oper)) {  // "operator<", "operator()"
      const std::size_t after_token = rest.find('(', oper.size() + 1);
      return name.substr(name.rfind(' ') + 1) + std::string(rest.substr(0, after_token));
    } else if (rest.front() == '<') {
      ++depth;
    } else if (rest.front() == '>') {
      --depth;
    } else if (depth == 0 && rest.front() == '(') {
      break;
    } else if (depth == 0) {
      name += rest.front();
    }
    rest.remove_prefix(length);
  }
  return name.substr(name.rfind(' ') + 1);
}

/// Whether a function is the harness's or the standard library's, by its whole name.
bool is_plumbing_function(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 5> rooms{
      "poolproof::sim::", "poolproof::mocks::", "std::", "__gnu_cxx::", "boost::context::"};
  return std::ranges::any_of(rooms, [&](std::string_view room) { return name.starts_with(room); });
}

#ifdef POOLPROOF_LIBDW
constexpr bool has_libdw = true;
std::unique_ptr<DebugInfo> debug_info() {
  return read_dwarf();
}
#else
constexpr bool has_libdw = false;
std::unique_ptr<DebugInfo> debug_info() {
  return read_symbols();
}
#endif

}  // namespace

std::string plain_name(std::string_view demangled) {
  const std::string name = without_arguments(demangled);
  return name.empty() || name == "decltype" ? std::string(demangled) : name;
}

SourceLine line_of_symbol(const char* symbol, const std::string& path) {
  int failed = 0;
  char* demangled = abi::__cxa_demangle(symbol, nullptr, nullptr, &failed);
  SourceLine line{.path = path,
                  .file = std::filesystem::path(path).filename().string(),
                  .line = 0,
                  .function = failed == 0 ? plain_name(demangled) : symbol};
  std::free(demangled);
  return line;
}

std::string to_string(const SourceLine& line) {
  if (line.line == 0) return line.function + " in " + line.file;
  return line.file + ":" + std::to_string(line.line);
}

bool is_plumbing(std::string_view file) noexcept {
  constexpr std::array<std::string_view, 15> places{
      "sim/engine/", "sim/explore/", "sim/scenario/", "sim/subject/",     "sim/as_is/",
      "mocks/",      "/usr/",        "/build/gcc",    "/build/llvm",      "libc.so",
      "ld-linux",    "libgcc_s",     "libstdc++",     "libboost_context", "libpoolproof"};
  return std::ranges::any_of(places,
                             [&](std::string_view place) { return file.starts_with(place); });
}

bool is_plumbing(const SourceLine& line) noexcept {
  return is_plumbing(line.file) || (line.line == 0 && is_plumbing_function(line.function));
}

bool has_lines_of_source() noexcept {
  return has_libdw;
}

std::string_view how_to_have_lines() noexcept {
  return has_lines_of_source() ? "build the pool with debug information; -g1 suffices"
                               : "build poolproof where libdw (elfutils) is";
}

SourceLines::SourceLines() = default;
SourceLines::~SourceLines() = default;

const std::vector<SourceLine>& SourceLines::at(std::uintptr_t address) {
  const auto found = known_.find(address);
  if (found != known_.end()) return found->second;
  if (!info_) info_ = debug_info();
  return known_.emplace(address, info_->at(address)).first->second;
}

std::vector<SourceLine> SourceLines::of(std::span<const std::uintptr_t> addresses) {
  std::vector<SourceLine> lines;
  for (const std::uintptr_t address : addresses) {
    const std::vector<SourceLine>& some = at(address);
    lines.insert(lines.end(), some.begin(), some.end());
  }
  return lines;
}

std::vector<SourceLine> SourceLines::callers(std::span<const std::uintptr_t> addresses) {
  std::vector<SourceLine> lines = of(addresses);
  std::erase_if(lines, [](const SourceLine& line) { return is_plumbing(line); });
  return lines;
}

}  // namespace poolproof::sim
