#include <poolproof/drivers/postgres/connect.h>

#include <poll.h>

#include <string>
#include <utility>
#include <vector>

#include <poolproof/drivers/postgres/connection_parameters.h>
#include <poolproof/drivers/postgres/host_lookup.h>
#include <poolproof/drivers/postgres/postgres_errors.h>

namespace poolproof::postgres {
namespace {

void ignore_notice(void*, const char*) {}

ConnectionHandle start(const ConnectionParameters& parameters) {
  std::vector<const char*> keywords, values;
  for (const auto& [keyword, value] : parameters) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  return ConnectionHandle(PQconnectStartParams(keywords.data(), values.data(), 0));
}

/// Connects as far as it can be had until `deadline`.
PostgresPollingStatusType poll_until(PGconn* connection, const Clock& clock, Instant deadline) {
  PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;
  while (wanted == PGRES_POLLING_WRITING || wanted == PGRES_POLLING_READING) {
    const short events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!wait_for(PQsocket(connection), events, clock, deadline)) return wanted;
    wanted = PQconnectPoll(connection);
  }
  return wanted;
}

}  // namespace

DbError no_session_in_time() {
  return {DbErrorKind::timed_out, "the server did not open a session before the deadline"};
}

std::expected<ConnectionHandle, DbError> open_connection(const PostgresOptions& options,
                                                         const Clock& clock, Instant deadline) {
  auto parameters = connection_parameters(options);
  if (parameters) parameters = with_addresses(std::move(*parameters), clock, deadline);
  if (!parameters) return std::unexpected(parameters.error());
  ConnectionHandle connection = start(*parameters);
  if (connection == nullptr)
    return std::unexpected(DbError{DbErrorKind::connection_failed, "out of memory"});
  // Only a verbose message has the SQLSTATE in it.
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
  PQsetNoticeProcessor(connection.get(), ignore_notice, nullptr);
  const bool has_begun = PQstatus(connection.get()) != CONNECTION_BAD;
  const auto reached =
      has_begun ? poll_until(connection.get(), clock, deadline) : PGRES_POLLING_FAILED;
  if (reached == PGRES_POLLING_FAILED)
    return std::unexpected(connect_error(connection.get(), options));
  if (reached != PGRES_POLLING_OK) {
    return std::unexpected(no_session_in_time());
  }
  PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
  if (PQsetnonblocking(connection.get(), 1) != 0)
    return std::unexpected(connect_error(connection.get(), options));
  return connection;
}

}  // namespace poolproof::postgres
