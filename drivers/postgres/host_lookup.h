#pragma once
// The addresses of hosts, found on a thread of its own: the system's look-up knows no deadline.

#include <expected>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/db_error.h>
#include <poolproof/drivers/postgres/connection_parameters.h>

namespace poolproof::postgres {

/// `parameters` with an address (hostaddr) for each host that is a name, so that libpq looks up
/// none; one of several addresses makes several hosts. A look-up that outlasts `deadline` goes on
/// until the system ends it; whoever asks for the same meanwhile waits for it, too, so that there
/// is one for a list of names and not one for each connect. Errors: timed_out; connection_failed
/// where a name is not known.
std::expected<ConnectionParameters, DbError> with_addresses(ConnectionParameters parameters,
                                                            const Clock& clock, Instant deadline);

}  // namespace poolproof::postgres
