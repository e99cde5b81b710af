#include <poolproof/sim/measure/subject_pool.h>

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include <poolproof/sim/judge/history.h>

namespace poolproof::sim {
namespace {

/// Nothing of a session's: neither its ping nor its reset is the pool's cost.
PoolConfig config_for(const PoolPlan& plan) {
  return {.min_size = 0,
          .max_size = plan.size,
          .validate_after_idle = Duration::zero(),
          .reset_on_return = false};
}

}  // namespace

SubjectPool::SubjectPool(const SubjectEntry& subject, const PoolPlan& plan)
    : can_wait_(subject.capabilities.timed_acquire),
      size_(plan.size),
      database_(no_faults_, clock_),
      config_(config_for(plan)),
      subject_(subject.real(
          {.config = config_,
           .factory = database_,
           .clock = clock_,
           .lease_keys = std::max(plan.callers, static_cast<std::uint32_t>(plan.size)),
           .mistakes = &mistakes_})) {}

SubjectPool::~SubjectPool() {
  subject_->destroy();
}

bool SubjectPool::acquire(unsigned caller) {
  if (has_failed_.load(std::memory_order_relaxed)) return false;
  try {
    const Outcome outcome = ask(LeaseKey(caller));
    if (outcome == Outcome::ok) return true;
    note(fmt::format("an acquire ended with {}", to_string(outcome)));
  } catch (const std::exception& error) {
    note(fmt::format("an acquire threw: {}", error.what()));
  }
  return false;
}

void SubjectPool::release(unsigned caller, bool& is_held) {
  if (!is_held) return;
  try {
    subject_->release(LeaseKey(caller));
  } catch (const std::exception& error) {
    note(fmt::format("a release threw: {}", error.what()));
  }
}

void SubjectPool::fill() {
  std::vector<char> taken(size_);
  for (unsigned i = 0; i < size_; ++i)
    taken[i] = static_cast<char>(acquire(i));
  for (unsigned i = 0; i < size_; ++i) {
    bool is_held = taken[i] != 0;
    release(i, is_held);
  }
}

std::string SubjectPool::mistake() const {
  return mistakes_.first();
}

Outcome SubjectPool::ask(LeaseKey key) {
  if (can_wait_) return subject_->acquire(key, patience).outcome;
  const Instant deadline = deadline_after(clock_.now(), patience);
  for (;;) {
    const Outcome outcome = subject_->try_acquire(key).outcome;
    if (outcome != Outcome::exhausted || clock_.now() >= deadline) return outcome;
    std::this_thread::yield();
  }
}

void SubjectPool::note(const std::string& sentence) {
  mistakes_.note(sentence);
  has_failed_ = true;
}

}  // namespace poolproof::sim
