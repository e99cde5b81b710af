#pragma once
// One function per law, each in the file of its name. docs/laws.md says how each judges.

#include <vector>

#include <poolproof/sim/judge/law.h>

namespace poolproof::sim {

using Found = std::vector<Violation>;

void judge_exclusivity(const History& history, const HistoryIndex& index, Found& found);
void judge_capacity(const History& history, const HistoryIndex& index, Found& found);
void judge_conservation(const History& history, const HistoryIndex& index, Found& found);
void judge_transitions(const History& history, const HistoryIndex& index, Found& found);
void judge_no_lost_wakeup(const History& history, const HistoryIndex& index, Found& found);
void judge_order(const History& history, const HistoryIndex& index, Found& found);
void judge_timeouts(const History& history, const HistoryIndex& index, Found& found);
void judge_expiry(const History& history, const HistoryIndex& index, Found& found);
void judge_no_stale_handout(const History& history, const HistoryIndex& index, Found& found);
void judge_no_foreign_code_under_lock(const History& history, const HistoryIndex& index,
                                      Found& found);
void judge_metrics(const History& history, const HistoryIndex& index, Found& found);
void judge_shutdown(const History& history, const HistoryIndex& index, Found& found);
void judge_connect_errors(const History& history, const HistoryIndex& index, Found& found);
void judge_progress(const History& history, const HistoryIndex& index, Found& found);
/// False when the search for an order was given up.
bool judge_linearizability(const History& history, const HistoryIndex& index, Found& found);
void judge_exceptions(const History& history, const HistoryIndex& index, Found& found);
void judge_data_races(const History& history, const HistoryIndex& index, Found& found);
void judge_clean_handout(const History& history, const HistoryIndex& index, Found& found);
void judge_said_once(const History& history, const HistoryIndex& index, Found& found);
void judge_restraint(const History& history, const HistoryIndex& index, Found& found);
void judge_cancellation(const History& history, const HistoryIndex& index, Found& found);
void judge_due_effect(const History& history, const HistoryIndex& index, Found& found);
void judge_atomicity(const History& history, const HistoryIndex& index, Found& found);
void judge_transaction_lease(const History& history, const HistoryIndex& index, Found& found);
void judge_transaction_rollback(const History& history, const HistoryIndex& index, Found& found);
void judge_transaction_deadline(const History& history, const HistoryIndex& index, Found& found);
void judge_transaction_retries(const History& history, const HistoryIndex& index, Found& found);
void judge_transaction_success(const History& history, const HistoryIndex& index, Found& found);
void judge_transaction_as_asked(const History& history, const HistoryIndex& index, Found& found);
void judge_transaction_cancellation(const History& history, const HistoryIndex& index,
                                    Found& found);

}  // namespace poolproof::sim
