#pragma once
// The pools of others that this machine has libraries of, as contenders. Each library has a file
// peers_LIBRARY.cpp; CMake lists those that were found in peers.cpp.

#include <poolproof/bench/suite/contender.h>

namespace poolproof::bench {

std::vector<Contender> peers();
/// Names and versions of those libraries: "SOCI 4_0_3, TBB 2021.8".
std::string peer_versions();

/// What a file of peers gives.
struct Library {
  std::string version;
  std::vector<Contender> contenders;
};

/// Clients that do nothing, for queues and lists that only keep pointers.
class Clients {
 public:
  explicit Clients(std::size_t count) {
    clients_.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
      clients_.push_back(std::make_unique<NullClient>());
  }
  [[nodiscard]] const std::vector<std::unique_ptr<DbClient>>& all() const { return clients_; }

 private:
  std::vector<std::unique_ptr<DbClient>> clients_;
};

}  // namespace poolproof::bench
