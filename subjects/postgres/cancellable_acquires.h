#pragma once
// Which acquires of a trial wait now, so that somebody can cancel one.

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <stop_token>
#include <vector>

#include <poolproof/sim/engine/task_id.h>

namespace poolproof::subjects {

/// Any thread.
class CancellableAcquires {
 public:
  /// After the call is written down. A task has one at a time.
  void begin(sim::TaskId task, const std::stop_source& stop) {
    const std::lock_guard guard(mutex_);
    entries_.push_back({task, stop});
  }
  /// Before the return is written down.
  void end(sim::TaskId task) {
    const std::lock_guard guard(mutex_);
    std::erase_if(entries_, [&](const Entry& entry) { return entry.task == task; });
  }

  /// Cancels number `which` of them, modulo how many there are: calls `note(task)` while it surely
  /// has not returned, and then requests the stop. Whether there was one.
  template <class Note>
  bool cancel(std::size_t which, Note note) {
    std::stop_source stop(std::nostopstate);
    {
      const std::lock_guard guard(mutex_);
      if (entries_.empty()) return false;
      const Entry& entry = entries_[which % entries_.size()];
      note(entry.task);
      stop = entry.stop;
    }
    stop.request_stop();
    return true;
  }

 private:
  struct Entry {
    sim::TaskId task = sim::no_task;
    std::stop_source stop;
  };

  std::mutex mutex_;
  std::vector<Entry> entries_;  // guarded by mutex_
};

}  // namespace poolproof::subjects
