#pragma once
// The reference pool over a real database, with every operation in a history, judged by the laws
// that judge every other history.

#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/maintenance.h>
#include <poolproof/sim/judge/law.h>
#include <poolproof/sim/scenario/real_recorder.h>
#include <poolproof/subjects/postgres/cancellable_acquires.h>
#include <poolproof/subjects/postgres/recorded_client.h>

namespace poolproof::subjects {

/// A pool with Maintenance, and its history. The thread that makes it is the main task; others say
/// who they are with is_caller(). Any thread, but for finish().
class RecordedPool {
 public:
  /// `callers` is how many threads say who they are. `clock` is the factory's, too.
  RecordedPool(const PoolConfig& config, DbClientFactory& factory, sim::RunClock& clock,
               std::uint64_t seed, std::uint16_t callers);

  /// The calling thread is the caller of that number, counted from 0.
  void is_caller(std::uint16_t number) { recorder_.is_client({.script = 0, .copy = number}); }

  /// Its leases go into the history only if the recorder is told of them (desk.h).
  [[nodiscard]] ConnectionPool& pool() noexcept { return *pool_; }
  [[nodiscard]] sim::Recorder& recorder() noexcept { return recorder_; }

  PoolMetrics metrics();
  /// Has one of `waiting` give up. Whether there was one. The main task's.
  bool cancel(CancellableAcquires& waiting, std::size_t which);

  /// How many events there are: whether anything has happened lately.
  [[nodiscard]] std::size_t events() const { return recorder_.events(); }
  /// Nothing has happened for a while: whoever is inside an acquire, and in no client's call, is
  /// asleep.
  void note_stall() { recorder_.note_stall(false); }

  /// When all callers are done: takes out every slot's connection to see that none was lost,
  /// drains and destroys the pool. The main task's. Returns the last metrics.
  PoolMetrics finish();
  /// After finish().
  [[nodiscard]] const sim::History& history() const noexcept { return history_; }

 private:
  std::expected<Lease, AcquireError> try_acquire();
  void release(Lease lease);
  void audit();

  sim::RunClock& clock_;
  sim::History history_;
  sim::RealRecorder recorder_;
  RecordedFactory factory_;
  const std::uint64_t races_before_;
  std::optional<ConnectionPool> pool_;
  std::optional<Maintenance> maintenance_;  // after the pool: it stops first
};

}  // namespace poolproof::subjects
