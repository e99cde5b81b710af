#pragma once
// A thread of the trial: transfers money as applications do it, by a TransactionManager, and
// remembers what it was told.

#include <atomic>
#include <string>
#include <vector>

#include <poolproof/core/db/transaction_manager.h>
#include <poolproof/core/rng.h>
#include <poolproof/subjects/postgres/desk.h>
#include <poolproof/subjects/postgres/progress_board.h>
#include <poolproof/subjects/postgres/recorded_pool.h>

namespace poolproof::subjects {

/// What became of the transfers of one teller, or of several together.
struct TellerBook {
  std::vector<TransferId> committed;
  std::vector<TransferId> ambiguous;  ///< told ambiguous_commit
  std::uint64_t refused = 0;          ///< serialization failures and deadlocks, tried again
  std::uint64_t timed_out = 0;        ///< transactions that met their deadline before the commit
  std::uint64_t lost = 0;             ///< sessions lost during a transaction or its commit
  std::uint64_t acquire_timeouts = 0;
  std::uint64_t cancelled = 0;  ///< acquires that somebody else gave up for them
  std::uint64_t failed_connects = 0;
  std::uint64_t left_open = 0;         ///< transactions that were not ended, on purpose
  std::vector<std::string> surprises;  ///< errors that nothing done to the server explains

  void add(const TellerBook& other);
};

/// What all tellers of a round share.
struct Counter {
  RecordedPool& pool;
  ProgressBoard& board;
  ThreadClock& clock;
  Isolation isolation = Isolation::read_committed;
  Duration patience = std::chrono::seconds(1);  ///< for a transaction, its acquires included
  TransferId first_id{};                        ///< of the round
  CancellableAcquires waiting{};
  std::atomic<bool> is_open = true;  ///< until the round ends
};

class Teller final : private PlaceListener {
 public:
  Teller(Counter& counter, std::uint16_t number, std::uint64_t seed) noexcept;

  /// Until the counter is closed. On a thread of its own.
  TellerBook work();

 private:
  void serve();
  void handle(const TransactionError& error, const Transfer& what);
  void handle(const AcquireError& error);
  void handle(const DbError& error);
  void leave_open();
  Transfer next_transfer();
  void is_at(Place place) override { counter_.board.is_at(number_, place); }

  Counter& counter_;
  const std::uint16_t number_;
  Rng rng_;
  Desk desk_;
  BasicTransactionManager<Desk> transactions_;
  std::int64_t transfers_ = 0;
  TellerBook book_;
};

}  // namespace poolproof::subjects
