#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include <poolproof/sim/report/debug_info.h>

namespace poolproof::sim {
namespace {

namespace fs = std::filesystem;

/// `path` from `folder` on, or nothing when it does not lie in it.
std::optional<std::string> below(const fs::path& path, const fs::path& folder) {
  const auto [end, rest] = std::ranges::mismatch(folder, path);
  if (folder.empty() || end != folder.end() || rest == path.end()) return std::nullopt;
  fs::path relative;
  std::for_each(rest, path.end(), [&](const fs::path& part) { relative /= part; });
  return relative.string();
}

std::string short_form(const fs::path& path) {
  constexpr std::string_view include = "/include/poolproof/";
  std::string text = path.string();
  if (const auto found = text.rfind(include); found != std::string::npos)
    return text.substr(found + include.size());
  if (auto relative = below(path, POOLPROOF_ROOT)) return *relative;
  std::error_code no_current_folder;
  if (auto relative = below(path, fs::current_path(no_current_folder))) return *relative;
  return text;
}

/// `path` may be relative to the folder in which `unit` was compiled.
SourceLine source_line(Dwarf_Die* unit, const char* path, int line) {
  Dwarf_Attribute attribute;
  const char* folder = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
  const fs::path whole = (fs::path(folder != nullptr ? folder : "") / path).lexically_normal();
  return {.path = whole.string(),
          .file = short_form(whole),
          .line = static_cast<unsigned>(std::max(line, 0)),
          .function = ""};
}

std::optional<Dwarf_Word> number_in(Dwarf_Die* die, unsigned name) {
  Dwarf_Attribute attribute;
  Dwarf_Word number = 0;
  if (dwarf_attr(die, name, &attribute) == nullptr) return std::nullopt;
  if (dwarf_formudata(&attribute, &number) != 0) return std::nullopt;
  return number;
}

const char* function_name(Dwarf_Die* die) {
  Dwarf_Attribute attribute;
  return dwarf_formstring(dwarf_attr_integrate(die, DW_AT_name, &attribute));
}

/// Where what `inlined` is a copy of was called.
std::optional<SourceLine> call_site(Dwarf_Die* unit, Dwarf_Die* inlined) {
  const auto file = number_in(inlined, DW_AT_call_file);
  const auto line = number_in(inlined, DW_AT_call_line);
  Dwarf_Files* files = nullptr;
  std::size_t count = 0;
  if (!file || !line || dwarf_getsrcfiles(unit, &files, &count) != 0) return std::nullopt;
  const char* path = dwarf_filesrc(files, *file, nullptr, nullptr);
  if (path == nullptr) return std::nullopt;
  return source_line(unit, path, static_cast<int>(*line));
}

class Dwarf : public DebugInfo {
 public:
  Dwarf() : session(dwfl_begin(&callbacks)) {
    if (session == nullptr) return;
    dwfl_linux_proc_report(session, getpid());
    dwfl_report_end(session, nullptr, nullptr);
  }
  ~Dwarf() override { dwfl_end(session); }
  Dwarf(const Dwarf&) = delete;
  Dwarf& operator=(const Dwarf&) = delete;

  std::vector<SourceLine> at(std::uintptr_t address) override {
    std::vector<SourceLine> lines;
    Dwfl_Module* module = session == nullptr ? nullptr : dwfl_addrmodule(session, address);
    if (module == nullptr) return lines;
    Dwarf_Addr bias = 0;
    Dwarf_Die* unit = unit_at(module, address, bias);
    int number = 0;
    const char* const path =
        unit == nullptr ? nullptr : path_at(module, unit, address, bias, number);
    if (path == nullptr) {
      add_symbol(module, address, lines);
      return lines;
    }
    lines.push_back(source_line(unit, path, number));
    add_inlined(unit, address - bias, lines);
    return lines;
  }

 private:
  /// The unit of translation, found by the module's table of addresses; clang leaves that out.
  static Dwarf_Die* unit_at(Dwfl_Module* module, Dwarf_Addr address, Dwarf_Addr& bias) {
    if (Dwarf_Die* unit = dwfl_module_addrdie(module, address, &bias)) return unit;
    for (Dwarf_Die* unit = nullptr; (unit = dwfl_module_nextcu(module, unit, &bias)) != nullptr;) {
      if (dwarf_haspc(unit, address - bias) > 0) return unit;
    }
    return nullptr;
  }

  /// The file and line: by libdw's look-up, or in the unit where that finds none.
  static const char* path_at(Dwfl_Module* module, Dwarf_Die* unit, Dwarf_Addr address,
                             Dwarf_Addr bias, int& number) {
    if (Dwfl_Line* line = dwfl_module_getsrc(module, address))
      return dwfl_lineinfo(line, nullptr, &number, nullptr, nullptr, nullptr);
    Dwarf_Line* line = dwarf_getsrc_die(unit, address - bias);
    if (line == nullptr || dwarf_lineno(line, &number) != 0) return nullptr;
    return dwarf_linesrc(line, nullptr, nullptr);
  }

  /// Without debug information there may still be the function's name.
  static void add_symbol(Dwfl_Module* module, Dwarf_Addr address, std::vector<SourceLine>& lines) {
    const char* name = dwfl_module_addrname(module, address);
    const char* path =
        dwfl_module_info(module, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
    if (name == nullptr || path == nullptr) return;
    lines.push_back(line_of_symbol(name, path));
  }

  /// The innermost line is there; the scopes around it tell its function, and who called that.
  static void add_inlined(Dwarf_Die* unit, Dwarf_Addr address, std::vector<SourceLine>& lines) {
    Dwarf_Die* around = nullptr;  // Beyond the innermost: where that was written, not called.
    Dwarf_Die* scopes = nullptr;
    const bool is_known = dwarf_getscopes(unit, address, &around) > 0;
    const int count = is_known ? dwarf_getscopes_die(&around[0], &scopes) : 0;
    for (int i = 0; i < count; ++i) {
      const int tag = dwarf_tag(&scopes[i]);
      if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram) continue;
      const char* name = function_name(&scopes[i]);
      if (name != nullptr) lines.back().function = name;
      if (tag == DW_TAG_subprogram) break;
      if (auto caller = call_site(unit, &scopes[i])) lines.push_back(*std::move(caller));
    }
    std::free(scopes);
    std::free(around);
  }

  static constexpr Dwfl_Callbacks callbacks{.find_elf = &dwfl_linux_proc_find_elf,
                                            .find_debuginfo = &dwfl_standard_find_debuginfo,
                                            .section_address = nullptr,
                                            .debuginfo_path = nullptr};
  Dwfl* session;
};

}  // namespace

std::unique_ptr<DebugInfo> read_dwarf() {
  return std::make_unique<Dwarf>();
}

}  // namespace poolproof::sim
