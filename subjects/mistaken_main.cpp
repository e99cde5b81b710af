// Adapters that break the rules of docs/your-own-pool.md, each in its way, over the naive pool,
// and pools that block on what is not the Platform's: for the tests of what they are told.

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <vector>

#include <poolproof/sim/cli/run.h>
#include <poolproof/subjects/naive_pool.h>

namespace poolproof::subjects {
namespace {

using sim::Environment;
using sim::Outcome;
using sim::SimPlatform;

/// Right so far; the others get one thing wrong.
class RightSubject {
 public:
  using Lease = NaiveSubject<SimPlatform>::Lease;

  static sim::Capabilities capabilities() { return NaiveSubject<SimPlatform>::capabilities(); }
  explicit RightSubject(const Environment<SimPlatform>& environment) : naive_(environment) {}
  std::expected<Lease, Outcome> acquire(Duration timeout) { return naive_.acquire(timeout); }
  void release(Lease& lease) { naive_.release(lease); }
  DbClient* client(Lease& lease) { return naive_.client(lease); }

 protected:
  NaiveSubject<SimPlatform> naive_;
};

class EndsTheLease : public RightSubject {
 public:
  using RightSubject::RightSubject;
  void invalidate(Lease& lease) { lease.reset(); }
};

class HasNoClient : public RightSubject {
 public:
  using RightSubject::RightSubject;
  DbClient* client(Lease&) { return nullptr; }
};

/// Another client around the one that connect() gave.
class Wrapped : public RightSubject {
 public:
  using RightSubject::RightSubject;
  DbClient* client(Lease&) { return &around_; }

 private:
  class Around final : public DbClient {
   public:
    using DbClient::execute;
    std::expected<ResultSet, DbError> execute(std::string_view, std::span<const Value>) override {
      return ResultSet{};
    }
    std::expected<void, DbError> ping() override { return {}; }
    std::expected<void, DbError> reset() override { return {}; }
    [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::sqlite; }
  } around_;
};

class AnswersOk : public RightSubject {
 public:
  using RightSubject::RightSubject;
  std::expected<Lease, Outcome> acquire(Duration timeout) {
    auto taken = naive_.acquire(timeout);
    if (!taken) return std::unexpected(Outcome::ok);
    return taken;
  }
};

class ThrowsWhenBuilt : public RightSubject {
 public:
  explicit ThrowsWhenBuilt(const Environment<SimPlatform>& environment)
      : RightSubject(environment) {
    throw std::runtime_error("no settings");
  }
};

/// Holds a real mutex over a scheduling point: who wants it next blocks the only thread there is.
class HoldsStdMutex : public RightSubject {
 public:
  using RightSubject::RightSubject;
  std::expected<Lease, Outcome> acquire(Duration timeout) {
    const std::scoped_lock lock(mutex_);
    return naive_.acquire(timeout);
  }

 private:
  std::mutex mutex_;
};

class SpinsOnStdAtomic : public RightSubject {
 public:
  using RightSubject::RightSubject;
  std::expected<Lease, Outcome> acquire(Duration timeout) {
    while (is_taken_.exchange(true)) {
    }
    auto taken = naive_.acquire(timeout);
    is_taken_ = false;
    return taken;
  }

 private:
  std::atomic<bool> is_taken_{false};
};

}  // namespace
}  // namespace poolproof::subjects

int main(int argc, char** argv) {
  using namespace poolproof;
  using namespace poolproof::subjects;
  using sim::simulated_subject;
  const std::vector<sim::SubjectEntry> subjects{
      simulated_subject<EndsTheLease>("ends-the-lease", "ends a lease that is invalidated"),
      simulated_subject<HasNoClient>("has-no-client", "never finds a client"),
      simulated_subject<Wrapped>("wrapped", "gives another client"),
      simulated_subject<AnswersOk>("answers-ok", "gives no lease and says ok"),
      simulated_subject<ThrowsWhenBuilt>("throws-when-built", "cannot be built"),
      simulated_subject<HoldsStdMutex>("holds-std-mutex", "blocks on a std::mutex"),
      simulated_subject<SpinsOnStdAtomic>("spins-on-std-atomic", "spins on a std::atomic"),
  };
  return sim::run(subjects, argc, argv);
}
