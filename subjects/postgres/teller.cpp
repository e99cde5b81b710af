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

}  // namespace

void TellerBook::add(const TellerBook& other) {
  append(committed, other.committed);
  append(ambiguous, other.ambiguous);
  refused += other.refused;
  timed_out += other.timed_out;
  lost += other.lost;
  acquire_timeouts += other.acquire_timeouts;
  failed_connects += other.failed_connects;
  left_open += other.left_open;
  surprises.insert(surprises.end(), other.surprises.begin(), other.surprises.end());
}

TellerBook Teller::work() {
  counter_.pool.is_caller(number_);
  while (counter_.is_open)
    serve();
  is_at("gone home");
  return std::move(book_);
}

void Teller::serve() {
  is_at("acquire");
  auto lease = counter_.pool.acquire();
  if (!lease) {
    const bool is_timeout = lease.error().kind == AcquireErrorKind::timed_out;
    ++(is_timeout ? book_.acquire_timeouts : book_.failed_connects);
    is_at("pause after a failed acquire");
    return pause(std::chrono::milliseconds(5));
  }
  try_transfer(*lease);
  is_at("release");
  counter_.pool.release(std::move(*lease));
}

void Teller::try_transfer(Lease& lease) {
  constexpr int tries_max = 20;
  const Transfer what = next_transfer();
  for (int tries = 0; tries < tries_max && counter_.is_open; ++tries) {
    const Instant began = counter_.clock.now();
    lease->set_deadline(deadline_after(began, counter_.patience));
    const auto done = transfer(lease.client(), counter_.isolation, what, *this);
    if (done) {
      book_.committed.push_back(what.id);
      counter_.board.committed(began, lease.connection().opened_at);
      if (rng_.chance(1, 50)) leave_open(lease);
      return;
    }
    handle(done.error(), what, lease);
    const bool may_go_on = is_retry_safe(done.error().error) && roll_back(lease);
    if (!may_go_on) return;
    ++book_.refused;
  }
}

void Teller::handle(const TransferFailure& failure, const Transfer& what, Lease& lease) {
  const DbError& error = failure.error;
  if (failure.may_have_committed) book_.ambiguous.push_back(what.id);
  if (!is_expected(error)) book_.surprises.push_back(to_string(error));
  if (error.kind == DbErrorKind::timed_out) ++book_.timed_out;
  if (!is_session_lost(error)) return;
  ++book_.lost;
  counter_.pool.invalidate(lease);
}

bool Teller::roll_back(Lease& lease) {
  is_at("rollback");
  lease->set_deadline(deadline_after(counter_.clock.now(), counter_.patience));
  const auto done = lease->execute("rollback", {});
  if (!done && is_session_lost(done.error())) counter_.pool.invalidate(lease);
  return done.has_value();
}

/// Money out of nothing, which the pool's reset must take back.
void Teller::leave_open(Lease& lease) {
  is_at("leave a transaction open");
  const auto begun = lease->execute("begin", {});
  if (!begun) return;
  ++book_.left_open;
  static_cast<void>(lease->execute("update accounts set balance = balance + 1 where id = 1", {}));
}

void Teller::pause(Duration duration) {
  counter_.clock.sleep_until(deadline_after(counter_.clock.now(), duration));
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
