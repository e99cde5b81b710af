#include <poolproof/sim/as_is/modules.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <string_view>

#include <fmt/format.h>

namespace poolproof::sim::as_is {
namespace {

constexpr std::uintptr_t page = 4096;

std::string program_path() {
  std::array<char, 4096> path{};
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
  return length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) : "the program";
}

const void* address(std::uintptr_t at) noexcept {
  return reinterpret_cast<const void*>(at);
}

void read_dynamic(Module& module) {
  if (module.dynamic == nullptr) return;
  const char* names = nullptr;
  for (const ElfW(Dyn)* entry = module.dynamic; entry->d_tag != DT_NULL; ++entry)
    if (entry->d_tag == DT_STRTAB)
      names = static_cast<const char*>(table_at(module, entry->d_un.d_ptr));
  if (names == nullptr) return;
  for (const ElfW(Dyn)* entry = module.dynamic; entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag == DT_NEEDED) module.needs.emplace_back(names + entry->d_un.d_val);
    if (entry->d_tag == DT_SONAME) module.soname = names + entry->d_un.d_val;
  }
}

/// Looks for the note in a segment of them.
void note_build(Range notes, Module& module) {
  const auto padded = [](std::uintptr_t size) { return (size + 3) & ~std::uintptr_t{3}; };
  for (std::uintptr_t at = notes.begin; at + sizeof(ElfW(Nhdr)) <= notes.end;) {
    const auto* note = static_cast<const ElfW(Nhdr)*>(address(at));
    const std::uintptr_t name = at + sizeof *note;
    const std::uintptr_t content = name + padded(note->n_namesz);
    const bool is_gnu = note->n_namesz == 4 && std::memcmp(address(name), "GNU", 4) == 0;
    if (is_gnu && note->n_type == NT_GNU_BUILD_ID)
      module.build_note = {content, content + note->n_descsz};
    at = content + padded(note->n_descsz);
  }
}

// All in one row, as linkers lay them out; where not, what lies between is left alone, too.
void read_jump_slots(Module& module) {
  if (module.dynamic == nullptr) return;
  const ElfW(Rela)* first = nullptr;
  std::size_t bytes = 0;
  for (const ElfW(Dyn)* entry = module.dynamic; entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag == DT_JMPREL)
      first = reinterpret_cast<const ElfW(Rela)*>(table_at(module, entry->d_un.d_ptr));
    if (entry->d_tag == DT_PLTRELSZ) bytes = entry->d_un.d_val;
  }
  if (first == nullptr) return;
  Range& slots = module.jump_slots;
  for (std::size_t i = 0; i < bytes / sizeof(ElfW(Rela)); ++i) {
    const std::uintptr_t slot = module.base + first[i].r_offset;
    slots.begin = slots.begin == 0 ? slot : std::min(slots.begin, slot);
    slots.end = std::max(slots.end, slot + sizeof(void*));
  }
}

void read_segments(const dl_phdr_info& info, Module& module) {
  std::uintptr_t read_only_until = 0;
  module.all.begin = ~std::uintptr_t{0};
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info.dlpi_phdr[i];
    const std::uintptr_t begin = info.dlpi_addr + header.p_vaddr;
    const std::uintptr_t end = begin + header.p_memsz;
    if (header.p_type == PT_DYNAMIC)
      module.dynamic = static_cast<const ElfW(Dyn)*>(address(begin));
    if (header.p_type == PT_GNU_RELRO) read_only_until = (end + page - 1) / page * page;
    if (header.p_type == PT_TLS) {
      module.storage = static_cast<char*>(info.dlpi_tls_data);
      module.storage_begin = static_cast<const char*>(address(begin));
      module.storage_begin_size = header.p_filesz;
      module.storage_size = header.p_memsz;
    }
    if (header.p_type == PT_NOTE) note_build({begin, end}, module);
    if (header.p_type != PT_LOAD) continue;
    module.all = {std::min(module.all.begin, begin), std::max(module.all.end, end)};
    if ((header.p_flags & PF_W) != 0) module.writable.push_back({begin, end});
  }
  for (Range& range : module.writable) {
    if (read_only_until > range.begin && read_only_until <= range.end + page)
      range.begin = std::min(read_only_until, range.end);
  }
}

int add_module(dl_phdr_info* info, std::size_t, void* modules) {
  Module module;
  module.name = info->dlpi_name;
  module.base = info->dlpi_addr;
  if (module.name.empty()) module.name = program_path();
  read_segments(*info, module);
  read_dynamic(module);
  read_jump_slots(module);
  static_cast<std::vector<Module>*>(modules)->push_back(std::move(module));
  return 0;
}

bool is_called(const Module& module, const std::string& name) {
  return module.soname == name || module.name.ends_with("/" + name);
}

void reach(const std::vector<Module>& modules, std::size_t from, std::vector<bool>& reached) {
  if (reached[from]) return;
  reached[from] = true;
  if (is_ours(modules[from])) return;
  for (const std::string& name : modules[from].needs) {
    for (std::size_t i = 0; i < modules.size(); ++i)
      if (is_called(modules[i], name)) reach(modules, i, reached);
  }
}

}  // namespace

const void* table_at(const Module& module, std::uintptr_t at) noexcept {
  return address(at < module.base ? at + module.base : at);
}

std::vector<Module> loaded_modules() {
  std::vector<Module> modules;
  ::dl_iterate_phdr(&add_module, &modules);
  return modules;
}

std::string build_id(const Module& module) {
  std::uint32_t number = 2166136261U;
  if (module.build_note.end != module.build_note.begin) {
    number = 0;
    for (std::uintptr_t at = module.build_note.begin; at < module.build_note.begin + 4; ++at)
      number = number << 8U | *static_cast<const unsigned char*>(address(at));
  } else {
    std::ifstream file(module.name, std::ios::binary);
    for (char byte = 0; file.get(byte);)
      number = (number ^ static_cast<unsigned char>(byte)) * 16777619U;
  }
  return fmt::format("{:08x}", number);
}

bool is_c_library(const Module& module) noexcept {
  constexpr std::array<std::string_view, 9> names{"/libc.so",    "/ld-linux", "linux-vdso",
                                                  "/libgcc_s",   "/libm.so",  "/libdl.so",
                                                  "/libpthread", "/librt.so", "/libresolv"};
  return std::ranges::any_of(
      names, [&](std::string_view name) { return module.name.find(name) != std::string::npos; });
}

bool is_ours(const Module& module) noexcept {
  return module.all.has(reinterpret_cast<const void*>(&is_c_library));
}

std::vector<bool> needed_by_us_alone(const std::vector<Module>& modules) {
  std::vector<bool> by_us(modules.size());
  std::vector<bool> by_others(modules.size());
  std::vector<bool> needed(modules.size());
  for (std::size_t i = 0; i < modules.size(); ++i) {
    // What nobody needs was loaded by hand, or is the program.
    const bool is_needed = std::ranges::any_of(modules, [&](const Module& other) {
      return std::ranges::any_of(
          other.needs, [&](const std::string& name) { return is_called(modules[i], name); });
    });
    if (!is_needed && !is_ours(modules[i])) reach(modules, i, by_others);
    if (!is_ours(modules[i])) continue;
    for (const std::string& name : modules[i].needs) {
      for (std::size_t j = 0; j < modules.size(); ++j)
        if (is_called(modules[j], name)) reach(modules, j, by_us);
    }
  }
  for (std::size_t i = 0; i < modules.size(); ++i)
    needed[i] = by_us[i] && !by_others[i];
  return needed;
}

}  // namespace poolproof::sim::as_is
