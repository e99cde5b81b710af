#pragma once
// The program and the libraries that are loaded, as the dynamic linker tells of them.

#include <link.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace poolproof::sim::as_is {

/// Addresses from `begin` up to `end`.
struct Range {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  [[nodiscard]] bool has(const void* address) const noexcept {
    return reinterpret_cast<std::uintptr_t>(address) - begin < end - begin;
  }
};

struct Module {
  std::string name;  ///< its path; of the program, too
  Range all;
  std::vector<Range> writable;  ///< what stays writable once it is relocated
  Range jump_slots{};           // where the linker notes functions' addresses at their first call
  const ElfW(Dyn) * dynamic = nullptr;
  std::uintptr_t base = 0;
  std::vector<std::string> needs;  ///< names of libraries
  std::string soname;
  Range build_note;  ///< empty when there is none

  // Thread-local storage: where this thread has it, and what it begins with.
  char* storage = nullptr;
  const char* storage_begin = nullptr;
  std::size_t storage_begin_size = 0;
  std::size_t storage_size = 0;
};

/// In the order in which symbols are looked up. The calling thread's storage.
std::vector<Module> loaded_modules();

/// A table that the module's dynamic section names: the linker has added the base to some of the
/// addresses there, depending on the system.
const void* table_at(const Module& module, std::uintptr_t at) noexcept;

/// The first eight digits of what the linker noted of what the module was built from; of its bytes
/// where it noted nothing.
std::string build_id(const Module& module);

/// Whether the module is what programs are run by, and so is never the code that is being tried.
bool is_c_library(const Module& module) noexcept;
/// Whether it is this library.
bool is_ours(const Module& module) noexcept;
/// Of `modules`, those that are there for this library's sake alone.
std::vector<bool> needed_by_us_alone(const std::vector<Module>& modules);

}  // namespace poolproof::sim::as_is
