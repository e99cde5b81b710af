#pragma once
// How an index is filled. Only history_index.cpp has a use for it; the steps are in
// sweep_operations.cpp and sweep_clients.cpp.

#include <algorithm>

#include <poolproof/sim/judge/history_index.h>

namespace poolproof::sim {

inline void note_first(EventIndex& first, EventIndex event) noexcept {
  first = std::min(first, event);
}

/// One pass over a history, filling an index.
class Sweep {
 public:
  Sweep(const History& history, HistoryIndex& index) noexcept : history_(history), index_(index) {}

  void run();

 private:
  void on_call(EventIndex i, const Event& event);
  void on_return(EventIndex i, const Event& event);
  void on_client_begin(EventIndex i, const Event& event);
  void on_client_end(EventIndex i, const Event& event);
  void on_parked(EventIndex i, const Event& event);
  void on_stalled(EventIndex i, const Event& event);
  void on_observed(EventIndex i, const Event& event);
  void on_server(EventIndex i, const Event& event);

  void begin_lease(EventIndex i, std::uint32_t operation);
  void end_lease(EventIndex i, std::uint32_t lease, std::uint32_t operation);
  void end_all_leases(EventIndex i);
  std::uint32_t lease_ended_by(const Event& release) const;
  void invalidate(EventIndex i, const Event& event);
  void count_call(Operation kind, TaskId task);
  void count_return(const OperationRecord& operation);
  void begin_session(EventIndex i, const Event& event, ClientRecord& client);
  void begin_use(EventIndex i, ClientRecord& client, std::uint32_t number);
  void end_connect(EventIndex i, const ClientRecord& client);
  void end_close(EventIndex i, const ClientRecord& client);
  void end_use(EventIndex i, std::uint32_t number);
  std::uint32_t idle_session(Instant now) const;
  bool is_fit(const SessionRecord& session, Instant now) const;

  HistoryIndex::TaskNow& task_now(TaskId task) {
    const auto number = static_cast<std::size_t>(task);
    if (number >= index_.tasks_now.size()) index_.tasks_now.resize(number + 1);
    return index_.tasks_now[number];
  }

  const History& history_;
  HistoryIndex& index_;
  Tally tally_;
  std::uint32_t counted_ = 0;          // sessions opening, open or closing
  std::uint32_t calls_under_way_ = 0;  // client calls but execute
  std::uint32_t own_calls_under_way_ = 0;
  bool were_own_threads_active_ = false;  // since the last stall
};

}  // namespace poolproof::sim
