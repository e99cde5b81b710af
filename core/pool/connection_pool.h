#pragma once
// The pool for real threads. See basic_connection_pool.h for its operations and pool_config.h for
// its knobs.

#include <poolproof/core/pool/basic_connection_pool.h>
#include <poolproof/core/pool/std_platform.h>

namespace poolproof {

using ConnectionPool = BasicConnectionPool<StdPlatform>;

extern template class PoolCore<StdPlatform>;
extern template class BasicConnectionPool<StdPlatform>;

}  // namespace poolproof
