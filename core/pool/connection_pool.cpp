#include <poolproof/core/pool/connection_pool.h>

namespace poolproof {

template class PoolCore<StdPlatform>;
template class BasicConnectionPool<StdPlatform>;

}  // namespace poolproof
