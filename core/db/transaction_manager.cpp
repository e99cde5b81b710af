#include <poolproof/core/db/transaction_manager.h>

namespace poolproof {

Duration pause_after(std::uint32_t attempt, const RetryPolicy& policy, Rng& rng) noexcept {
  return pause_after(attempt, Backoff{policy.pause_first, policy.pause_max}, rng);
}

std::string TransactionError::message() const {
  const DbError* const error = db_error();
  return "no transaction after " + std::to_string(attempts) +
         (attempts == 1 ? " attempt: " : " attempts: ") +
         (error != nullptr ? to_string(*error) : acquire_error()->message());
}

}  // namespace poolproof
