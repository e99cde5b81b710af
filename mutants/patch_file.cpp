#include <poolproof/mutants/patch_file.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <ranges>

#include <fmt/format.h>

#include <poolproof/sim/judge/law.h>

namespace poolproof::mutants {
namespace {

/// What follows "Field: " on a line of its own; empty when there is none.
std::string field(std::string_view head, std::string_view name) {
  const std::string begin = fmt::format("{}: ", name);
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find('\n'));
    if (line.starts_with(begin)) return std::string(line.substr(begin.size()));
    head.remove_prefix(std::min(line.size() + 1, head.size()));
  }
  return "";
}

bool is_law(std::string_view label) {
  return label == "L17" ||  // Judged by the build with ThreadSanitizer alone.
         std::ranges::find(sim::laws(), label, &sim::Law::label) != sim::laws().end();
}

std::vector<std::string> split(std::string_view labels) {
  std::vector<std::string> list;
  while (!labels.empty()) {
    const auto end = std::min(labels.find(", "), labels.size());
    list.emplace_back(labels.substr(0, end));
    labels.remove_prefix(std::min(end + 2, labels.size()));
  }
  return list;
}

}  // namespace

std::expected<PatchFile, std::string> read_patch(std::string_view text, const std::string& stem) {
  const std::string_view head = text.substr(0, text.find("\n--- "));
  const PatchFile patch{.stem = stem,
                        .name = field(head, "Name"),
                        .source = field(head, "Source"),
                        .laws = split(field(head, "Law")),
                        .what = field(head, "What")};
  const auto missing = [&](std::string_view name) {
    return std::unexpected(fmt::format("{}.patch: the head needs a line \"{}: ...\"", stem, name));
  };
  if (patch.name.empty()) return missing("Name");
  if (patch.source.empty()) return missing("Source");
  if (patch.laws.empty()) return missing("Law");
  if (patch.what.empty()) return missing("What");
  const auto unknown = std::ranges::find_if_not(patch.laws, is_law);
  if (unknown == patch.laws.end()) return patch;
  return std::unexpected(
      fmt::format("{}.patch: Law: \"{}\": expected labels as poolproof list "
                  "prints them, as in \"L3, L5\"",
                  stem, *unknown));
}

std::expected<std::vector<PatchFile>, std::string> read_patches(
    const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".patch") paths.push_back(entry.path());
  }
  if (error) return std::unexpected(fmt::format("{}: {}", folder.string(), error.message()));
  if (paths.empty()) return std::unexpected(folder.string() + ": there is no *.patch in it");
  std::ranges::sort(paths);
  std::vector<PatchFile> patches;
  for (const std::filesystem::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto patch = read_patch(text, path.stem().string());
    if (!patch) return std::unexpected(std::move(patch.error()));
    patches.push_back(*std::move(patch));
  }
  return patches;
}

}  // namespace poolproof::mutants
