#include <poolproof/sim/judge/observed_facts.h>

#include <algorithm>

namespace poolproof::sim {

namespace {

/// Walks through the observer's words in the order in which they were true under the pool's lock.
class Follower {
 public:
  Follower(const History& history, HistoryIndex& index) noexcept
      : history_(history), index_(index) {}

  void run() {
    for (const ObservedRecord& record : index_.observed)
      follow(record.event, history_.events[record.event]);
  }

 private:
  using ConnectionNow = HistoryIndex::ConnectionNow;

  void follow(EventIndex i, const Event& event) {
    switch (event.pool_event) {
      case PoolEventKind::queued:
        queue(i, event);
        break;
      case PoolEventKind::granted:
        grant(i, event);
        break;
      case PoolEventKind::withdrawn:
      case PoolEventKind::refused:
        leave(event.waiter);
        break;
      case PoolEventKind::lease_began:
        begin_lease(i, event);
        break;
      case PoolEventKind::opened:
        open(i, event);
        break;
      case PoolEventKind::state_changed:
        change(i, event);
        break;
      case PoolEventKind::closed:
        close(i, event);
        break;
      default:
        break;
    }
  }

  void queue(EventIndex i, const Event& event) {
    // By number: who was refused a connection comes back to its place. That place is before all
    // who called when its connect was under way, whatever number it is given.
    const EventIndex arrived = first_connect(index_.operation_at[i]);
    const auto place = std::ranges::find_if(index_.queue_now, [&](std::uint32_t number) {
      const WaiterRecord& waiter = index_.waiters[number];
      const bool came_later = waiter.operation != absent && arrived != absent &&
                              index_.operations[waiter.operation].call > arrived;
      return waiter.waiter > event.waiter || came_later;
    });
    index_.queue_now.insert(place, static_cast<std::uint32_t>(index_.waiters.size()));
    index_.waiters.push_back({event.waiter, index_.operation_at[i], i, absent, absent, 0, 0});
  }

  /// Of an operation that keeps its place when it is refused a connection.
  EventIndex first_connect(std::uint32_t operation) const {
    if (operation == absent || !history_.capabilities.waits_when_refused) return absent;
    if (index_.operations[operation].client_calls == 0) return absent;
    const auto connect = std::ranges::find_if(index_.clients, [&](const ClientRecord& call) {
      return call.operation == operation && call.kind == ClientCall::connect;
    });
    return connect == index_.clients.end() ? absent : connect->begin;
  }

  void grant(EventIndex i, const Event& event) {
    if (ConnectionNow* now = connection(event.connection)) now->is_granted = true;
    const auto place = find(event.waiter);
    if (place == index_.queue_now.end()) return;
    index_.waiters[*place].granted = i;
    index_.waiters[*place].granted_connection = event.connection;
    std::for_each(index_.queue_now.begin(), place,
                  [&](std::uint32_t waiter) { overtake(waiter, i); });
    index_.queue_now.erase(place);
  }

  void leave(std::uint32_t waiter) {
    const auto place = find(waiter);
    if (place != index_.queue_now.end()) index_.queue_now.erase(place);
  }

  /// A lease that nobody was granted went to a newcomer. Those overtaken were in the queue before
  /// it came.
  void begin_lease(EventIndex i, const Event& event) {
    ConnectionNow* now = connection(event.connection);
    if (now != nullptr && now->is_granted) {
      now->is_granted = false;
      return;
    }
    const std::uint32_t number = index_.operation_at[i];
    if (number == absent) return;
    const OperationRecord& newcomer = index_.operations[number];
    const bool is_acquire =
        newcomer.kind == Operation::acquire || newcomer.kind == Operation::try_acquire;
    if (!is_acquire || newcomer.waiter != 0 || newcomer.outcome != Outcome::ok) return;
    for (const std::uint32_t waiter : index_.queue_now) {
      if (index_.waiters[waiter].queued < newcomer.call) overtake(waiter, i);
    }
  }

  void overtake(std::uint32_t waiter, EventIndex i) {
    ++index_.waiters[waiter].overtakes;
    index_.waiters[waiter].overtaken_at = i;
  }

  std::vector<std::uint32_t>::iterator find(std::uint32_t waiter) {
    return std::ranges::find_if(
        index_.queue_now, [&](std::uint32_t w) { return index_.waiters[w].waiter == waiter; });
  }

  void open(EventIndex i, const Event& event) {
    ConnectionNow* now = connection(event.connection);
    if (now == nullptr) return;
    if (now->is_closed)
      complain(TransitionBreak::Kind::after_closed, i, *now);
    else if (now->last != absent)
      complain(TransitionBreak::Kind::opened_twice, i, *now);
    now->last = i;
  }

  void change(EventIndex i, const Event& event) {
    ConnectionNow* now = connection(event.connection);
    if (now == nullptr) return;
    if (now->is_closed)
      complain(TransitionBreak::Kind::after_closed, i, *now);
    else if (!is_legal_transition(event.from, event.to))
      complain(TransitionBreak::Kind::illegal, i, *now);
    else if (now->is_state_known && now->state != event.from)
      complain(TransitionBreak::Kind::discontinuous, i, *now);
    now->is_state_known = true;
    now->state = event.to;
    now->last = i;
  }

  void close(EventIndex i, const Event& event) {
    ConnectionNow* now = connection(event.connection);
    if (now == nullptr) return;
    const bool is_valid =
        now->last != absent && !(now->is_state_known && now->state == ConnectionState::invalid);
    if (now->is_closed)
      complain(TransitionBreak::Kind::after_closed, i, *now);
    else if (is_valid)
      complain(TransitionBreak::Kind::closed_while_valid, i, *now);
    now->is_closed = true;
    now->last = i;
  }

  void complain(TransitionBreak::Kind kind, EventIndex i, const ConnectionNow& now) {
    index_.transition_breaks.push_back({kind, i, now.last});
  }

  /// Nothing for 0, which is no connection, and for a number that cannot be one of this history.
  ConnectionNow* connection(std::uint32_t number) {
    constexpr std::size_t ahead_max = 1000;
    if (number == 0 || number > history_.events.size() + ahead_max) return nullptr;
    if (number >= index_.connections_now.size()) index_.connections_now.resize(number + 1);
    return &index_.connections_now[number];
  }

  const History& history_;
  HistoryIndex& index_;
};

}  // namespace

void follow_observer(const History& history, HistoryIndex& index) {
  Follower(history, index).run();
}

}  // namespace poolproof::sim
