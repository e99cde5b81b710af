// L11: a snapshot is consistent in itself, its counters never go back, and it agrees with the
// history as far as what was under way leaves no doubt.
#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/refusals.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

struct Counter {
  const char* name;
  std::uint64_t Snapshot::*value;
};
constexpr std::array<Counter, 6> counters{{{"acquires", &Snapshot::acquires},
                                           {"releases", &Snapshot::releases},
                                           {"timeouts", &Snapshot::timeouts},
                                           {"connects", &Snapshot::connects},
                                           {"connect_failures", &Snapshot::connect_failures},
                                           {"closes", &Snapshot::closes}}};

/// What a number may be, both ends included.
struct Range {
  std::uint64_t low = 0, high = 0;
};

std::uint64_t less(std::uint64_t from, std::uint64_t take) noexcept {
  return from > take ? from - take : 0;
}

class SnapshotCheck {
 public:
  SnapshotCheck(const History& history, const HistoryIndex& index, std::size_t number,
                Found& found) noexcept
      : history_(history),
        index_(index),
        number_(number),
        record_(index.metrics[number]),
        operation_(index.operations[record_.operation]),
        snapshot_(history.snapshots[record_.snapshot]),
        found_(found) {}

  void judge() {
    judge_sums();
    judge_growth();
    judge_counters();
    judge_numbers();
  }

 private:
  void report(const std::string& what) {
    found_.push_back({LawId::metrics,
                      {operation_.call, operation_.ret},
                      fmt::format("the snapshot of {} {} {}", name(operation_.task),
                                  moment(history_, operation_.ret), what)});
  }

  void judge_sums() {
    const Snapshot& s = snapshot_;
    if (s.total != s.idle + s.in_use + s.invalid) {
      report(fmt::format("says total {}, but idle {} + in_use {} + invalid {} are {}", s.total,
                         s.idle, s.in_use, s.invalid, s.idle + s.in_use + s.invalid));
    }
    if (history_.capabilities.full_metrics && s.waits != s.acquires) {
      report(fmt::format("says acquires {}, but has counted {}", s.acquires,
                         counted(s.waits, "wait")));
    }
    if (s.acquires != s.releases + s.leases) {
      report(fmt::format("says leases {}, but acquires {} less releases {}", s.leases, s.acquires,
                         s.releases));
    }
  }

  /// Against those of the last few snapshots that had returned before this one was called.
  void judge_growth() {
    constexpr std::size_t looked_back_max = 8;
    const std::size_t first = number_ - std::min(number_, looked_back_max);
    for (std::size_t n = number_; n-- > first;) {
      const MetricsRecord& earlier = index_.metrics[n];
      const OperationRecord& before = index_.operations[earlier.operation];
      if (before.ret < operation_.call) return judge_growth_since(earlier, before);
    }
  }

  void judge_growth_since(const MetricsRecord& earlier, const OperationRecord& before) {
    for (const Counter& counter : counters) {
      const std::uint64_t was = history_.snapshots[earlier.snapshot].*counter.value;
      const std::uint64_t is = snapshot_.*counter.value;
      if (is >= was) continue;
      report(fmt::format("says {} {}, but it was {} before (event {})", counter.name, is, was,
                         before.ret));
    }
  }

  void judge_range(const char* what, std::uint64_t value, Range range) {
    if (value >= range.low && value <= range.high) return;
    const std::string right = range.low == range.high
                                  ? fmt::format("{}", range.low)
                                  : fmt::format("{} to {}", range.low, range.high);
    report(fmt::format("says {} {}, but the history says {}", what, value, right));
  }

  void judge_counters() {
    const Tally& before = record_.before;
    const Tally& after = record_.after;
    const std::uint64_t pending =
        after.acquires_called - after.acquires_done - after.acquires_failed;
    judge_range("acquires", snapshot_.acquires, acquires());
    judge_range("releases", snapshot_.releases, releases());
    judge_range("timeouts", snapshot_.timeouts,
                {before.timeouts_done, after.timeouts_done + pending});
    judge_range("connects", snapshot_.connects, connects());
    judge_range("connect_failures", snapshot_.connect_failures,
                {before.failures_done, std::uint64_t{after.failures} + after.connects_open});
    judge_range("closes", snapshot_.closes, closes());
  }

  void judge_numbers() {
    judge_range("leases", snapshot_.leases,
                {less(acquires().low, releases().high), less(acquires().high, releases().low)});
    judge_range("total", snapshot_.total,
                {less(connects().low, closes().high), less(connects().high, closes().low)});
    const std::uint64_t waiting_max = record_.after.acquires_called -
                                      record_.before.acquires_done -
                                      record_.before.acquires_failed;
    judge_range("waiting", snapshot_.waiting, {0, waiting_max});
    if (history_.capabilities.full_metrics) judge_opening();
    if (!index_.ran_alone(operation_)) return;
    judge_range("opening", snapshot_.opening, {0, 0});
    const std::uint64_t idle = less(snapshot_.total, operation_.leases_before);
    judge_range("idle", snapshot_.idle, {idle, idle});
  }

  /// A connect that was under way from before the call to after the return.
  void judge_opening() {
    const auto connecting = static_cast<std::uint64_t>(
        std::ranges::count_if(index_.clients, [&](const ClientRecord& call) {
          return call.kind == ClientCall::connect && call.begin < operation_.call &&
                 call.end > operation_.ret;
        }));
    if (snapshot_.opening >= connecting) return;
    report(fmt::format("says opening {}, but {} under way all the time", snapshot_.opening,
                       counted(connecting, "connect")));
  }

  Range acquires() const {
    const Tally& after = record_.after;
    const std::uint64_t failed_for_good = after.acquires_failed - after.acquires_threw;
    return {record_.before.acquires_done, after.acquires_called - failed_for_good};
  }
  Range releases() const { return {record_.before.releases_done, record_.after.releases_called}; }
  Range connects() const {
    return {record_.before.connects_done,
            std::uint64_t{record_.after.connects_ok} + record_.after.connects_open};
  }
  Range closes() const { return {record_.before.closes_done, record_.after.closes_begun}; }

  const History& history_;
  const HistoryIndex& index_;
  std::size_t number_;
  const MetricsRecord& record_;
  const OperationRecord& operation_;
  const Snapshot& snapshot_;
  Found& found_;
};

}  // namespace

void judge_metrics(const History& history, const HistoryIndex& index, Found& found) {
  for (std::size_t n = 0; n < index.metrics.size(); ++n)
    SnapshotCheck(history, index, n, found).judge();
  judge_refusals(history, index, found);
}

}  // namespace poolproof::sim
