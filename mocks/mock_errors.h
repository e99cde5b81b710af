#pragma once
// What the mock database says when a call goes wrong.

#include <exception>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/db_error.h>
#include <poolproof/mocks/client_call.h>
#include <poolproof/mocks/mock_server.h>

namespace poolproof::mocks {

/// `call`'s error as the mock words it, e.g. "ping 2 failed, as planned (session 1)".
DbError planned_error(ClientCall call, const Verdict& verdict, SessionNumber session);
DbError timed_out(ClientCall call);
DbError lost_before(SessionNumber session);
/// What a listener is told of a call that answered so. Asks nobody in core what may be tried
/// again: it is what that is measured by.
CallOutcome outcome_of(ClientCall call, DbErrorKind kind) noexcept;
DbError lost_to_restart(Duration restart, SessionNumber session);
DbError lost_to_death(Duration death, SessionNumber session);
DbError read_only(SessionNumber session);
/// A runtime_error saying "ping 2 threw, as planned (session 1)"; of one that throws a number, an
/// int: what code that catches std::exception alone lets through.
std::exception_ptr planned_exception(ClientCall call, const Verdict& verdict,
                                     SessionNumber session);

}  // namespace poolproof::mocks
