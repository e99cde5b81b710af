#include <poolproof/subjects/postgres/recorded_pool.h>

#include <utility>

#include <poolproof/sim/engine/race_reports.h>
#include <poolproof/sim/subject/subject_adapter.h>
#include <poolproof/subjects/reference_subject.h>

namespace poolproof::subjects {
namespace {

using sim::Event;
using sim::Operation;
using sim::Outcome;
using sim::SessionId;

SessionId session_of(const Lease& lease) {
  const auto& client = static_cast<const RecordedClient&>(lease.client());
  return SessionId{static_cast<std::uint32_t>(client.session())};
}

Event answer_of(Operation operation, const std::expected<Lease, AcquireError>& lease) {
  if (!lease) return {.operation = operation, .outcome = sim::outcome_of(lease.error().kind)};
  return {.operation = operation, .outcome = Outcome::ok, .session = session_of(*lease)};
}

}  // namespace

RecordedPool::RecordedPool(const PoolConfig& config, DbClientFactory& factory,
                           sim::RunClock& clock, std::uint64_t seed, std::uint16_t callers)
    : clock_(clock),
      recorder_(history_, clock, seed, std::uint32_t{callers} + 1),
      factory_(factory, recorder_),
      races_before_(sim::races_reported_anywhere()) {
  history_.config = config;
  history_.capabilities = sim::capabilities_of<ReferenceSubject<StdPlatform>>();
  history_.virtual_time = false;
  for (std::uint16_t caller = 0; caller < callers; ++caller) {
    recorder_.expect({.script = 0, .copy = caller},
                     sim::TaskId{static_cast<std::uint16_t>(caller + 1)});
  }
  recorder_.is_main();
  PoolConfig unwatched = config;  // The history wants the session's own object.
  unwatched.misuse_checks = MisuseChecks::off;
  pool_.emplace(unwatched, factory_, clock_, &recorder_);
  maintenance_.emplace(*pool_);
}

std::expected<Lease, AcquireError> RecordedPool::try_acquire() {
  recorder_.called({.operation = Operation::try_acquire});
  auto lease = pool_->try_acquire();
  recorder_.returned(answer_of(Operation::try_acquire, lease));
  return lease;
}

void RecordedPool::release(Lease lease) {
  const Event event{.operation = Operation::release, .session = session_of(lease)};
  recorder_.called(event);
  lease.release();
  recorder_.returned(event);
}

PoolMetrics RecordedPool::metrics() {
  recorder_.called({.operation = Operation::metrics});
  const PoolMetrics metrics = pool_->metrics();
  recorder_.returned({.operation = Operation::metrics}, sim::to_snapshot(metrics));
  return metrics;
}

bool RecordedPool::cancel(CancellableAcquires& waiting, std::size_t which) {
  const bool is_done = waiting.cancel(which, [&](sim::TaskId task) {
    recorder_.called({.operation = Operation::cancel, .count = static_cast<std::uint32_t>(task)});
  });
  if (is_done) recorder_.returned({.operation = Operation::cancel, .outcome = Outcome::ok});
  return is_done;
}

void RecordedPool::audit() {
  std::vector<Lease> leases;
  for (std::size_t i = 0; i <= history_.config.max_size; ++i) {
    auto lease = try_acquire();
    if (!lease) break;
    leases.push_back(std::move(*lease));
  }
  for (Lease& lease : leases)
    release(std::move(lease));
}

PoolMetrics RecordedPool::finish() {
  maintenance_->stop();
  audit();
  constexpr Duration patience = std::chrono::seconds(30);
  recorder_.called({.operation = Operation::drain, .timeout = patience});
  const std::size_t out = pool_->drain(patience);
  recorder_.returned({.operation = Operation::drain, .count = static_cast<std::uint32_t>(out)});
  const PoolMetrics last = metrics();
  recorder_.called({.operation = Operation::destroy});
  maintenance_.reset();
  pool_.reset();
  recorder_.returned({.operation = Operation::destroy});
  const bool has_raced = sim::races_reported_anywhere() != races_before_;
  recorder_.finish(has_raced ? Outcome::data_race : Outcome::ok);
  return last;
}

}  // namespace poolproof::subjects
