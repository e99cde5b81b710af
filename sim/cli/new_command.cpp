#include <poolproof/sim/cli/new_command.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <poolproof/core/ensure.h>
#include <poolproof/mocks/quotation.h>
#include <poolproof/sim/cli/new_files.h>
#include <poolproof/sim/cli/text_file.h>
#include <poolproof/sim/cli/token.h>

namespace poolproof::sim {
namespace {

/// Targets that CMake has already.
constexpr std::array<std::string_view, 8> taken{"all",     "clean",   "edit_cache",    "help",
                                                "install", "package", "rebuild_cache", "test"};

std::string with(std::string text, std::string_view word, std::string_view instead) {
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + instead.size()))
    text.replace(at, word.size(), instead);
  return text;
}

std::string embedded(std::string_view name) {
  const auto file = std::ranges::find(new_files(), name, &EmbeddedFile::name);
  ensure(file != new_files().end());
  return std::string(file->text);
}

std::string filled_in(std::string_view name, const NewOptions& options) {
  const std::string_view version = POOLPROOF_VERSION;
  std::string text = with(embedded(name), "@NAME@", options.name);
  text = with(std::move(text), "@AS_IS@", options.is_as_is ? " AS_IS" : "");
  return with(std::move(text), "@VERSION@", version.substr(0, version.rfind('.')));
}

/// An example of this library, whose subject gets another name.
std::string pool_source(const NewOptions& options) {
  const bool is_as_is = options.is_as_is;
  return with(embedded(is_as_is ? "pool_as_it_is.cpp" : "your_own_pool.cpp"),
              is_as_is ? "\"pool-as-it-is\"" : "\"your-own-pool\"", '"' + options.name + '"');
}

std::string mistake_in(const std::string& name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (!is_subject_name(name) || !is_letter(name.front()))
    return "expected a letter and up to 63 of a-z, A-Z, 0-9, \"-\", \"_\", \".\"";
  if (std::ranges::find(taken, name) != taken.end()) return "CMake has a target of that name";
  if (std::filesystem::exists(name)) return "there is a file or folder of that name";
  return "";
}

}  // namespace

void add_new(CLI::App& app, NewOptions& options) {
  app.add_option("name", options.name, "Of the folder, the program and the pool")
      ->type_name("NAME")
      ->required();
  app.add_flag("--as-is", options.is_as_is,
               "With a pool of std::mutex and std::thread, which knows nothing of poolproof");
}

ExitCode run_new(const NewOptions& options, Console& console) {
  const std::string& name = options.name;
  if (const std::string mistake = mistake_in(name); !mistake.empty())
    return refuse(console, fmt::format("new {}: {}", mocks::quotation(name), mistake));
  auto written = ensure_writable_folder(name);
  const auto then_write = [&](const char* file, const std::string& text) {
    if (written) written = write_text_file(std::filesystem::path(name) / file, text);
  };
  then_write("CMakeLists.txt", filled_in("CMakeLists.txt.in", options));
  then_write("README.md", filled_in("README.md.in", options));
  then_write("pool.cpp", pool_source(options));
  if (!written) return refuse(console, "new: " + written.error());
  console.out << fmt::format(
      "{0} has CMakeLists.txt, README.md and pool.cpp, a small pool to put yours in place of. "
      "Build and judge it with:\n"
      "  cmake -S {0} -B {0}/build\n"
      "  cmake --build {0}/build\n"
      "  ctest --test-dir {0}/build --output-on-failure\n",
      name);
  return ExitCode::held;
}

}  // namespace poolproof::sim
