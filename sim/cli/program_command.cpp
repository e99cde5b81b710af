#include <poolproof/sim/cli/program_command.h>

#include <elf.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

#include <fmt/format.h>

#include <poolproof/mocks/quotation.h>
#include <poolproof/sim/engine/task_host.h>

namespace poolproof::sim {
namespace {

namespace fs = std::filesystem;

/// As a shell finds it: a name without a slash is looked for along PATH.
std::optional<fs::path> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos)
    return fs::exists(name) ? std::optional<fs::path>(name) : std::nullopt;
  const char* path = std::getenv("PATH");
  std::string rest = path != nullptr ? path : "/usr/bin:/bin";
  for (std::size_t at = 0; at <= rest.size();) {
    const std::size_t end = std::min(rest.find(':', at), rest.size());
    const fs::path candidate = fs::path(rest.substr(at, end - at)) / name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    at = end + 1;
  }
  return {};
}

/// Why the file cannot be tried; empty when it can.
std::string what_is_wrong_with(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  Elf64_Ehdr header{};
  file.read(reinterpret_cast<char*>(&header), sizeof header);
  if (!file || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    return "is no program of this system (a script's interpreter is: name that)";
  if (header.e_ident[EI_CLASS] != ELFCLASS64) return "is not a 64-bit program";
  for (int i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment{};
    file.seekg(static_cast<std::streamoff>(header.e_phoff) + i * header.e_phentsize);
    file.read(reinterpret_cast<char*>(&segment), sizeof segment);
    if (file && segment.p_type == PT_INTERP) return "";
  }
  return "is linked statically: calls of the C library cannot be led to the engine";
}

}  // namespace

ExitCode start_program(const ProgramOptions& options, Console& console) {
  const TaskHost* host = task_host();
  if (host == nullptr) {
    return refuse(
        console,
        "run: this build of poolproof cannot run programs as they are (it was built with "
        "a sanitizer, or linked without poolproof::as_is)");
  }
  const std::string& name = options.command.front();
  const auto path = find_program(name);
  if (!path)
    return refuse(console,
                  fmt::format("run: {}: there is no such program", mocks::quotation(name)));
  if (const std::string wrong = what_is_wrong_with(*path); !wrong.empty())
    return refuse(console, fmt::format("run: {}: {}", path->string(), wrong));
  std::string words;
  for (const std::string& word : options.words)
    words += word + "\n";
  ::setenv(program_variable, words.c_str(), 1);
  ::setenv("LD_PRELOAD", host->library().c_str(), 1);
  ::setenv("LD_BIND_NOW", "1", 1);  // Where calls lead shall be known before the first one.
  std::vector<char*> arguments;
  for (const std::string& word : options.command)
    arguments.push_back(const_cast<char*>(word.c_str()));  // NOLINT: execv reads only
  arguments.push_back(nullptr);
  console.out.flush();
  ::execv(path->c_str(), arguments.data());
  return refuse(console, fmt::format("run: {}: {}", path->string(), std::strerror(errno)));
}

}  // namespace poolproof::sim
