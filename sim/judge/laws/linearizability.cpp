// L15: every history of completed operations is a legal sequence of the model, each operation
// taking effect between its call and its return.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/linearizability_search.h>
#include <poolproof/sim/judge/laws/sizes.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

/// Says why an operation has no place in any order, as far as one reason is enough.
class NoOrder {
 public:
  NoOrder(const History& history, const HistoryIndex& index, const OperationRecord& stuck)
      : history_(history),
        index_(index),
        stuck_(stuck),
        sizes_(sizes_between(history, index, stuck.call, stuck.ret)) {}

  Violation violation() {
    events_ = {stuck_.call};
    std::string because = reason();
    std::ranges::sort(events_);
    const auto twice = std::ranges::unique(events_);
    events_.erase(twice.begin(), twice.end());
    events_.push_back(stuck_.ret);
    return {
        LawId::linearizability, events_,
        fmt::format("no order of the operations explains that {}, called at event {}, {} {}: "
                    "{}",
                    name(stuck_), stuck_.call, answer(), moment(history_, stuck_.ret), because)};
  }

 private:
  std::string answer() const {
    if (!is_acquire(stuck_)) return "returned";
    if (stuck_.outcome != Outcome::ok)
      return fmt::format("answered {}", to_string(stuck_.outcome));
    return fmt::format("got session {}", std::to_underlying(stuck_.session));
  }

  std::string reason() {
    switch (stuck_.outcome) {
      case Outcome::timed_out:
      case Outcome::exhausted:
        return reason_of_refusal();
      case Outcome::closed:
        return "nobody had called close";
      case Outcome::connect_failed:
        return "no connect had failed for it";
      default:
        return reason_of_success();
    }
  }

  bool was_closed() const { return index_.first_close_return < stuck_.call; }
  std::string after_close() {
    events_.push_back(index_.first_close_return);
    return fmt::format("close had returned before (event {})", index_.first_close_return);
  }

  std::string reason_of_success() {
    if (was_closed()) return after_close();
    std::string out = out_throughout();
    if (!out.empty()) return out;
    for (const OperationRecord& other : index_.operations) {
      if (!is_order_judged(history_) || other.parked > stuck_.call) continue;
      const bool is_early = stuck_.returned_at < earliest_after(history_, other, stuck_);
      const bool is_first = goes_first(other, stuck_) && other.ret > stuck_.ret;
      if (!is_early && !is_first) continue;
      events_.push_back(other.parked);
      return fmt::format("{} had been asleep in the queue before (event {}) and {}", name(other),
                         other.parked,
                         is_early ? "had time to wait on" : "cannot have been served by then");
    }
    return fmt::format("max_size is {}, and whenever it can have been served, others were",
                       sizes_.max_highest);
  }

  /// The leases that others surely had from its call to its return, when that is all there are.
  std::string out_throughout() {
    std::uint64_t out = 0;
    for (const LeaseRecord& lease : index_.leases) {
      if (lease.begin > stuck_.call || lease.end < stuck_.ret) continue;
      ++out;
      events_.push_back(lease.begin);
    }
    if (out >= sizes_.max_highest) {
      return fmt::format("{} out all the time, and max_size is {}",
                         out == 1 ? "1 lease was" : fmt::format("{} leases were", out),
                         sizes_.max_highest);
    }
    events_ = {stuck_.call};
    return {};
  }

  std::string reason_of_refusal() {
    if (was_closed()) return after_close();
    std::uint64_t possible = 0;
    for (const LeaseRecord& lease : index_.leases) {
      if (may_have_been_out(lease)) ++possible;
    }
    if (possible >= sizes_.max_lowest) {
      return fmt::format(
          "max_size is {}, and whenever all can have been out, another operation "
          "says that one was not",
          sizes_.max_lowest);
    }
    return fmt::format(
        "max_size is {}, at no moment between can more leases than {} have been "
        "out, and nothing else was under way that may have held the rest",
        sizes_.max_lowest, possible);
  }

  bool may_have_been_out(const LeaseRecord& lease) const {
    const EventIndex ret = lease.release == absent ? absent : index_.operations[lease.release].ret;
    return index_.operations[lease.acquire].call < stuck_.ret && ret > stuck_.call;
  }

  const History& history_;
  const HistoryIndex& index_;
  const OperationRecord& stuck_;
  const Sizes sizes_;
  std::vector<std::size_t> events_;
};

}  // namespace

bool judge_linearizability(const History& history, const HistoryIndex& index, Found& found) {
  if (has_obvious_order(history, index)) return true;
  const Linearization order = find_order(history, index);
  if (order.verdict == Linearization::Verdict::illegal) {
    found.push_back(NoOrder(history, index, index.operations[order.stuck]).violation());
  }
  return order.verdict != Linearization::Verdict::unknown;
}

}  // namespace poolproof::sim
