// L6: grants go to waiters in order of arrival, and a newcomer does not overtake a waiter. Only
// overtakes that are certain count.
#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

std::string allowed(const Order& order) {
  if (order.kind == Order::Kind::fifo) return "fifo allows none";
  return fmt::format("at most {} allowed", order.overtakes_max);
}

std::uint32_t overtakes_max(const Order& order) noexcept {
  return order.kind == Order::Kind::fifo ? 0 : order.overtakes_max;
}

void report(const History& history, const OperationRecord& waiter, EventIndex since,
            std::uint32_t overtakes, const std::string& last, EventIndex at, Found& found) {
  found.push_back({LawId::order,
                   {waiter.call, since, at},
                   fmt::format("{}, which had waited in acquire since event {}, was overtaken {}, "
                               "last by {} {}: {}",
                               name(waiter.task), since, counted(overtakes, "time"), last,
                               moment(history, at), allowed(history.capabilities.order))});
}

/// The queue as the pool's observer saw it.
void judge_queue(const History& history, const HistoryIndex& index, Found& found) {
  for (const WaiterRecord& waiter : index.waiters) {
    if (waiter.overtakes <= overtakes_max(history.capabilities.order)) continue;
    if (waiter.operation == absent) continue;
    const Event& last = history.events[waiter.overtaken_at];
    const std::string who = last.pool_event == PoolEventKind::granted
                                ? fmt::format("the grant to waiter {}", last.waiter)
                                : fmt::format("newcomer {}", name(last.task));
    report(history, index.operations[waiter.operation], waiter.queued, waiter.overtakes, who,
           waiter.overtaken_at, found);
  }
}

bool has_called_client_since(const HistoryIndex& index, std::uint32_t operation,
                             EventIndex event) {
  if (index.operations[operation].client_calls == 0) return false;
  for (const ClientRecord& call : index.clients) {
    if (call.operation == operation && call.begin > event) return true;
  }
  return false;
}

/// Whether what `waiter` got in the end was still somebody else's when the other was served, so
/// that it cannot have been granted before.
bool was_granted_after(const HistoryIndex& index, const OperationRecord& waiter,
                       EventIndex served) {
  const LeaseRecord& lease = index.leases[waiter.lease];
  const SessionRecord& session = index.sessions[lease.session];
  const bool was_leased = lease.previous != absent && index.leases[lease.previous].end > served;
  return was_leased || session.connect_end > served;
}

bool was_surely_waiting(const HistoryIndex& index, const OperationRecord& waiter,
                        const OperationRecord& served) {
  switch (waiter.outcome) {
    case Outcome::timed_out:
      return served.returned_at < deadline(waiter);
    case Outcome::closed:
      return index.first_close_call > served.ret;
    case Outcome::ok:
      return waiter.lease != absent && was_granted_after(index, waiter, served.ret);
    default:
      return false;
  }
}

void judge_waiter(const History& history, const HistoryIndex& index, std::uint32_t number,
                  Found& found) {
  const OperationRecord& waiter = index.operations[number];
  std::uint32_t overtakes = 0;
  const OperationRecord* last = nullptr;
  for (std::uint32_t n = number + 1; n < index.operations.size(); ++n) {
    const OperationRecord& served = index.operations[n];
    if (served.call > waiter.ret) break;
    const bool is_served = is_acquire(served) && served.outcome == Outcome::ok;
    if (!is_served || served.call < waiter.parked || served.ret > waiter.ret) continue;
    if (!was_surely_waiting(index, waiter, served)) continue;
    ++overtakes;
    last = &served;
  }
  if (overtakes <= overtakes_max(history.capabilities.order)) return;
  if (has_called_client_since(index, number, waiter.parked)) return;  // It may have been granted.
  report(history, waiter, waiter.parked, overtakes, name(last->task), last->ret, found);
}

}  // namespace

void judge_order(const History& history, const HistoryIndex& index, Found& found) {
  if (!index.waiters.empty()) return judge_queue(history, index, found);
  if (!history.virtual_time) return;
  for (std::uint32_t n = 0; n < index.operations.size(); ++n) {
    const OperationRecord& operation = index.operations[n];
    const bool has_waited = operation.kind == Operation::acquire && operation.parked != absent;
    if (has_waited && operation.ret != absent) judge_waiter(history, index, n, found);
  }
}

}  // namespace poolproof::sim
