// L19: what is told to the observer is told exactly once for each time it happens.
#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include <poolproof/mocks/duration.h>
#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

/// What was said since a connection's lease began, or since a waiter queued.
struct Said {
  EventIndex began = absent;
  EventIndex overdue = absent;
  EventIndex left_open = absent;
};

class WordsSaid {
 public:
  WordsSaid(const History& history, const HistoryIndex& index, Found& found)
      : history_(history), index_(index), found_(found) {}

  void judge() {
    tells_numbers_ = std::ranges::any_of(index_.observed, [&](const ObservedRecord& record) {
      const Event& event = history_.events[record.event];
      return event.count != 0 || event.amount != 0;
    });
    for (const ObservedRecord& record : index_.observed) {
      const Event& event = history_.events[record.event];
      hear(record.event, event);
      if (tells_numbers_) judge_numbers(record.event, event);
    }
    if (has_ended()) judge_sums();
  }

 private:
  void hear(EventIndex i, const Event& event) {
    switch (event.pool_event) {
      case PoolEventKind::lease_began:
        ++lease_began_;
        ++leases_;
        once(of_connection(event.connection).began, i);
        of_connection(event.connection).overdue = absent;
        of_connection(event.connection).left_open = absent;
        return;
      case PoolEventKind::lease_ended:
        ++lease_ended_;
        --leases_;
        if (of_connection(event.connection).began == absent) report(i, "of which none had begun");
        of_connection(event.connection).began = absent;
        return;
      case PoolEventKind::lease_overdue:
        judge_overdue(i, of_connection(event.connection).began);
        return once(of_connection(event.connection).overdue, i);
      case PoolEventKind::transaction_left_open:
        return once(of_connection(event.connection).left_open, i);
      case PoolEventKind::opened:
        ++opened_;
        return;
      case PoolEventKind::open_failed:
        ++open_failed_;
        return;
      case PoolEventKind::closed:
        ++closed_;
        return;
      case PoolEventKind::pool_closed:
        return once(pool_closed_, i);
      case PoolEventKind::queued:
        // Who was granted a slot and refused a connection queues anew.
        ++waiting_;
        once(of_waiter(event.waiter).queued, i);
        of_waiter(event.waiter).ended = absent;
        return;
      case PoolEventKind::granted:
      case PoolEventKind::withdrawn:
      case PoolEventKind::refused:
        if (of_waiter(event.waiter).queued != absent) --waiting_;
        once(of_waiter(event.waiter).ended, i);
        of_waiter(event.waiter).queued = absent;
        return;
      case PoolEventKind::opening:
        ++opening_;
        return;
      case PoolEventKind::state_changed:
      case PoolEventKind::check_failed:
      case PoolEventKind::connection_condemned:
      case PoolEventKind::generation_condemned:
        return;
    }
  }

  struct Waiter {
    EventIndex queued = absent;
    EventIndex ended = absent;
  };

  template <class Item>
  static Item& at(std::vector<Item>& items, std::uint32_t number) {
    if (number >= items.size()) items.resize(number + 1);
    return items[number];
  }
  Said& of_connection(std::uint32_t number) { return at(connections_, number); }
  Waiter& of_waiter(std::uint32_t number) { return at(waiters_, number); }

