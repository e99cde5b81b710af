#include <elf.h>
#include <link.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <utility>

#include <poolproof/sim/report/debug_info.h>

namespace poolproof::sim {
namespace {

/// `count` of them at `place`, or none when the file ends before.
template <class Record>
std::vector<Record> records(std::ifstream& file, std::uint64_t place, std::uint64_t count) {
  file.seekg(0, std::ios::end);
  const auto size = static_cast<std::uint64_t>(std::max<std::streamoff>(file.tellg(), 0));
  if (place > size || count > (size - place) / sizeof(Record)) return {};
  std::vector<Record> read(count);
  file.seekg(static_cast<std::streamoff>(place));
  file.read(reinterpret_cast<char*>(read.data()),
            static_cast<std::streamsize>(count * sizeof(Record)));
  if (!file) return {};
  return read;
}

/// The functions that the symbol table of one ELF file names, by their place in it.
class Functions {
 public:
  explicit Functions(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const auto head = records<ElfW(Ehdr)>(file, 0, 1);
    if (head.empty() || std::memcmp(head[0].e_ident, ELFMAG, SELFMAG) != 0) return;
    const auto sections = records<ElfW(Shdr)>(file, head[0].e_shoff, head[0].e_shnum);
    for (const auto kind : {SHT_SYMTAB, SHT_DYNSYM}) {  // A stripped file has only the second.
      for (const ElfW(Shdr) & section : sections) {
        if (section.sh_type != static_cast<unsigned>(kind) || section.sh_link >= sections.size())
          continue;
        read(file, section, sections[section.sh_link]);
      }
      if (!symbols_.empty()) return;
    }
  }

  [[nodiscard]] const char* at(ElfW(Addr) place) const {
    auto after = std::ranges::upper_bound(symbols_, place, {}, &ElfW(Sym)::st_value);
    if (after == symbols_.begin()) return nullptr;
    const ElfW(Sym)& symbol = *std::prev(after);
    const bool is_inside = place - symbol.st_value < symbol.st_size;
    return is_inside && symbol.st_name < names_.size() ? names_.data() + symbol.st_name : nullptr;
  }

 private:
  void read(std::ifstream& file, const ElfW(Shdr) & symbols, const ElfW(Shdr) & names) {
    symbols_ = records<ElfW(Sym)>(file, symbols.sh_offset, symbols.sh_size / sizeof(ElfW(Sym)));
    names_ = records<char>(file, names.sh_offset, names.sh_size);
    if (names_.empty() || names_.back() != '\0') symbols_.clear();
    std::erase_if(symbols_, [](const ElfW(Sym) & symbol) {
      return ELF64_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_shndx == SHN_UNDEF;
    });
    std::ranges::sort(symbols_, {}, [](const ElfW(Sym) & symbol) {
      return std::pair(symbol.st_value, symbol.st_name);
    });
  }

  std::vector<ElfW(Sym)> symbols_;
  std::vector<char> names_;
};

struct Place {
  std::uintptr_t address;
  std::optional<std::string> file{};
  ElfW(Addr) in_file = 0;
};

/// What dl_iterate_phdr() is to call: ends at the file that has the address.
int look_in(dl_phdr_info* file, std::size_t /*size*/, void* wanted) {
  auto& place = *static_cast<Place*>(wanted);
  for (int i = 0; i < file->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = file->dlpi_phdr[i];
    const ElfW(Addr) begin = file->dlpi_addr + segment.p_vaddr;
    if (segment.p_type != PT_LOAD || place.address - begin >= segment.p_memsz) continue;
    place.file = file->dlpi_name;
    place.in_file = place.address - file->dlpi_addr;
    return 1;
  }
  return 0;
}

class Symbols : public DebugInfo {
 public:
  std::vector<SourceLine> at(std::uintptr_t address) override {
    Place place{.address = address};
    dl_iterate_phdr(&look_in, &place);
    if (!place.file) return {};
    if (place.file->empty()) {  // This program.
      std::error_code unknown;
      place.file = std::filesystem::read_symlink("/proc/self/exe", unknown).string();
    }
    const auto known = files_.try_emplace(*place.file, *place.file).first;
    const char* name = known->second.at(place.in_file);
    if (name == nullptr) return {};
    return {line_of_symbol(name, *place.file)};
  }

 private:
  std::map<std::string, Functions> files_;
};

}  // namespace

std::unique_ptr<DebugInfo> read_symbols() {
  return std::make_unique<Symbols>();
}

}  // namespace poolproof::sim
