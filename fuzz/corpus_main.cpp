// Where there is no libFuzzer: every file of a folder, and so many seeded changes of each.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include <poolproof/core/rng.h>
#include <poolproof/fuzz/entry.h>

namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::filesystem::path> files_of(const char* folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    paths.push_back(entry.path());
  std::ranges::sort(paths);  // The same order on every file system.
  return paths;
}

void run(const std::string& bytes) {
  const std::vector<std::uint8_t> data(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(data.data(), data.size());
}

/// A byte, a stretch, or something of another file.
std::string changed(std::string bytes, const std::string& other, poolproof::Rng& rng) {
  const auto place = [&](const std::string& text) {
    return rng.below(static_cast<std::uint32_t>(text.size()) + 1);
  };
  for (std::uint32_t n = 1 + rng.below(4); n > 0; --n) {
    const std::size_t from = place(bytes);
    switch (rng.below(4)) {
      case 0:
        bytes.erase(from, rng.below(16));
        break;
      case 1:
        bytes.insert(from, other.substr(place(other), rng.below(32)));
        break;
      case 2:
        bytes.resize(from);
        break;
      default:
        if (from < bytes.size()) bytes[from] = static_cast<char>(rng.below(256));
    }
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: " << argv[0] << " FOLDER CHANGES\n";
    return 2;
  }
  std::vector<std::string> corpus;
  for (const auto& path : files_of(argv[1]))
    corpus.push_back(contents(path));
  if (corpus.empty()) {
    std::cerr << argv[1] << ": no file\n";
    return 2;
  }
  const auto changes = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));
  const auto files = static_cast<std::uint32_t>(corpus.size());
  poolproof::Rng rng(1);
  for (const std::string& bytes : corpus) {
    run(bytes);
    for (std::uint32_t i = 0; i < changes; ++i)
      run(changed(bytes, corpus[rng.below(files)], rng));
  }
  std::cout << corpus.size() << " files, " << corpus.size() * (1 + changes) << " executions\n";
}
