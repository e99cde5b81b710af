#include <poolproof/sim/as_is/escapes.h>

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <tuple>

namespace poolproof::sim::as_is {
namespace {

// Functions of the C library that make threads, wait, or tell the time, and that are not here.
// What another thread of the program would have to end never ends in an execution.
constexpr std::array<std::string_view, 7> not_modelled{
    "pthread_sigqueue", "setcontext", "swapcontext",
    "makecontext",      "clone",      "pthread_mutex_getprioceiling",
    "mq_timedreceive"};

// These block in the kernel for as long as they like, and all tasks with them.
constexpr std::array<std::string_view, 10> blocks_really{
    "flock",      "lockf",      "msgrcv",  "msgsnd", "semop",
    "semtimedop", "mq_receive", "mq_send", "pause",  "sigsuspend"};

// These go by the machine's time, of which an execution takes next to nothing.
constexpr std::array<std::string_view, 5> goes_by_real_time{"alarm", "ualarm", "setitimer",
                                                            "timerfd_settime", "timer_settime"};

struct Import {
  const char* name;
  const void* leads_to;  // nullptr: not known yet, it is looked up at the first call
};

const void* address(std::uintptr_t at) noexcept {
  return reinterpret_cast<const void*>(at);
}

struct Tables {
  const ElfW(Sym) * symbols = nullptr;
  const char* names = nullptr;
  const ElfW(Rela) * calls = nullptr;
  std::size_t calls_size = 0;
  const ElfW(Rela) * data = nullptr;
  std::size_t data_size = 0;
};

Tables tables_of(const Module& module) {
  Tables tables;
  if (module.dynamic == nullptr) return tables;
  const auto at = [&](std::uintptr_t value) { return table_at(module, value); };
  for (const ElfW(Dyn)* entry = module.dynamic; entry->d_tag != DT_NULL; ++entry) {
    const auto value = entry->d_un.d_val;
    switch (entry->d_tag) {
      case DT_SYMTAB:
        tables.symbols = static_cast<const ElfW(Sym)*>(at(value));
        break;
      case DT_STRTAB:
        tables.names = static_cast<const char*>(at(value));
        break;
      case DT_JMPREL:
        tables.calls = static_cast<const ElfW(Rela)*>(at(value));
        break;
      case DT_PLTRELSZ:
        tables.calls_size = value / sizeof(ElfW(Rela));
        break;
      case DT_RELA:
        tables.data = static_cast<const ElfW(Rela)*>(at(value));
        break;
      case DT_RELASZ:
        tables.data_size = value / sizeof(ElfW(Rela));
        break;
      default:
        break;
    }
  }
  return tables;
}

std::vector<Import> imports_of(const Module& module) {
  std::vector<Import> imports;
  const Tables tables = tables_of(module);
  if (tables.symbols == nullptr || tables.names == nullptr) return imports;
  const auto add = [&](const ElfW(Rela) * relocations, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto index = ELF64_R_SYM(relocations[i].r_info);
      if (index == 0) continue;
      const ElfW(Sym)& symbol = tables.symbols[index];
      const auto type = ELF64_ST_TYPE(symbol.st_info);
      if (type != STT_FUNC && type != STT_NOTYPE) continue;
      const auto* slot =
          static_cast<const std::uintptr_t*>(address(module.base + relocations[i].r_offset));
      const void* leads_to = address(*slot);
      if (module.all.has(leads_to) && symbol.st_shndx == SHN_UNDEF) leads_to = nullptr;
      imports.push_back({tables.names + symbol.st_name, leads_to});
    }
  };
  add(tables.calls, tables.calls_size);
  add(tables.data, tables.data_size);
  return imports;
}

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// This library's function of that name; nullptr when it has none.
const void* ours(const char* name) {
  static void* const self = [] {
    Dl_info info{};
    ::dladdr(address(reinterpret_cast<std::uintptr_t>(&find_escapes)), &info);
    return ::dlopen(info.dli_fname, RTLD_NOLOAD | RTLD_NOW);
  }();
  const void* found = self != nullptr ? ::dlsym(self, name) : nullptr;
  Dl_info where{};
  if (found == nullptr || ::dladdr(found, &where) == 0) return nullptr;
  Dl_info here{};
  ::dladdr(address(reinterpret_cast<std::uintptr_t>(&find_escapes)), &here);
  return where.dli_fbase == here.dli_fbase ? found : nullptr;
}

bool is_about_threads_or_time(std::string_view name) {
  constexpr std::array<std::string_view, 12> begins{
      "pthread_",  "sem_",   "mtx_",  "cnd_",         "thrd_", "clock_",
      "nanosleep", "usleep", "sleep", "gettimeofday", "time",  "syscall"};
  return std::ranges::any_of(begins,
                             [&](std::string_view begin) { return name.starts_with(begin); });
}

void judge_import(const Module& module, const Import& import, std::vector<Escape>& escapes) {
  const std::string_view name = import.name;
  const auto add = [&](std::string why, bool is_harmless) {
    escapes.push_back({module.name, std::string(name), std::move(why), is_harmless});
  };
  if (is_among(not_modelled, name))
    return add("which no execution can model: a call of it does what it does outside", true);
  if (is_among(blocks_really, name))
    return add("which blocks all tasks for as long as the kernel likes", true);
  if (is_among(goes_by_real_time, name))
    return add("whose alarm comes by the machine's time and not by the execution's", true);
  if (import.leads_to == nullptr || !is_about_threads_or_time(name)) return;
  const void* wanted = ours(import.name);
  if (wanted == nullptr || wanted == import.leads_to) return;
  add("but its calls lead past the engine (RTLD_DEEPBIND, -Bsymbolic with a definition of its "
      "own, "
      "or a library before this one)",
      false);
}

}  // namespace

std::string Escape::sentence() const {
  return module + ": calls " + function + ", " + why;
}

std::vector<Escape> find_escapes(const std::vector<Module>& modules) {
  std::vector<Escape> escapes;
  const std::vector<bool> is_helper = needed_by_us_alone(modules);
  for (std::size_t i = 0; i < modules.size(); ++i) {
    const Module& module = modules[i];
    if (is_c_library(module) || is_ours(module) || is_helper[i]) continue;
    for (const Import& import : imports_of(module))
      judge_import(module, import, escapes);
  }
  const auto key = [](const Escape& one) { return std::tie(one.module, one.function); };
  std::ranges::sort(escapes, {}, key);
  const auto same = std::ranges::unique(escapes, {}, key);
  escapes.erase(same.begin(), same.end());
  return escapes;
}

}  // namespace poolproof::sim::as_is
