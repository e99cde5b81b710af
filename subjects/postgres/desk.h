#pragma once
// The pool as the transactions of one teller see it: whatever passes between the two is in the
// history, and people who wait are told what it is.

#include <expected>
#include <source_location>
#include <stop_token>

#include <poolproof/sim/scenario/recording_witness.h>
#include <poolproof/subjects/postgres/bank.h>
#include <poolproof/subjects/postgres/cancellable_acquires.h>
#include <poolproof/subjects/postgres/recorded_pool.h>
#include <poolproof/subjects/witnessed_pool.h>

namespace poolproof::subjects {

/// What a transaction manager needs of a pool. One thread's. Pool and listener outlive it.
class Desk final : private sim::RecordingWitness {
 public:
  using Lease = WitnessedLease<RecordedClient>;

  Desk(RecordedPool& pool, PlaceListener& listener, CancellableAcquires& waiting) noexcept
      : RecordingWitness(pool.recorder()),
        recorder_(pool.recorder()),
        pool_(pool.pool(), *this),
        listener_(listener),
        waiting_(waiting) {}

  std::expected<Lease, AcquireError> acquire_until(
      Instant deadline, std::source_location taken_by = std::source_location::current()) {
    auto lease = pool_.acquire_until(
        deadline, [this] { return stop_.get_token(); }, taken_by);
    if (lease) opened_at_ = lease->connection().opened_at;
    return lease;
  }
  [[nodiscard]] Clock& clock() noexcept { return pool_.clock(); }
  [[nodiscard]] const PoolConfig& config() const noexcept { return pool_.config(); }

  /// Since when there is the session that was acquired last.
  [[nodiscard]] Instant opened_at() const noexcept { return opened_at_; }

 private:
  void acquiring(Duration timeout) override {
    listener_.is_at("acquire");
    RecordingWitness::acquiring(timeout);
    stop_ = std::stop_source();
    waiting_.begin(recorder_.self(), stop_);
  }
  void acquired(sim::Outcome outcome, sim::SessionId session) override {
    waiting_.end(recorder_.self());
    RecordingWitness::acquired(outcome, session);
    listener_.is_at("begin");
  }
  void releasing(sim::SessionId session, std::uint32_t leftovers) override {
    listener_.is_at("release");
    RecordingWitness::releasing(session, leftovers);
  }
  /// Not written down: steps of transactions are for the laws of transactions, which are not
  /// judged here.
  void pausing(Duration /*duration*/) override { listener_.is_at("pause before another attempt"); }

  sim::Recorder& recorder_;
  WitnessedPool<ConnectionPool, RecordedClient> pool_;
  PlaceListener& listener_;
  CancellableAcquires& waiting_;
  std::stop_source stop_;  // of the acquire under way
  Instant opened_at_{};
};

}  // namespace poolproof::subjects
