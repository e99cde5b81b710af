// L21: who cancels an acquire gets cancelled or the lease, at once; nothing is lost, and nobody
// else waits longer for it.
#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/lost_wakeup.h>
#include <poolproof/sim/judge/laws/transaction_runs.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

/// Which acquire was cancelled by whom. Who cancels a transaction cancels the acquires to come.
class Cancels {
 public:
  Cancels(const History& history, const HistoryIndex& index)
      : history_(history), index_(index), runs_(runs_of(history, index)) {}

  /// The first cancel that was meant for it, or null.
  [[nodiscard]] const OperationRecord* of(const OperationRecord& acquire) const {
    if (acquire.kind != Operation::acquire) return nullptr;
    return cancel_between(history_, index_, acquire.task, began(acquire), acquire.ret);
  }

 private:
  [[nodiscard]] EventIndex began(const OperationRecord& acquire) const {
    for (const TransactionRun& run : runs_) {
      const bool is_within =
          run.task == acquire.task && run.run < acquire.call && acquire.call < run.done;
      if (is_within) return run.run;
    }
    return acquire.call;
  }

  const History& history_;
  const HistoryIndex& index_;
  const std::vector<TransactionRun> runs_;
};

void judge_cancelled_answer(const History& history, const Cancels& cancels,
                            const OperationRecord& acquire, Found& found) {
  if (acquire.ret == absent || acquire.outcome != Outcome::cancelled) return;
  if (cancels.of(acquire) != nullptr) return;
  found.push_back({LawId::cancellation,
                   {acquire.call, acquire.ret},
                   fmt::format("{} answered cancelled {} although nobody had cancelled it",
                               name(acquire), moment(history, acquire.ret))});
}

/// What was opened for who then did not want it serves the next.
void judge_wasted_session(const History& history, const HistoryIndex& index,
                          const SessionRecord& session, Found& found) {
  if (session.opener == absent || session.opener != session.closer) return;
  const OperationRecord& acquire = index.operations[session.opener];
  if (acquire.outcome != Outcome::cancelled || !session.is_connected) return;
  const Duration lifetime = history.config.max_lifetime;
  const Duration age =
      instant(history, session.close_begin) - instant(history, session.connect_begin);
  const bool is_old =
      lifetime > Duration::zero() && age + slack(history) >= lifetime - lifetime / 10;
  const bool has_cause =
      is_old || session.first_failure < session.close_begin ||
      session.dead_since <= instant(history, session.close_begin) || !index.demotions.empty() ||
      index.first_close_call < session.close_begin || !index.evictions.empty() ||
      !index.resizes.empty() || !index.server_restarts.empty();
  if (has_cause) return;
  found.push_back(
      {LawId::cancellation,
       {acquire.call, session.connect_end, session.close_begin},
       fmt::format("{} was opened for {}, which was cancelled, and closed {} instead "
                   "of being put to use for the next",
                   name(session), name(acquire), moment(history, session.close_begin))});
}

void judge_cancelled_sleepers(const History& history, const HistoryIndex& index,
                              const Cancels& cancels, const StallRecord& stall, Found& found) {
  if (may_be_locked_out(history, stall)) return;
  for (std::uint32_t p = stall.parked_begin; p < stall.parked_end; ++p) {
    const OperationRecord& acquire = index.operations[index.parked[p].operation];
    const OperationRecord* const cancel = cancels.of(acquire);
    if (cancel == nullptr || cancel->ret > stall.event) continue;
    found.push_back({LawId::cancellation,
                     {acquire.call, cancel->ret, stall.event},
                     fmt::format("{} still slept {} although it had been cancelled (event {})",
                                 name(acquire), moment(history, stall.event), cancel->ret)});
    return;
  }
}

/// A waiter sleeps beside what a cancelled one was, or would have been, given.
void judge_what_was_lost(const History& history, const HistoryIndex& index, const Cancels& cancels,
                         const StallRecord& stall, Found& found) {
  const auto lost = lost_wakeup(history, index, stall);
  if (!lost) return;
  const OperationRecord& waiter = index.operations[lost->waiter];
  for (const OperationRecord& acquire : index.operations) {
    const OperationRecord* const cancel = cancels.of(acquire);
    if (cancel == nullptr || acquire.ret > stall.event || acquire.ret < waiter.call) continue;
    found.push_back(
        {LawId::cancellation,
         {cancel->call, acquire.ret, stall.event},
         fmt::format("{} was cancelled (event {}), and what it did not want was not passed to {}, "
                     "which slept in acquire {}",
                     name(acquire), cancel->call, name(waiter.task),
                     moment(history, stall.event))});
    return;
  }
}

}  // namespace

void judge_cancellation(const History& history, const HistoryIndex& index, Found& found) {
  const Cancels cancels(history, index);
  for (const OperationRecord& operation : index.operations)
    judge_cancelled_answer(history, cancels, operation, found);
  const bool has_cancels = std::ranges::any_of(
      index.operations,
      [](const OperationRecord& operation) { return operation.kind == Operation::cancel; });
  if (!has_cancels) return;
  for (const SessionRecord& session : index.sessions)
    judge_wasted_session(history, index, session, found);
  if (!history.virtual_time) return;
  for (const StallRecord& stall : index.stalls) {
    const std::size_t before = found.size();
    judge_cancelled_sleepers(history, index, cancels, stall, found);
    judge_what_was_lost(history, index, cancels, stall, found);
    if (found.size() != before) return;  // It sleeps on: later stalls would say the same again.
  }
}

}  // namespace poolproof::sim
