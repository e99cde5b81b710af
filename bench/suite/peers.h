#pragma once
// The pools of others that this machine has libraries of, as contenders.

#include <poolproof/bench/suite/contender.h>

namespace poolproof::bench {

std::vector<Contender> peers();
/// Names and versions of those libraries: "SOCI 4.0.3, TBB 2021.8".
std::string peer_versions();

}  // namespace poolproof::bench
