#pragma once
// What the pools of the zoo share: how they call the database, and what none of them promises. How
// each of them hands out its connections is its own affair. docs/zoo.md walks through them.

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <utility>

#include <poolproof/core/db/db_client.h>
#include <poolproof/sim/judge/capabilities.h>
#include <poolproof/sim/subject/environment.h>
#include <poolproof/sim/subject/subject.h>
#include <poolproof/subjects/client_calls.h>

namespace poolproof::subjects::zoo {

using Connection = std::unique_ptr<DbClient>;
using Taken = std::expected<Connection, sim::Outcome>;

/// The capabilities of a pool that acquires, tries, releases and closes, and nothing else.
inline sim::Capabilities small_pool(std::string why) {
  return {.order = {.kind = sim::Order::Kind::none},
          .idle_timeout = false,
          .max_lifetime = false,
          .validate_after_idle = false,
          .observer = false,
          .double_release = false,
          .why = std::move(why)};
}

/// Connects for a caller who has a slot already. `give_up` frees the slot; it is called when there
/// is no connection in it. A pool that closed meanwhile keeps no new session.
template <class IsClosed, class GiveUp>
Taken open_in_slot(DbClientFactory& factory, Instant deadline, IsClosed is_closed,
                   GiveUp give_up) {
  Connection connection = connect_or_null(factory, deadline);
  const bool has_failed = connection == nullptr;
  if (!has_failed && !is_closed()) return connection;
  connection.reset();
  give_up();
  return std::unexpected(has_failed ? sim::Outcome::connect_failed : sim::Outcome::closed);
}

/// What try_acquire says where acquire with no time says `taken`.
template <class Lease>
std::expected<Lease, sim::Outcome> as_try(std::expected<Lease, sim::Outcome> taken) {
  if (!taken && taken.error() == sim::Outcome::timed_out)
    return std::unexpected(sim::Outcome::exhausted);
  return taken;
}

}  // namespace poolproof::subjects::zoo
