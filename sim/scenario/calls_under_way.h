#pragma once
// Which acquires and transactions can be cancelled now.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include <poolproof/mocks/allocation_faults.h>
#include <poolproof/sim/engine/task_id.h>
#include <poolproof/sim/subject/subject.h>

namespace poolproof::sim {

/// In order of call. Any thread. Mutex is that of the mock database: what happens under it shows
/// no race detector an order, and a reduction that it depends on others.
template <class Mutex>
class CallsUnderWay {
 public:
  /// From the call, and after it is written down, to its return.
  class Entry {
   public:
    Entry(CallsUnderWay& all, Subject& subject, LeaseKey key, TaskId task) : all_(all), key_(key) {
      const mocks::AllocationFaults::Pause pause;
      const std::lock_guard guard(all.mutex_);
      subject.make_cancellable(key);
      all.entries_.push_back({key, task});
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() {
      const std::lock_guard guard(all_.mutex_);
      std::erase_if(all_.entries_, [this](const Record& record) { return record.key == key_; });
    }

   private:
    CallsUnderWay& all_;
    const LeaseKey key_;
  };

  /// What cancels number `which`, counted from 1 for the oldest, after `note(task)`; empty when
  /// there are not so many.
  template <class Note>
  std::function<void()> pick(std::size_t which, Subject& subject, Note note) {
    const std::lock_guard guard(mutex_);
    if (which > entries_.size()) return {};
    const Record& record = entries_[which - 1];
    note(record.task);
    return subject.canceller(record.key);
  }

 private:
  struct Record {
    LeaseKey key{};
    TaskId task = no_task;
  };

  Mutex mutex_;
  std::vector<Record> entries_;
};

}  // namespace poolproof::sim
