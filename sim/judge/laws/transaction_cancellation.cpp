// T8: who cancels a transaction is answered at once.
#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/transaction_runs.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

class CancelOfRun {
 public:
  CancelOfRun(const History& history, const HistoryIndex& index, const TransactionRun& run,
              Found& found)
      : history_(history), index_(index), run_(run), found_(found) {
    const OperationRecord* const cancel =
        cancel_between(history, index, run.task, run.run, run.done);
    if (cancel == nullptr) return;
    cancel_ = cancel->call;
    cancelled_ = cancel->ret;
  }

  void judge() {
    judge_answer();
    if (cancelled_ == absent) return;
    judge_attempts();
    judge_words();
    if (history_.virtual_time) judge_pauses();
  }

 private:
  void judge_answer() {
    if (run_.done == absent || cancel_ != absent) return;
    if (history_.events[run_.done].outcome != Outcome::cancelled) return;
    report({run_.done}, fmt::format("the transaction of {} was reported cancelled {} although "
                                    "nobody had cancelled it",
                                    name(run_.task), moment(history_, run_.done)));
  }

  /// What has been begun ends as it does; one that asked for its connection afterwards was not.
  void judge_attempts() {
    EventIndex asked = run_.run;  // where the attempt asked for its connection
    for_each_event(history_, run_, [&](EventIndex i, const Event& event) {
      if (event.kind == EventKind::call && event.operation == Operation::acquire) asked = i;
      if (!is_begin(event) || asked < cancelled_) return;
      report({cancelled_, i},
             fmt::format("{} began another attempt {} although it had been cancelled (event {})",
                         name(run_.task), moment(history_, i), cancelled_));
    });
  }

  /// Where nothing was under way but a pause, which ended early, the cancel is the answer.
  void judge_words() {
    if (run_.done == absent) return;
    EventIndex pause = absent;
    for_each_event(history_, run_, [&](EventIndex i, const Event& event) {
      if (is_step(event, TransactionStep::pauses)) pause = i;
      if (event.kind != EventKind::transaction) pause = absent;
    });
    if (pause == absent || cancel_ < pause) return;
    const Event& done = history_.events[run_.done];
    const Instant end = deadline_after(instant(history_, pause), history_.events[pause].timeout);
    const Instant answered = instant(history_, run_.done);
    if (done.outcome == Outcome::cancelled || answered + slack(history_) >= end) return;
    report({pause, cancelled_, run_.done},
           fmt::format(
               "the pause of {} ended {} because it had been cancelled (event {}), and its "
               "transaction was reported {}",
               name(run_.task), moment(history_, run_.done), cancelled_, to_string(done.outcome)));
  }

  void judge_pauses() {
    EventIndex pause = absent;  // what the task did last, if that was to pause
    EventIndex from = run_.run;
    for (const StallRecord& stall : index_.stalls) {
      if (run_.done != absent && stall.event > run_.done) return;
      for (EventIndex i = from; i < stall.event; ++i) {
        const Event& event = history_.events[i];
        if (event.task == run_.task) pause = is_step(event, TransactionStep::pauses) ? i : absent;
      }
      from = std::max(from, stall.event);
      if (stall.event < cancelled_ || pause == absent) continue;
      report({pause, cancelled_, stall.event},
             fmt::format("{} still paused {} although it had been cancelled (event {})",
                         name(run_.task), moment(history_, stall.event), cancelled_));
      return;  // It sleeps on: later stalls would say the same again.
    }
  }

  void report(std::vector<std::size_t> events, std::string sentence) {
    events.insert(events.begin(), run_.run);
    found_.push_back({LawId::transaction_cancellation, std::move(events), std::move(sentence)});
  }

  const History& history_;
  const HistoryIndex& index_;
  const TransactionRun& run_;
  Found& found_;
  EventIndex cancel_ = absent;     // the call of the first that was meant for it
  EventIndex cancelled_ = absent;  // and its return
};

}  // namespace

void judge_transaction_cancellation(const History& history, const HistoryIndex& index,
                                    Found& found) {
  for (const TransactionRun& run : runs_of(history, index))
    CancelOfRun(history, index, run, found).judge();
}

}  // namespace poolproof::sim
