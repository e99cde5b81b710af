#pragma once
// What this process knows of its own code: by elfutils' libdw lines of source and inlined calls;
// in a build without that library, by symbol tables, functions alone.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/sim/report/source_lines.h>

namespace poolproof::sim {

/// One thread at a time. Reads files when it is first asked.
class DebugInfo {
 public:
  virtual ~DebugInfo() = default;
  /// The calls that `address` lies in, innermost first; empty where nothing is known.
  virtual std::vector<SourceLine> at(std::uintptr_t address) = 0;
};

/// Only in a build with libdw.
std::unique_ptr<DebugInfo> read_dwarf();

std::unique_ptr<DebugInfo> read_symbols();

/// Of a function of which only the name in the symbol table of the file at `path` is known.
SourceLine line_of_symbol(const char* symbol, const std::string& path);

/// "std::vector<int> shop::Pool<Sim>::acquire(int) const" without its type, template arguments
/// and parameters: "shop::Pool::acquire". Of a lambda, the function that it is in.
std::string plain_name(std::string_view demangled);

}  // namespace poolproof::sim
