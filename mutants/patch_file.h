#pragma once
// What a patch in this folder says about itself.

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof::mutants {

/// The head of a patch: a line "Name: ..." and so on for each of these, before the first file.
struct PatchFile {
  std::string stem;               ///< the file's name without .patch
  std::string name;               ///< the same without the number in front
  std::string source;             ///< where the bug was seen: owner/name#number, or "general"
  std::vector<std::string> laws;  ///< that it breaks: labels
  std::string what;               ///< one sentence
};

/// Errors: one sentence that names the file and the field.
std::expected<PatchFile, std::string> read_patch(std::string_view text, const std::string& stem);

/// Every *.patch of `folder`, in order of name. Errors: one sentence.
std::expected<std::vector<PatchFile>, std::string> read_patches(
    const std::filesystem::path& folder);

}  // namespace poolproof::mutants
