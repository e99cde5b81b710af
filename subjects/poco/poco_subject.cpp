#include <poolproof/subjects/poco/poco_subject.h>

#include <algorithm>
#include <chrono>

#include <Poco/Data/DataException.h>
#include <Poco/Data/Statement.h>

#include <poolproof/subjects/poco/poco_connector.h>

namespace poolproof::subjects {
namespace {

using sim::Acquired;
using sim::Outcome;

/// What the constructor takes for an idle time. The pool multiplies it by 1000 in an int, hence
/// the bound.
int idle_seconds(Duration idle_timeout) {
  constexpr std::chrono::seconds never(2'000'000);
  if (idle_timeout == Duration::zero()) return static_cast<int>(never.count());
  const auto rounded =
      std::chrono::ceil<std::chrono::seconds>(std::min<Duration>(idle_timeout, never));
  return static_cast<int>(rounded.count());
}

std::unique_ptr<Poco::Data::SessionPool> pool_of(const PoolConfig& config,
                                                 const std::string& connection_string) {
  return std::make_unique<Poco::Data::SessionPool>(
      poco_connector(), connection_string, static_cast<int>(config.min_size),
      static_cast<int>(config.max_size), idle_seconds(config.idle_timeout));
}

sim::SessionId handle_of(Poco::Data::Session& session) {
  return Poco::AnyCast<sim::SessionId>(session.getProperty("handle"));
}

}  // namespace

PocoSubject::PocoSubject(const sim::Environment<StdPlatform>& environment)
    : source_(ClientRegistry::instance(), {&environment.factory, &environment.clock}),
      pool_(pool_of(environment.config, source_.connection_string())),
      leases_(environment.lease_keys) {}

sim::Capabilities PocoSubject::capabilities() {
  sim::Capabilities can;
  can.order.kind = sim::Order::Kind::none;
  can.timed_acquire = false;
  can.invalidate = false;
  can.ensure_min_size = false;
  can.health_check = false;
  can.max_lifetime = false;
  can.metrics = false;
  can.resize = false;
  can.evict_all = false;
  can.drain = false;
  can.connect_outside_lock = false;
  can.exception_safe = false;
  can.observer = false;
  can.lease_outlives_pool = false;
  can.why =
      "Poco::Data::SessionPool answers at once (a session, or SessionPoolExhaustedException), "
      "connects, pings and "
      "resets under its lock, allocates for each lease, and has no operation for the rest; its "
      "counts of used, "
      "idle and allocated sessions are separate calls, not one snapshot";
  return can;
}

Acquired PocoSubject::try_acquire(sim::LeaseKey key) {
  try {
    Poco::Data::Session session = pool_->get();
    const sim::SessionId id = handle_of(session);
    leases_.put(key, std::move(session));
    return {Outcome::ok, id};
  } catch (const Poco::Data::SessionPoolExhaustedException&) {
    return {Outcome::exhausted, {}};
  } catch (const Poco::InvalidAccessException&) {
    return {Outcome::closed, {}};
  } catch (const Poco::Data::ConnectionFailedException&) {
    return {Outcome::connect_failed, {}};
  } catch (const std::exception&) {
    return {Outcome::threw, {}};
  }
}

Outcome PocoSubject::execute(sim::LeaseKey key) {
  Poco::Data::Session* session = leases_.find(key);
  if (session == nullptr) return Outcome::failed;
  try {
    *session << "SELECT 1", Poco::Data::Keywords::now;
    return Outcome::ok;
  } catch (const Poco::Data::DataException&) {
    return Outcome::failed;
  } catch (const std::exception&) {
    return Outcome::threw;
  }
}

sim::SessionId PocoSubject::session_of(sim::LeaseKey key) {
  Poco::Data::Session* session = leases_.find(key);
  return session != nullptr ? handle_of(*session) : sim::SessionId{};
}

sim::SubjectEntry poco_entry() {
  return sim::as_is_subject(
      {.name = "poco",
       .about = "Poco::Data::SessionPool, unmodified: sessions opened as needed, no waiting.",
       .capabilities = PocoSubject::capabilities(),
       .simulated = {},
       .real =
           [](const sim::Environment<StdPlatform>& environment) -> std::unique_ptr<sim::Subject> {
         return std::make_unique<PocoSubject>(environment);
       }});
}

}  // namespace poolproof::subjects
