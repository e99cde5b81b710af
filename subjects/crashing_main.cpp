// Pools that take the whole program down, each in its way: for the test of the crash report.

#include <csignal>
#include <cstdlib>
#include <vector>

#include <poolproof/sim/cli/run.h>
#include <poolproof/subjects/naive_pool.h>

namespace poolproof::subjects {
namespace {

using sim::Environment;
using sim::SimPlatform;

/// The naive pool, until the first lease ends while another task waits: then `Crash` happens.
template <class Crash>
class CrashingSubject {
 public:
  using Lease = NaiveSubject<SimPlatform>::Lease;

  static sim::Capabilities capabilities() { return NaiveSubject<SimPlatform>::capabilities(); }

  explicit CrashingSubject(const Environment<SimPlatform>& environment) : naive_(environment) {}

  std::expected<Lease, sim::Outcome> acquire(Duration timeout) {
    inside_.fetch_add(1);
    auto taken = naive_.acquire(timeout);
    inside_.fetch_sub(1);
    return taken;
  }
  void release(Lease& lease) {
    if (inside_.load() > 0) Crash()();
    naive_.release(lease);
  }
  DbClient* client(Lease& lease) { return naive_.client(lease); }

 private:
  NaiveSubject<SimPlatform> naive_;
  SimPlatform::atomic<int> inside_{0};
};

struct NullPointer {
  void operator()() const {
    volatile int* volatile nowhere = nullptr;
    *nowhere = 1;
  }
};

struct StackOverflow {
  void operator()() const { static_cast<void>(deeper(1)); }
  // Uses what comes back, so that it is no loop.
  [[gnu::noinline]] static int deeper(int depth) {
    volatile char room[1024] = {};
    room[0] = static_cast<char>(depth);
    return depth == 0 ? 0 : deeper(depth + 1) + room[0];
  }
};

struct Abort {
  void operator()() const { std::abort(); }
};

struct FloatingPoint {
  void operator()() const { std::raise(SIGFPE); }
};

}  // namespace
}  // namespace poolproof::subjects

int main(int argc, char** argv) {
  using namespace poolproof;
  using namespace poolproof::subjects;
  const std::vector<sim::SubjectEntry> subjects{
      sim::simulated_subject<CrashingSubject<NullPointer>>("null-pointer", "writes to nowhere"),
      sim::simulated_subject<CrashingSubject<StackOverflow>>("stack-overflow", "calls itself"),
      sim::simulated_subject<CrashingSubject<Abort>>("abort", "calls std::abort"),
      sim::simulated_subject<CrashingSubject<FloatingPoint>>("floating-point", "raises SIGFPE"),
  };
  return sim::run(subjects, argc, argv);
}
