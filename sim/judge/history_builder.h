#pragma once
// Writes a history by hand, for tests and examples: a verb per thing that happens, in order.

#include <string>

#include <poolproof/sim/judge/history.h>
#include <poolproof/sim/judge/law.h>

namespace poolproof::sim {

/// Tasks and sessions are plain numbers, so that a story reads at a glance. Every verb returns the
/// builder.
///
///   HistoryBuilder h;
///   h.takes(1, 1).at(5ms).acquire(2).parked(2).gives_back(1, 1).got(2, 1);
class HistoryBuilder {
 public:
  /// min_size 0, max_size 2, no expiry, no pause after refused connects, nothing pinged before it
  /// is handed out, a pool that promises everything.
  HistoryBuilder();

  PoolConfig& config() noexcept { return history_.config; }
  Capabilities& capabilities() noexcept { return history_.capabilities; }
  [[nodiscard]] const History& history() const noexcept { return history_; }
  HistoryBuilder& on_real_threads();

  /// What follows happens at this time since the beginning.
  HistoryBuilder& at(Duration since_begin);

  // Operations: call and return, or both at once.
  HistoryBuilder& call(unsigned task, Operation operation, unsigned session = 0,
                       Duration timeout = {});
  HistoryBuilder& returns(unsigned task, Outcome outcome = Outcome::ok, unsigned session = 0);
  HistoryBuilder& does(unsigned task, Operation operation, unsigned session = 0);
  HistoryBuilder& acquire(unsigned task, Duration timeout = std::chrono::seconds{5});
  HistoryBuilder& got(unsigned task, unsigned session);
  /// acquire, with a connect when the session is new, and its return.
  HistoryBuilder& takes(unsigned task, unsigned session);
  /// try_acquire and its return.
  HistoryBuilder& tries(unsigned task, Outcome outcome, unsigned session = 0);
  HistoryBuilder& release(unsigned task, unsigned session);
  /// release and its return.
  HistoryBuilder& gives_back(unsigned task, unsigned session);
  HistoryBuilder& resize(unsigned task, unsigned min_size, unsigned max_size,
                         Outcome outcome = Outcome::ok);
  HistoryBuilder& snapshot(unsigned task, const Snapshot& snapshot);
  /// Return of an acquire that gave no lease, and what its error said.
  HistoryBuilder& refused(unsigned task, Outcome outcome, const Refusal& refusal);
  HistoryBuilder& drained(unsigned task, unsigned leases_out);
  /// `task` cancels the acquire of `target`, and returns.
  HistoryBuilder& cancels(unsigned task, unsigned target);
  HistoryBuilder& used_ended(unsigned task, unsigned session);
  HistoryBuilder& leaves(unsigned task, mocks::Leftover what, unsigned session);
  /// acquire of a known session on which something of an earlier lease is still found.
  HistoryBuilder& finds(unsigned task, unsigned session, mocks::Leftover what);

  // Calls of the client: begin and end, or both at once.
  HistoryBuilder& begins(unsigned task, ClientCall call, unsigned session,
                         unsigned locks_held = 0);
  /// How long the call that has just begun may last.
  /// Of the event before: `count`.
  HistoryBuilder& counts(std::uint32_t count);
  HistoryBuilder& given(Duration time);
  HistoryBuilder& ends(unsigned task, Outcome outcome = Outcome::ok);
  HistoryBuilder& calls(unsigned task, ClientCall call, unsigned session,
                        Outcome outcome = Outcome::ok);
  HistoryBuilder& opens(unsigned task, unsigned session, Outcome outcome = Outcome::ok) {
    return calls(task, ClientCall::connect, session, outcome);
  }
  HistoryBuilder& closes(unsigned task, unsigned session) {
    return calls(task, ClientCall::close, session);
  }

  /// A step of a transaction: its fields but kind, time and task.
  HistoryBuilder& step(unsigned task, Event fields);

  HistoryBuilder& parked(unsigned task);
  HistoryBuilder& stalled(Outcome outcome = Outcome::ok, Duration until_next_timer = {});
  HistoryBuilder& server_restarts();
  /// The session died so long ago, and its client knows.
  HistoryBuilder& died(unsigned session, Duration ago);
  HistoryBuilder& finished(Outcome outcome = Outcome::ok);

  // The observer's words. Their sequence counts up, unless one is given.
  HistoryBuilder& observed(unsigned task, PoolEventKind kind, unsigned connection = 0,
                           unsigned waiter = 0, unsigned sequence = 0);
  /// Of the word before: the numbers that came with it.
  HistoryBuilder& with(int leases, std::uint32_t waiting);
  HistoryBuilder& changed(unsigned task, unsigned connection, ConnectionState from,
                          ConnectionState to, unsigned sequence = 0);

  /// The sentences of what `law` alone finds, one a line; "n/a: <why>" when it does not
  /// judge, "unknown" when it gives up.
  [[nodiscard]] std::string judged_by(LawId law) const;
  /// The sentences of all laws, each after its label: "L1: ...".
  [[nodiscard]] std::string judged() const;

 private:
  Event& add(EventKind kind, TaskId task);
  [[nodiscard]] const Event* open(unsigned task, EventKind begin, EventKind end) const;

  History history_;
  Instant now_{};
  std::uint32_t sequence_ = 0;
};

}  // namespace poolproof::sim