  void once(EventIndex& before, EventIndex i) {
    if (before != absent) {
      found_.push_back({LawId::said_once,
                        {before, i},
                        fmt::format("the observer was told of {} a second time {} (first at event "
                                    "{})",
                                    what(i), moment(history_, i), before)});
    }
    before = i;
  }
  void report(EventIndex i, std::string_view why) {
    found_.push_back(
        {LawId::said_once,
         {i},
         fmt::format("the observer was told of {} {}, {}", what(i), moment(history_, i), why)});
  }
  /// A lease cannot have been out for longer than since its acquire was called.
  void judge_overdue(EventIndex i, EventIndex began) {
    const Duration limit = history_.config.leak_threshold;
    if (began == absent || limit <= Duration::zero()) return;
    const std::uint32_t acquire = index_.operation_at[began];
    if (acquire == absent) return;
    const Instant since = index_.operations[acquire].called_at;
    const Duration most = instant(history_, i) - since + slack(history_);
    if (most > limit) return;
    report(i, fmt::format("{} after its acquire was called: leak_threshold is {}",
                          mocks::print_duration(most), mocks::print_duration(limit)));
  }
  /// What it was told with it was true then.
  void judge_numbers(EventIndex i, const Event& event) {
    judge_number(i, "leases", event.amount, leases_);
    judge_number(i, "waiting", static_cast<std::int64_t>(event.count), waiting_);
  }
  void judge_number(EventIndex i, std::string_view word, std::int64_t told, std::int64_t is) {
    if (told == is) return;
    found_.push_back(
        {LawId::said_once,
         {i},
         fmt::format("the observer was told of {} {} with {} {}, but it had been told of {}",
                     what(i), moment(history_, i), word, told, is)});
  }
  std::string what(EventIndex i) const {
    const Event& event = history_.events[i];
    std::string words(to_string(event.pool_event));
    if (event.waiter != 0) return words + fmt::format(" (waiter {})", event.waiter);
    if (event.connection != 0) return words + fmt::format(" (connection {})", event.connection);
    return words;
  }

  [[nodiscard]] bool has_ended() const {
    return index_.finished != absent && history_.events[index_.finished].outcome == Outcome::ok &&
           index_.leases_out == 0 && index_.operations_open == 0 &&
           index_.destroy_return != absent;
  }

  /// At the end all has been said.
  void judge_sums() {
    std::uint64_t opened = 0;
    std::uint64_t failed = 0;
    std::uint64_t closed = 0;
    for (const SessionRecord& session : index_.sessions) {
      if (session.is_connected) ++opened;
      if (session.is_connected && session.close_end != absent) ++closed;
      if (!session.is_connected && session.connect_end != absent) ++failed;
    }
    judge_sum("opening", opening_, index_.sessions.size());
    judge_sum("opened", opened_, opened);
    judge_sum("open_failed", open_failed_, failed);
    judge_sum("closed", closed_, closed);
    judge_sum("lease_began", lease_began_, index_.leases.size());
    judge_sum("lease_ended", lease_ended_, index_.leases.size());
    judge_sum("pool_closed", pool_closed_ == absent ? 0 : 1, 1);
    for (const Waiter& waiter : waiters_) {
      if (waiter.queued == absent) continue;
      found_.push_back({LawId::said_once,
                        {waiter.queued, index_.finished},
                        fmt::format("the observer was told that waiter {} queued (event {}), and "
                                    "by the end not what became of him",
                                    history_.events[waiter.queued].waiter, waiter.queued)});
    }
  }
  void judge_sum(std::string_view word, std::uint64_t said, std::uint64_t happened) {
    if (said == happened) return;
    found_.push_back({LawId::said_once,
                      {index_.finished},
                      fmt::format("the observer was told {} {} by the end, of {} that happened",
                                  word, counted(said, "time"), happened)});
  }

  const History& history_;
  const HistoryIndex& index_;
  Found& found_;
  std::vector<Said> connections_;
  std::vector<Waiter> waiters_;
  EventIndex pool_closed_ = absent;
  bool tells_numbers_ = false;
  std::int64_t leases_ = 0;
  std::int64_t waiting_ = 0;
  std::uint64_t lease_began_ = 0;
  std::uint64_t lease_ended_ = 0;
  std::uint64_t opening_ = 0;
  std::uint64_t opened_ = 0;
  std::uint64_t open_failed_ = 0;
  std::uint64_t closed_ = 0;
};

}  // namespace

void judge_said_once(const History& history, const HistoryIndex& index, Found& found) {
  WordsSaid(history, index, found).judge();
}

}  // namespace poolproof::sim
