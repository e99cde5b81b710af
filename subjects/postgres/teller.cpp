#include <poolproof/subjects/postgres/teller.h>

#include <utility>

namespace poolproof::subjects {
namespace {

void append(std::vector<TransferId>& to, const std::vector<TransferId>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// What a server does that is being shot at: sessions end, statements meet their deadline.
bool is_expected(const DbError& error) noexcept {
  return is_retry_safe(error) || is_session_lost(error) || error.kind == DbErrorKind::timed_out;
}

/// Pauses short enough for the accounts to stay contended.
RetryPolicy busy_policy(std::uint64_t seed) noexcept {
  return {.attempts_max = 20,
          .pause_first = std::chrono::milliseconds(1),
          .pause_max = std::chrono::milliseconds(50),
          .seed = seed};
}

}  // namespace

void TellerBook::add(const TellerBook& other) {
  append(committed, other.committed);
  append(ambiguous, other.ambiguous);
  refused += other.refused;
  timed_out += other.timed_out;
  lost += other.lost;
  acquire_timeouts += other.acquire_timeouts;
  cancelled += other.cancelled;
  failed_connects += other.failed_connects;
  left_open += other.left_open;
  surprises.insert(surprises.end(), other.surprises.begin(), other.surprises.end());
}

Teller::Teller(Counter& counter, std::uint16_t number, std::uint64_t seed) noexcept
    : counter_(counter),
      number_(number),
      rng_(Rng::stream(seed, number)),
      desk_(counter.pool, *this, counter.waiting),
      transactions_(desk_, busy_policy(seed)) {}

TellerBook Teller::work() {
  counter_.pool.is_caller(number_);
  while (counter_.is_open)
    serve();
  is_at("gone home");
  return std::move(book_);
}

void Teller::serve() {
  const Transfer what = next_transfer();
  Instant began;
  std::uint64_t attempts = 0;
  const auto done =
      transactions_.run({.isolation = counter_.isolation,
                         .deadline = deadline_after(counter_.clock.now(), counter_.patience)},
                        [&](Transaction& transaction) {
                          began = counter_.clock.now();
                          if (++attempts > 1) ++book_.refused;
                          return transfer(transaction, counter_.isolation, what, *this);
                        });
  if (!done) return handle(done.error(), what);
  book_.committed.push_back(what.id);
  counter_.board.committed(began, desk_.opened_at());
  if (rng_.chance(1, 50)) leave_open();
}

void Teller::handle(const TransactionError& error, const Transfer& what) {
  if (const AcquireError* const refused = error.acquire_error()) return handle(*refused);
  if (error.is_ambiguous()) book_.ambiguous.push_back(what.id);
  handle(*error.db_error());
}

void Teller::handle(const AcquireError& error) {
  if (error.kind == AcquireErrorKind::cancelled) {
    ++book_.cancelled;
    return;
  }
  const bool is_timeout = error.kind == AcquireErrorKind::timed_out;
  ++(is_timeout ? book_.acquire_timeouts : book_.failed_connects);
  is_at("pause after a failed acquire");
  counter_.clock.sleep_until(deadline_after(counter_.clock.now(), std::chrono::milliseconds(5)));
}

void Teller::handle(const DbError& error) {
  if (!is_expected(error)) book_.surprises.push_back(to_string(error));
  if (error.kind == DbErrorKind::timed_out) ++book_.timed_out;
  if (is_session_lost(error)) ++book_.lost;
}

/// As no application should: money out of nothing in a transaction that a lease ends with, and
/// which the pool's reset must take back.
void Teller::leave_open() {
  const Instant deadline = deadline_after(counter_.clock.now(), counter_.patience);
  const auto lease = desk_.acquire_until(deadline);
  if (!lease) return handle(lease.error());
  is_at("leave a transaction open");
  DbClient& client = lease->client();
  client.set_deadline(deadline);
  if (!client.execute("begin", {})) return;
  ++book_.left_open;
  static_cast<void>(client.execute("update accounts set balance = balance + 1 where id = 1", {}));
}

/// Numbers that no other teller of any round gives out.
Transfer Teller::next_transfer() {
  constexpr std::int64_t tellers_max = 1'000;
  const auto id = static_cast<std::int64_t>(counter_.first_id) + transfers_++ * tellers_max +
                  std::int64_t{number_};
  const auto count = static_cast<std::uint32_t>(accounts);
  const std::uint32_t from = rng_.below(count);
  const std::uint32_t to = (from + 1 + rng_.below(count - 1)) % count;
  return {.id = TransferId{id},
          .from = std::int64_t{from} + 1,
          .to = std::int64_t{to} + 1,
          .amount = std::int64_t{rng_.below(100)} + 1};
}

}  // namespace poolproof::subjects
