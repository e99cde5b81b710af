// T2: one lease for each attempt of a transaction. T3: whatever is not committed is rolled back.
#include <algorithm>

#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/transaction_runs.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

const ClientRecord& client_at(const HistoryIndex& index, EventIndex begin) {
  return *std::ranges::lower_bound(index.clients, begin, {}, &ClientRecord::begin);
}

class LeaseOfRun {
 public:
  LeaseOfRun(const History& history, const HistoryIndex& index, const TransactionRun& run,
             Found& found)
      : history_(history), index_(index), run_(run), found_(found) {}

  void judge() {
    for_each_event(history_, run_, [&](EventIndex i, const Event& event) {
      if (found_.size() != found_before_) return;
      if (is_begin(event)) {
        end_attempt(i, "another attempt began");
        begun_ = i;
        lease_ = client_at(index_, i).lease;
      } else if (is_statement_begin(event) && prepares_begin(i)) {
        return;
      }
      if (is_statement_begin(event)) judge_statement(i, event);
      if (is_step(event, TransactionStep::pauses)) end_attempt(i, "it paused");
      if (is_step(event, TransactionStep::done)) end_attempt(i, "it returned");
    });
  }

 private:
  /// Some databases are told of the next transaction by a statement before it: it and the begin,
  /// which must be what the task sends next, are under one lease that is new.
  bool prepares_begin(EventIndex i) {
    const ClientRecord& client = client_at(index_, i);
    const bool is_new = client.lease != absent && client.lease != lease_ &&
                        index_.leases[client.lease].holder == run_.task &&
                        (lease_ == absent || index_.leases[lease_].end < i);
    if (!is_new) return false;
    for (std::size_t k = std::size_t{i} + 1; k < history_.events.size(); ++k) {
      const Event& next = history_.events[k];
      if (next.task != run_.task || next.kind == EventKind::client_end) continue;
      if (next.kind == EventKind::call || next.kind == EventKind::transaction) {
        // It may have failed, and then nothing is begun.
        return next.operation != Operation::acquire;
      }
      if (!is_statement_begin(next)) continue;
      return is_begin(next) && client_at(index_, static_cast<EventIndex>(k)).lease == client.lease;
    }
    return true;
  }

  void judge_statement(EventIndex i, const Event& event) {
    const ClientRecord& client = client_at(index_, i);
    const bool is_held = client.lease != absent && index_.leases[client.lease].holder == run_.task;
    if (is_held && client.lease == lease_) return;
    report(
        {begun_ == absent ? i : begun_, i},
        fmt::format(
            "{} sent {} on session {} {} {}", name(run_.task), mocks::to_string(event.client_call),
            static_cast<std::uint32_t>(event.session), moment(history_, i),
            is_held ? "under another lease than the attempt's" : "without a lease of its own"));
  }

  void end_attempt(EventIndex i, std::string_view when) {
    if (lease_ == absent) return;
    const LeaseRecord& lease = index_.leases[lease_];
    if (lease.end > i) {
      return report({lease.begin, i},
                    fmt::format("the lease on {} that {} took {} was still out when {} {}",
                                name(index_.sessions[lease.session]), name(run_.task),
                                moment(history_, lease.begin), when, moment(history_, i)));
    }
    for (const ClientRecord& client : index_.clients) {
      if (client.lease != lease_ || client.task == run_.task) continue;
      return report({lease.begin, client.begin},
                    fmt::format("{} was called {} within a transaction of {}",
                                name(index_.sessions[lease.session]),
                                moment(history_, client.begin), name(run_.task)));
    }
    lease_ = absent;
  }

  void report(std::vector<std::size_t> events, std::string sentence) {
    found_.push_back({LawId::transaction_lease, std::move(events), std::move(sentence)});
  }

  const History& history_;
  const HistoryIndex& index_;
  const TransactionRun& run_;
  Found& found_;
  const std::size_t found_before_ = found_.size();
  EventIndex begun_ = absent;
  std::uint32_t lease_ = absent;  // of the attempt under way
};

/// The next lease on the session after `event`, or null.
const LeaseRecord* next_lease(const HistoryIndex& index, SessionId session, EventIndex event) {
  const std::uint32_t wanted = index.find(session);
  const auto found = std::ranges::find_if(index.leases, [&](const LeaseRecord& lease) {
    return lease.session == wanted && lease.begin > event;
  });
  return wanted == absent || found == index.leases.end() ? nullptr : &*found;
}

}  // namespace

void judge_transaction_lease(const History& history, const HistoryIndex& index, Found& found) {
  for (const TransactionRun& run : runs_of(history, index))
    LeaseOfRun(history, index, run, found).judge();
}

namespace {

/// A run gives nothing back that is still on the session, beside what it invalidates.
void judge_leftovers(const History& history, const TransactionRun& run, Found& found) {
  bool is_given_up = false;
  for_each_event(history, run, [&](EventIndex i, const Event& event) {
    if (event.kind != EventKind::call) return;
    if (event.operation == Operation::acquire) is_given_up = false;
    if (event.operation == Operation::invalidate) is_given_up = true;
    if (event.operation != Operation::release || is_given_up || event.count == 0) return;
    found.push_back({LawId::transaction_rollback,
                     {run.run, i},
                     fmt::format("{} gave session {} back {} and had left {} on it",
                                 name(run.task), static_cast<std::uint32_t>(event.session),
                                 moment(history, i), leftover_words(event.count))});
  });
}

}  // namespace

void judge_transaction_rollback(const History& history, const HistoryIndex& index, Found& found) {
  for (const TransactionRun& run : runs_of(history, index))
    judge_leftovers(history, run, found);
  const auto& steps = index.transactions;
  for (auto at = steps.begin(); at != steps.end(); ++at) {
    const Event& began = history.events[*at];
    if (began.step != TransactionStep::began) continue;
    const LeaseRecord* const lease = next_lease(index, began.session, *at);
    if (lease == nullptr) continue;
    const bool has_ended = std::any_of(at, steps.end(), [&](EventIndex i) {
      return i < lease->begin && history.events[i].session == began.session &&
             is_end_in_store(history.events[i]);
    });
    if (has_ended) continue;
    found.push_back({LawId::transaction_rollback,
                     {*at, lease->begin},
                     fmt::format("{} was granted to {} {}, and nobody had ended the transaction "
                                 "that {} began on it (event {})",
                                 name(index.sessions[lease->session]), name(lease->holder),
                                 moment(history, lease->begin), name(began.task), *at)});
  }
}

}  // namespace poolproof::sim
