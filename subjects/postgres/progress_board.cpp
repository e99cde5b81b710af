#include <poolproof/subjects/postgres/progress_board.h>

namespace poolproof::subjects {

void ProgressBoard::committed(Instant began, Instant opened) {
  const std::lock_guard guard(mutex_);
  ++commits_;
  const Instant counts_from = sign_ == Sign::new_session ? opened : began;
  if (counts_from < expected_since_ || came_at_) return;
  came_at_ = clock_.now();
  changed_.notify_all();
}

void ProgressBoard::expect(Sign sign) {
  const std::lock_guard guard(mutex_);
  sign_ = sign;
  expected_since_ = clock_.now();
  came_at_.reset();
}

std::optional<Instant> ProgressBoard::wait_for_expected(Instant deadline) {
  std::unique_lock lock(mutex_);
  while (!came_at_ && clock_.now() < deadline)
    clock_.wait_until(changed_, lock, deadline);
  expected_since_ = Instant::max();
  return came_at_;
}

std::uint64_t ProgressBoard::commits() const {
  const std::lock_guard guard(mutex_);
  return commits_;
}

std::string ProgressBoard::places() const {
  std::string text;
  for (std::size_t teller = 0; teller < places_.size(); ++teller) {
    const Place place = places_[teller];
    text += (text.empty() ? "teller " : ", teller ") + std::to_string(teller) + ": " +
            (place == nullptr ? "not begun" : place);
  }
  return text;
}

}  // namespace poolproof::subjects
