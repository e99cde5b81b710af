#include <poolproof/core/pool/connection_pool.h>

namespace poolproof {

bool StdPlatform::watches_leases() noexcept {
#ifdef NDEBUG
  return false;
#else
  return true;
#endif
}

template class PoolCore<StdPlatform>;
template class BasicConnectionPool<StdPlatform>;

}  // namespace poolproof
