#pragma once
// Questions to a server that is shot at, by one that is not.

#include <chrono>
#include <stdexcept>
#include <utility>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/db_client.h>

namespace poolproof::subjects {

/// What `ask(client)` answers over a session of its own. A server that has lost a session to
/// kill -9 ends all others, those opened meanwhile too, and takes none until it has recovered:
/// then it is asked again, for 30 s. So `ask` may be called several times. Errors:
/// std::runtime_error with the last error. Blocks.
template <class Ask>
auto answer_of(DbClientFactory& factory, Clock& clock, Ask&& ask) {
  using Answer = decltype(ask(std::declval<DbClient&>()));
  const Instant deadline = deadline_after(clock.now(), std::chrono::seconds(30));
  for (;;) {
    const auto client = factory.connect(deadline);
    Answer answer = client ? ask(**client) : Answer(std::unexpected(client.error()));
    if (answer) return std::move(*answer);
    const DbError& error = answer.error();
    const bool may_recover =
        is_session_lost(error) || error.kind == DbErrorKind::connection_failed;
    if (!may_recover || clock.now() >= deadline) throw std::runtime_error(to_string(error));
    clock.sleep_until(deadline_after(clock.now(), std::chrono::milliseconds(20)));
  }
}

}  // namespace poolproof::subjects
