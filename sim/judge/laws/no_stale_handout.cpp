// L9: a connection known to be invalid, expired by age, or evicted is never granted; one idle
// longer than validate_after_idle is pinged first.
#include <algorithm>

#include <fmt/format.h>

#include <poolproof/mocks/duration.h>
#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/words.h>
#include <poolproof/sim/judge/transaction_mode.h>

namespace poolproof::sim {

namespace {

/// One lease, and what was known of its session before it was granted.
class HandOut {
 public:
  HandOut(const History& history, const HistoryIndex& index, const LeaseRecord& lease,
          Found& found) noexcept
      : history_(history),
        index_(index),
        lease_(lease),
        session_(index.sessions[lease.session]),
        acquire_(index.operations[lease.acquire]),
        previous_(lease.previous == absent ? nullptr : &index.leases[lease.previous]),
        found_(found) {}

  void judge() {
    if (previous_ != nullptr && previous_->end == absent) return;  // L1 has more to say.
    granted_from_ = granted_from();
    judge_known_invalid();
    settled_ = index_.settled(session_);
    if (settled_ >= lease_.begin) return;  // Opened for this lease.
    judge_age();
    judge_eviction();
    judge_death();
    judge_demotion();
    judge_validation();
  }

 private:
  /// The session was granted at this event or later: not before the end of what the pool itself
  /// asked of it.
  EventIndex granted_from() const {
    EventIndex from =
        previous_ == nullptr ? acquire_.call : std::max(acquire_.call, previous_->end);
    for (const ClientRecord& call : index_.clients) {
      const bool is_check = call.kind == ClientCall::ping || call.kind == ClientCall::reset;
      if (is_check && call.session == lease_.session && call.end < lease_.begin)
        from = std::max(from, call.end);
    }
    return from;
  }

  void report(EventIndex cause, const std::string& why) {
    found_.push_back(
        {LawId::no_stale_handout,
         {cause, lease_.begin},
         fmt::format("{} was handed to {} {} although {} (event {})", name(session_),
                     name(lease_.holder), moment(history_, lease_.begin), why, cause)});
  }

  void judge_known_invalid() {
    if (lease_.broken_by != absent) {
      const ClientRecord& call = index_.clients[lease_.broken_by];
      report(call.end, fmt::format("{} had failed", name(call)));
    }
    if (session_.invalidated < lease_.begin) {
      const Event& call = history_.events[session_.invalidated];
      report(session_.invalidated, fmt::format("{} had invalidated it", name(call.task)));
    }
    if (session_.close_begin < granted_from_) report(session_.close_begin, "its close had begun");
  }

  void judge_age() {
    const Duration lifetime = history_.config.max_lifetime;
    if (lifetime <= Duration::zero() || !history_.capabilities.max_lifetime) return;
    const Duration age =
        instant(history_, granted_from_) - instant(history_, settled_) - slack(history_);
    if (age <= lifetime) return;
    report(settled_, fmt::format("it had been open for {}: max_lifetime is {}",
                                 mocks::print_duration(age), mocks::print_duration(lifetime)));
  }

  void judge_eviction() {
    for (const std::uint32_t number : index_.evictions) {
      const OperationRecord& eviction = index_.operations[number];
      const bool is_evicted = settled_ < eviction.call && eviction.ret < granted_from_;
      if (!is_evicted || eviction.outcome != Outcome::ok) continue;
      report(eviction.call, fmt::format("{} had evicted it", name(eviction.task)));
      return;
    }
  }

  /// By when whoever had it last, also to ping it, had surely let go of it. Absent: not known.
  EventIndex surely_idle_from() const {
    EventIndex from = settled_;
    if (previous_ != nullptr)
      from = previous_->release == absent ? absent : index_.operations[previous_->release].ret;
    for (const ClientRecord& call : index_.clients) {
      const bool is_check = call.kind == ClientCall::ping || call.kind == ClientCall::reset;
      if (!is_check || call.session != lease_.session || call.end >= lease_.begin) continue;
      if (call.operation == lease_.acquire) continue;
      from = std::max(from,
                      call.operation == absent ? absent : index_.operations[call.operation].ret);
    }
    return from;
  }

  void judge_death() {
    if (!history_.capabilities.notices_dead) return;
    const EventIndex idle_from = surely_idle_from();
    if (idle_from >= lease_.begin) return;
    const bool was_known = instant(history_, idle_from) < session_.dead_since &&
                           session_.dead_since < acquire_.called_at - slack(history_);
    if (session_.dead_since == Instant::max() || !was_known) return;
    report(acquire_.call,
           fmt::format("its client had known since {} that it was dead",
                       mocks::print_duration(session_.dead_since.time_since_epoch())));
  }

