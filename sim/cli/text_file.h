#pragma once
// Files read and written whole. Errors are sentences that begin with the path.

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace poolproof::sim {

/// Errors: what the system says; a file of more than `bytes_max`.
std::expected<std::string, std::string> read_text_file(const std::filesystem::path& path,
                                                       std::size_t bytes_max);

/// Writes or overwrites the file. Errors: what the system says.
std::expected<void, std::string> write_text_file(const std::filesystem::path& path,
                                                 std::string_view text);

/// Makes the folder if need be, and a file in it for a moment, to see that it can be done.
/// Errors: what the system says.
std::expected<void, std::string> ensure_writable_folder(const std::filesystem::path& folder);

/// Makes the file, or opens the one that is there, to see that it can be written; what is in it
/// stays. Errors: what the system says.
std::expected<void, std::string> ensure_writable_file(const std::filesystem::path& path);

}  // namespace poolproof::sim
