#include <poolproof/subjects/transactions_subject.h>

namespace poolproof::subjects {

sim::Outcome outcome_of(const TransactionError& error) noexcept {
  if (const AcquireError* const refused = error.acquire_error())
    return sim::outcome_of(refused->kind);
  if (error.is_ambiguous()) return sim::Outcome::ambiguous;
  if (is_retry_safe(*error.db_error())) return sim::Outcome::conflict;
  return error.db_error()->kind == DbErrorKind::timed_out ? sim::Outcome::timed_out
                                                          : sim::Outcome::failed;
}

}  // namespace poolproof::subjects
