#include <poolproof/core/db/transaction_manager.h>

namespace poolproof {

Duration pause_after(std::uint32_t attempt, const RetryPolicy& policy, Rng& rng) noexcept {
  return pause_after(attempt, Backoff{policy.pause_first, policy.pause_max}, rng);
}

bool may_connect_later(const AcquireError& error) noexcept {
  if (error.kind != AcquireErrorKind::connect_failed) return false;
  switch (error.cause.kind) {
    case DbErrorKind::connection_failed:
    case DbErrorKind::connection_lost:
    case DbErrorKind::resource_exhausted:
    case DbErrorKind::timed_out:
    case DbErrorKind::busy:
      return true;
    default:
      return false;  // Such as a wrong password.
  }
}

std::string TransactionError::message() const {
  const DbError* const error = db_error();
  return "no transaction after " + std::to_string(attempts) +
         (attempts == 1 ? " attempt: " : " attempts: ") +
         (error != nullptr ? to_string(*error) : acquire_error()->message());
}

}  // namespace poolproof
