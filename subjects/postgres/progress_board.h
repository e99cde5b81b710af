#pragma once
// What the tellers tell the tormentor: where each is, and when one last had a transfer committed.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/subjects/postgres/bank.h>

namespace poolproof::subjects {

/// Any thread.
class ProgressBoard {
 public:
  ProgressBoard(ThreadClock& clock, std::size_t tellers) : clock_(clock), places_(tellers) {}

  void is_at(std::size_t teller, Place place) noexcept { places_[teller] = place; }

  /// A transfer was committed that had begun at `began`, over a session opened at `opened`.
  void committed(Instant began, Instant opened);

  enum class Sign : std::uint8_t { new_transfer, new_session };

  /// From now on the board waits for the first commit of a transfer begun, or over a session
  /// opened, after this.
  void expect(Sign sign);
  /// When it came; nothing if it did not until `deadline`.
  std::optional<Instant> wait_for_expected(Instant deadline);

  [[nodiscard]] std::uint64_t commits() const;

  /// "teller 0: commit, teller 1: acquire, ..."
  [[nodiscard]] std::string places() const;

 private:
  ThreadClock& clock_;
  std::vector<std::atomic<Place>> places_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;  // notified at each commit
  // Guarded by mutex_.
  std::uint64_t commits_ = 0;
  Sign sign_ = Sign::new_transfer;
  Instant expected_since_ = Instant::max();
  std::optional<Instant> came_at_;
};

}  // namespace poolproof::subjects