  /// What was opened before the session that found its server to be read-only leads to the same
  /// server; what was opened after that one may lead to another.
  void judge_demotion() {
    if (!history_.capabilities.error_policy) return;
    for (const EventIndex demotion : index_.demotions) {
      const TaskId reporter = history_.events[demotion].task;
      const EventIndex run = run_of(demotion);
      if (run != absent && !is_to_report(run)) continue;
      // A transaction's is reported once its work has ended.
      EventIndex reported = demotion + 1;
      while (reported < acquire_.call &&
             (history_.events[reported].task != reporter ||
              (run != absent && history_.events[reported].kind != EventKind::call)))
        ++reported;
      const std::uint32_t found = index_.find(history_.events[demotion].session);
      if (found == absent || reported >= acquire_.call) continue;
      if (found != lease_.session && !is_as_old(index_.sessions[found])) continue;
      report(demotion, fmt::format("{} had found the server to be read-only", name(reporter)));
      return;
    }
  }

  /// Whether it was opened before `other`. By the connects alone that is not known: where all that
  /// there was had been evicted or condemned in between, the other's slot may have been taken
  /// before, and what is condemned then is of an older generation.
  [[nodiscard]] bool is_as_old(const SessionRecord& other) const {
    if (settled_ >= other.connect_begin) return false;
    const EventIndex taken = other.opener == absent ? 0 : index_.operations[other.opener].call;
    if (taken > settled_) return true;
    const auto separates = [&](std::uint32_t number) {
      const OperationRecord& eviction = index_.operations[number];
      return eviction.call < settled_ && eviction.ret > taken;
    };
    return std::ranges::none_of(index_.evictions, separates) &&
           std::ranges::none_of(index_.demotions,
                                [&](EventIndex demotion) { return demotion < settled_; });
  }

  /// The transaction within which the event's task was then.
  EventIndex run_of(EventIndex event) const {
    const TaskId task = history_.events[event].task;
    while (event-- > 0) {
      const Event& earlier = history_.events[event];
      if (earlier.task != task || earlier.kind != EventKind::transaction) continue;
      if (earlier.step == TransactionStep::run) return event;
      if (earlier.step == TransactionStep::done) return absent;
    }
    return absent;
  }

  /// Who asked only to read learns nothing of the server by it; nor does anybody by work that ends
  /// in another way of its own.
  bool is_to_report(EventIndex run) const {
    const Event& asked = history_.events[run];
    return !is_read_only(asked.amount) && asked.outcome == Outcome::ok;
  }

  void judge_validation() {
    const Duration limit = history_.config.validate_after_idle;
    if (limit <= Duration::zero() || !history_.capabilities.validate_after_idle) return;
    Instant fresh = instant(history_, settled_);
    if (previous_ != nullptr) {
      if (previous_->release == absent) return;
      const OperationRecord& release = index_.operations[previous_->release];
      if (release.ret == absent || release.ret > acquire_.call) return;
      fresh = std::max(fresh, release.returned_at);
    }
    if (lease_.sign_of_life != absent) {
      fresh = std::max(fresh, instant(history_, lease_.sign_of_life));
    }
    const Duration idle = acquire_.called_at - fresh - slack(history_);
    if (idle <= limit || may_have_been_held_since()) return;
    report(acquire_.call, fmt::format("it had been idle for {} and was not pinged: "
                                      "validate_after_idle is {}",
                                      mocks::print_duration(idle), mocks::print_duration(limit)));
  }

  /// Whether whoever called the session last, in a check, or took it and was cancelled, may have
  /// kept it until the acquire was called: it was in use then, not idle.
  bool may_have_been_held_since() const {
    const bool is_any_cancelled =
        std::ranges::any_of(index_.operations, [&](const OperationRecord& other) {
          return other.outcome == Outcome::cancelled && other.call < acquire_.call &&
                 other.ret > acquire_.call;
        });
    if (is_any_cancelled) return true;
    const auto last = std::ranges::find(index_.clients, lease_.sign_of_life, &ClientRecord::end);
    if (lease_.sign_of_life == absent || last == index_.clients.end()) return false;
    return last->operation == absent || index_.operations[last->operation].ret > acquire_.call;
  }

  const History& history_;
  const HistoryIndex& index_;
  const LeaseRecord& lease_;
  const SessionRecord& session_;
  const OperationRecord& acquire_;
  const LeaseRecord* previous_;
  Found& found_;
  EventIndex settled_ = absent;
  EventIndex granted_from_ = absent;
};

}  // namespace

void judge_no_stale_handout(const History& history, const HistoryIndex& index, Found& found) {
  for (const LeaseRecord& lease : index.leases)
    HandOut(history, index, lease, found).judge();
}

}  // namespace poolproof::sim
