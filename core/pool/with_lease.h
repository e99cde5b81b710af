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
/// not called then. Waits at most the pool's acquire_timeout. Any thread.  Blocks as acquire()
/// does, and for as long as `work` does.
///
/// Example:
///   const auto users = with_lease(pool, [](Lease& lease) {
///     return lease.client().execute("select count(*) from users", {});
///   });
///   if (!users) std::cerr << users.error().message() << "\n";  // no lease
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
