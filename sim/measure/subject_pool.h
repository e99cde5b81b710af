#pragma once
// A pool under judgement as a pool to be measured, on threads of the system: as it is judged
// there, but that its sessions are asked for nothing within a cycle.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include <poolproof/core/pool/pool_config.h>
#include <poolproof/mocks/fault_plan.h>
#include <poolproof/mocks/mock_database.h>
#include <poolproof/sim/measure/round.h>
#include <poolproof/sim/subject/adapter_mistakes.h>
#include <poolproof/sim/subject/subject_entry.h>

namespace poolproof::sim {

/// Any number of callers, each one thread. When an acquire fails, all others give up, too, so that
/// a round comes to its end: mistake() says why its figures mean nothing.
class SubjectPool {
 public:
  /// The subject must have `real`.
  SubjectPool(const SubjectEntry& subject, const PoolPlan& plan);
  SubjectPool(const SubjectPool&) = delete;
  SubjectPool& operator=(const SubjectPool&) = delete;
  ~SubjectPool();

  /// Whether a connection was had.
  bool acquire(unsigned caller);
  void release(unsigned caller, bool& is_held);

  /// Opens every connection. Not beside callers.
  void fill();

  /// One sentence; empty when everybody got what they asked for.
  [[nodiscard]] std::string mistake() const;

  /// How long somebody waits until the pool is given up.
  static constexpr Duration patience = std::chrono::seconds(5);

 private:
  Outcome ask(LeaseKey key);
  void note(const std::string& sentence);

  const bool can_wait_;
  const std::size_t size_;
  SteadyClock clock_;
  const mocks::FaultPlan no_faults_;
  mocks::BasicMockDatabase<std::mutex> database_;
  const PoolConfig config_;
  AdapterMistakes mistakes_;
  std::unique_ptr<Subject> subject_;
  std::atomic<bool> has_failed_{false};
};

}  // namespace poolproof::sim
