#include <poolproof/drivers/sqlite/sqlite_write_queue.h>

#include <utility>

namespace poolproof {

bool SqliteWriteQueue::try_enter() {
  const std::lock_guard lock(mutex_);
  return !std::exchange(is_taken_, true);
}

bool SqliteWriteQueue::enter(ThreadClock& clock, Instant deadline) {
  std::unique_lock lock(mutex_);
  if (!std::exchange(is_taken_, true)) return true;
  Waiter waiter;
  const auto place = waiting_.insert(waiting_.end(), &waiter);
  while (!waiter.has_turn) {
    if (deadline != Instant::max() && clock.now() >= deadline) {
      waiting_.erase(place);
      return false;
    }
    clock.wait_until(waiter.turn, lock, deadline);
  }
  return true;
}

void SqliteWriteQueue::leave() noexcept {
  const std::lock_guard lock(mutex_);
  is_taken_ = !waiting_.empty();
  if (!is_taken_) return;
  Waiter& first = *waiting_.front();
  waiting_.pop_front();
  first.has_turn = true;
  first.turn.notify_one();  // Under the lock: without it the waiter might be gone.
}

bool SqliteWriteTurn::try_begin() {
  if (has_begun_ || queue_ == nullptr) return true;
  has_begun_ = queue_->try_enter();
  return has_begun_;
}

bool SqliteWriteTurn::begin(ThreadClock& clock, Instant deadline) {
  has_begun_ = queue_->enter(clock, deadline);
  return has_begun_;
}

void SqliteWriteTurn::end() noexcept {
  if (std::exchange(has_begun_, false)) queue_->leave();
}

}  // namespace poolproof
