#include <poolproof/sim/subject/handshake.h>

#include <exception>

#include <poolproof/mocks/mock_database.h>
#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/engine/sim_clock.h>

namespace poolproof::sim {
namespace {

constexpr LeaseKey only_key{0};

/// The first of whatever there is to choose from.
class FirstOption final : public Strategy {
 public:
  void begin(std::uint64_t) override {}
  std::uint32_t choose(const ChoicePoint&) override { return 0; }
};

class Handshake {
 public:
  explicit Handshake(const SubjectEntry& subject) : subject_(subject) {}

  std::string shake() {
    Engine engine;
    if (subject_.is_as_is) engine.set_host(task_host());
    FirstOption strategy;
    engine.run(strategy, {.racing_time = false}, [this] { play(); });
    return mistakes_.first();
  }

 private:
  void play() {
    SimClock clock;
    mocks::MockDatabase database(no_faults_, clock);
    const std::unique_ptr<Subject> subject = build(database, clock);
    if (subject == nullptr) return;
    const Acquired acquired = subject->acquire(only_key, std::chrono::seconds(1));
    if (acquired.outcome != Outcome::ok) return subject->destroy();
    if (acquired.session == SessionId{})
      return mistaken("client() is nullptr for a lease that acquire() has just given");
    if (subject_.capabilities.invalidate) subject->invalidate(only_key);
    subject->release(only_key);
    subject->destroy();
  }

  std::unique_ptr<Subject> build(DbClientFactory& database, SimClock& clock) {
    try {
      return subject_.simulated({.config = config_,
                                 .factory = database,
                                 .clock = clock,
                                 .observer = nullptr,
                                 .maintenance = false,
                                 .lease_keys = 1,
                                 .mistakes = &mistakes_});
    } catch (const TaskAborted&) {
      throw;
    } catch (const std::exception& exception) {
      mistaken(std::string("its constructor throws \"") + exception.what() +
               "\" although nothing fails: it is to build the pool");
    } catch (...) {
      mistaken("its constructor throws although nothing fails: it is to build the pool");
    }
    return nullptr;
  }

  void mistaken(const std::string& sentence) { adapter_mistake(&mistakes_, sentence); }

  const SubjectEntry& subject_;
  const PoolConfig config_{.min_size = 0, .max_size = 1};
  const mocks::FaultPlan no_faults_;
  AdapterMistakes mistakes_;
};

}  // namespace

std::string handshake(const SubjectEntry& subject) {
  if (!subject.simulated) return "";
  return Handshake(subject).shake();
}

}  // namespace poolproof::sim
