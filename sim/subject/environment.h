#pragma once
// What a pool under judgement is built from.

#include <cstdint>

#include <poolproof/core/db/db_client.h>
#include <poolproof/core/pool/pool_config.h>
#include <poolproof/core/pool/pool_observer.h>
#include <poolproof/sim/subject/adapter_mistakes.h>

namespace poolproof::sim {

/// Everything outlives the subject. Platform is SimPlatform inside an engine, StdPlatform on real
/// threads.
template <class Platform>
struct Environment {
  const PoolConfig& config;
  DbClientFactory& factory;
  typename Platform::clock& clock;
  PoolObserver* observer = nullptr;     ///< for pools that speak to one; may be null
  bool maintenance = false;             ///< the pool's own thread is to run its periodic check
  std::uint32_t lease_keys = 0;         ///< LeaseKeys that will be used: 0 to lease_keys - 1
  AdapterMistakes* mistakes = nullptr;  ///< the harness's own; not for subjects
};

}  // namespace poolproof::sim
