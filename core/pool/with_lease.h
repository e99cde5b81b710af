#pragma once
// The shortest way to use a pool: take a connection, do something with it, give it back.

#include <expected>
#include <functional>
#include <source_location>
#include <type_traits>
#include <utility>

#include <poolproof/core/pool/acquire_error.h>
#include <poolproof/core/pool/lease.h>

namespace poolproof {

/// Calls `work(lease)` with a connection of `pool`, and returns what it returns. The lease ends
/// with `work`, also by an exception, which passes through. Errors: those of acquire(); `work` is
/// not called then.  Blocks as acquire() does.
template <class Pool, class Work>
auto with_lease(Pool& pool, Work&& work,
                std::source_location taken_by = std::source_location::current())
    -> std::expected<std::invoke_result_t<Work, Lease&>, AcquireError> {
  auto lease = pool.acquire(taken_by);
  if (!lease) return std::unexpected(std::move(lease.error()));
  if constexpr (std::is_void_v<std::invoke_result_t<Work, Lease&>>) {
    std::invoke(std::forward<Work>(work), *lease);
    return {};
  } else {
    return std::invoke(std::forward<Work>(work), *lease);
  }
}

}  // namespace poolproof
