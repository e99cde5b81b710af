#include <poolproof/subjects/soci/soci_subject.h>

#include <algorithm>
#include <chrono>
#include <limits>

#include <soci/soci.h>

#include <poolproof/subjects/soci/soci_backend.h>

namespace poolproof::subjects {
namespace {

using sim::Acquired;
using sim::Outcome;

/// What try_lease takes: milliseconds rounded up, -1 for ever.
int milliseconds(Duration timeout) {
  if (timeout == Duration::max()) return -1;
  constexpr auto most = std::chrono::milliseconds(std::numeric_limits<int>::max());
  if (timeout > most) return std::numeric_limits<int>::max();
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(timeout).count());
}

/// A negative timeout would mean "for ever" to SOCI.
Duration at_least_zero(Duration timeout) {
  return std::max(timeout, Duration::zero());
}

}  // namespace

SociSubject::SociSubject(const sim::Environment<StdPlatform>& environment)
    : source_(ClientRegistry::instance(), {&environment.factory, &environment.clock}),
      pool_(std::make_unique<soci::connection_pool>(environment.config.max_size)),
      leases_(environment.lease_keys) {
  for (Position position = 0; position < environment.config.max_size; ++position)
    open(position);
}

sim::Capabilities SociSubject::capabilities() {
  sim::Capabilities can;
  can.order.kind = sim::Order::Kind::none;
  can.invalidate = false;
  can.ensure_min_size = false;
  can.health_check = false;
  can.idle_timeout = false;
  can.max_lifetime = false;
  can.validate_after_idle = false;
  can.resets_on_return = false;
  can.metrics = false;
  can.resize = false;
  can.evict_all = false;
  can.close = false;
  can.drain = false;
  can.connects_lazily = false;
  can.connect_errors = false;
  can.observer = false;
  can.lease_outlives_pool = false;
  can.double_release = false;
  can.why =
      "soci::connection_pool is a fixed array of sessions that its user opens: it promises "
      "exclusive leases "
      "and a timed wait, in no order, and has no other operation";
  return can;
}

Acquired SociSubject::acquire(sim::LeaseKey key, Duration timeout) {
  Position position = 0;
  try {
    if (!pool_->try_lease(position, milliseconds(at_least_zero(timeout)))) {
      return {Outcome::timed_out, {}};
    }
    return lend(key, position);
  } catch (const std::exception&) {
    return {Outcome::threw, {}};
  }
}

Acquired SociSubject::try_acquire(sim::LeaseKey key) {
  const Acquired acquired = acquire(key, Duration::zero());
  if (acquired.outcome == Outcome::timed_out) return {Outcome::exhausted, {}};
  return acquired;
}

void SociSubject::release(sim::LeaseKey key) {
  if (const auto position = leases_.take(key)) pool_->give_back(*position);
}

Outcome SociSubject::execute(sim::LeaseKey key) {
  const Position* position = leases_.find(key);
  if (position == nullptr) return Outcome::failed;
  try {
    pool_->at(*position).once << "SELECT 1";
    return Outcome::ok;
  } catch (const soci::soci_error&) {
    return Outcome::failed;
  } catch (const std::exception&) {
    return Outcome::threw;
  }
}

sim::SessionId SociSubject::session_of(sim::LeaseKey key) {
  const Position* position = leases_.find(key);
  if (position == nullptr) return {};
  auto* backend = static_cast<SociSession*>(pool_->at(*position).get_backend());
  return backend == nullptr ? sim::SessionId{} : session_id(backend->client());
}

bool SociSubject::open(Position position) {
  try {
    pool_->at(position).open(soci_backend(), source_.connection_string());
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

Acquired SociSubject::lend(sim::LeaseKey key, Position position) {
  const bool is_open = pool_->at(position).get_backend() != nullptr || open(position);
  if (!is_open) {
    pool_->give_back(position);
    return {Outcome::connect_failed, {}};
  }
  leases_.put(key, position);
  return {Outcome::ok, session_of(key)};
}

sim::SubjectEntry soci_entry() {
  return sim::as_is_subject(
      {.name = "soci",
       .about = "SOCI's connection_pool, unmodified: a fixed array of sessions with a timed wait.",
       .capabilities = SociSubject::capabilities(),
       .simulated = {},
       .real =
           [](const sim::Environment<StdPlatform>& environment) -> std::unique_ptr<sim::Subject> {
         return std::make_unique<SociSubject>(environment);
       }});
}

}  // namespace poolproof::subjects
