#include <poolproof/sim/cli/text_file.h>

#include <cerrno>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

namespace poolproof::sim {
namespace {

std::unexpected<std::string> system_says(const std::filesystem::path& path, int error,
                                         std::string_view what) {
  const std::string message = std::generic_category().message(error == 0 ? EIO : error);
  return std::unexpected(fmt::format("{}: {}: {}", path.string(), what, message));
}

}  // namespace

std::expected<std::string, std::string> read_text_file(const std::filesystem::path& path,
                                                       std::size_t bytes_max) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return system_says(path, EISDIR, "cannot be read");
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return system_says(path, errno, "cannot be read");
  std::string text;
  char buffer[65536];
  while (file.read(buffer, sizeof buffer), file.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(file.gcount()));
    if (text.size() > bytes_max) {
      return std::unexpected(fmt::format("{}: is larger than {} bytes, the most that is read",
                                         path.string(), bytes_max));
    }
  }
  if (file.bad()) return system_says(path, errno, "cannot be read");
  return text;
}

std::expected<void, std::string> write_text_file(const std::filesystem::path& path,
                                                 std::string_view text) {
  std::error_code unknown;
  const bool is_new = !std::filesystem::exists(path, unknown);
  errno = 0;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (file) return {};
  const int error = errno;
  if (is_new) std::filesystem::remove(path, unknown);  // Half a file is worse than none.
  return system_says(path, error, "cannot be written");
}

std::expected<void, std::string> ensure_writable_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return system_says(folder, error.value(), "cannot be made a folder");
  const std::filesystem::path probe = folder / ".poolproof-probe";
  if (auto written = write_text_file(probe, ""); !written) {
    return std::unexpected(fmt::format("{}: no file can be written there", folder.string()));
  }
  std::filesystem::remove(probe, error);
  return {};
}

std::expected<void, std::string> ensure_writable_file(const std::filesystem::path& path) {
  errno = 0;
  const std::ofstream file(path, std::ios::binary | std::ios::app);
  if (!file) return system_says(path, errno, "cannot be written");
  return {};
}

}  // namespace poolproof::sim
