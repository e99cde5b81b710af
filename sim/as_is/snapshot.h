#pragma once
// What the loaded modules keep in variables, and how it is put back.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <poolproof/sim/as_is/modules.h>

namespace poolproof::sim::as_is {

/// Of the program and its libraries, but for the C library, this library and what only it needs.
class Snapshot {
 public:
  /// Takes it.
  explicit Snapshot(const std::vector<Module>& modules);
  void restore() const noexcept;
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  void keep(std::uintptr_t begin, std::uintptr_t end);

  struct Piece {
    char* at;
    std::vector<char> before;
  };
  std::vector<Piece> pieces_;
};

}  // namespace poolproof::sim::as_is
