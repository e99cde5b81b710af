#include <poolproof/drivers/postgres/session.h>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include <poolproof/core/pool/acquire_error.h>
#include <poolproof/drivers/postgres/cancel_request.h>
#include <poolproof/drivers/postgres/postgres_errors.h>
#include <poolproof/drivers/process.h>

namespace poolproof::postgres {
namespace {

bool is_error(const PGresult* result) noexcept {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE ||
         status == PGRES_NONFATAL_ERROR || status == PGRES_PIPELINE_ABORTED;
}

bool is_copy(const PGresult* result) noexcept {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

void drop_notifications(PGconn* connection) noexcept {
  while (PGnotify* notification = PQnotifies(connection))
    PQfreemem(notification);
}

}  // namespace

Session::Session(ConnectionHandle connection, const Clock& clock, Duration cancel_grace) noexcept
    : process_(ProcessGeneration::now()),
      connection_(std::move(connection)),
      clock_(clock),
      cancel_grace_(cancel_grace) {}

Session::~Session() {
  if (!is_foreign()) return;
  // libpq says goodbye to the server, by whatever is behind its number of the socket.
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing < 0 || ::dup2(nothing, PQsocket(connection_.get())) < 0)
    ::close(PQsocket(connection_.get()));
  if (nothing >= 0) ::close(nothing);
}

bool Session::is_foreign() const noexcept {
  return process_ != ProcessGeneration::now();
}

bool Session::is_lost() const noexcept {
  return is_foreign() || lost_.has_value() || PQstatus(connection_.get()) == CONNECTION_BAD;
}

bool Session::has_hung_up() const noexcept {
  return is_lost() || is_hung_up(PQsocket(connection_.get()));
}

DbError Session::lost() const {
  if (is_foreign()) return {DbErrorKind::connection_lost, session_of_another_process};
  if (!lost_) return lost_error(connection_.get());
  return {DbErrorKind::connection_lost, "the session was lost before: " + lost_->message,
          lost_->code};
}

void Session::lose(std::string why) {
  if (!lost_) lost_ = DbError{DbErrorKind::connection_lost, std::move(why)};
}

std::optional<DbError> Session::sent(int answer) {
  if (answer != 0) return std::nullopt;
  DbError error = lost_error(connection_.get());
  if (error.kind == DbErrorKind::connection_lost)
    lost_ = error;
  else
    error.kind = DbErrorKind::misuse;
  return error;
}

std::optional<DbError> Session::begin_ahead() {
  preparation_ = Preparation::unknown;
  ahead_error_ = nullptr;
  ahead_ = {};
  is_pipelined_ = true;
  return in_pipeline(PQenterPipelineMode(connection_.get()) != 0);
}

std::optional<DbError> Session::sent_ahead(int answer, bool is_apart) {
  ++ahead_.commands;
  if (is_apart) ++ahead_.marks;
  return in_pipeline(answer != 0 && (!is_apart || PQpipelineSync(connection_.get()) != 0));
}

std::optional<DbError> Session::sent_behind(int answer) {
  return in_pipeline(answer != 0 && PQpipelineSync(connection_.get()) != 0);
}

/// What was sent by half cannot be taken back.
std::optional<DbError> Session::in_pipeline(bool is_well) {
  if (is_well) return std::nullopt;
  is_pipelined_ = false;
  lose(lost_error(connection_.get()).message);
  return lost_;
}

bool Session::pass_ahead(Instant deadline) {
  while (ahead_.commands + ahead_.marks > 0 && PQstatus(connection_.get()) != CONNECTION_BAD) {
    std::optional<ResultHandle> result = receive(deadline);
    if (!result) return false;
    is_aside(*result);
  }
  return true;
}

void Session::leave_ahead(Instant deadline) {
  if (is_pipelined_) static_cast<void>(finish(deadline));
}

/// Whether a result is only a mark, or of a command that went ahead, and what it says is noted.
bool Session::is_aside(ResultHandle& result) {
  if (!is_pipelined_) return false;
  if (result == nullptr) {  // The end of a command.
    if (ahead_.commands > 0) --ahead_.commands;
    return true;
  }
  if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) {
    if (ahead_.marks > 0)
      --ahead_.marks;
    else
      is_pipelined_ = PQexitPipelineMode(connection_.get()) == 0;
    return true;
  }
  if (ahead_.commands == 0) return false;
  if (ahead_.commands == 1) note_preparation(std::move(result));
  return true;
}

void Session::note_preparation(ResultHandle result) {
  if (!is_error(result.get())) {
    preparation_ = Preparation::done;
  } else if (is_of_code(result.get(), "42P05")) {
    preparation_ = Preparation::name_is_taken;
  } else {
    preparation_ = Preparation::failed;
    ahead_error_ = std::move(result);
  }
}

std::optional<ResultHandle> Session::receive(Instant deadline) {
  while (PQisBusy(connection_.get()) != 0) {
    const int flushed = PQflush(connection_.get());
    if (flushed < 0) break;
    const auto events = static_cast<short>(flushed > 0 ? POLLIN | POLLOUT : POLLIN);
    if (!wait_for(PQsocket(connection_.get()), events, clock_, deadline)) return std::nullopt;
    // Of a broken connection the result says what is wrong, and is there without waiting.
    if (PQconsumeInput(connection_.get()) == 0 && PQstatus(connection_.get()) == CONNECTION_BAD)
      break;
  }
  return ResultHandle(PQgetResult(connection_.get()));
}

std::expected<ResultHandle, DbError> Session::finish(Instant deadline) {
  ResultHandle kept;
  if (collect(deadline, kept)) return judged(std::move(kept));
  if (!cancel_and_collect(kept)) {
    lose("the server did not confirm within " + to_string(cancel_grace_) +
         " that it cancelled a call whose deadline had passed");
    return std::unexpected(*lost_);
  }
  return judged(std::move(kept));
}

std::expected<void, DbError> Session::abandon() {
  ResultHandle kept;
  if (cancel_and_collect(kept)) return {};
  lose("the server did not confirm within " + to_string(cancel_grace_) +
       " that it cancelled what nobody wanted to see the rest of");
  return std::unexpected(*lost_);
}

/// False: `deadline` came first. Of what had come until then, `kept` is what matters.
bool Session::collect(Instant deadline, ResultHandle& kept) {
  for (;;) {
    std::optional<ResultHandle> result = receive(deadline);
    if (!result) return false;
    if (is_aside(*result)) {
      if (!is_pipelined_ || PQstatus(connection_.get()) == CONNECTION_BAD) break;
      continue;
    }
    if (*result == nullptr) break;
    if (is_copy(result->get())) {
      lose("the statement began a copy, for which there is no call");
      break;
    }
    if (kept == nullptr || !is_error(kept.get())) kept = std::move(*result);
    if (PQstatus(connection_.get()) == CONNECTION_BAD) break;
    if (has_passed(deadline)) return false;  // Rows may come faster than they can be dropped.
  }
  drop_notifications(connection_.get());
  return true;
}

/// Asks more than once: a server that has not yet begun the statement has nothing to cancel.
bool Session::cancel_and_collect(ResultHandle& kept) {
  const Instant deadline = deadline_after(clock_.now(), cancel_grace_);
  for (Duration patience = std::chrono::milliseconds(20);; patience *= 2) {
    const auto request = CancelRequest::send(connection_.get());
    if (request == nullptr) return false;
    const Instant next_try = std::min(deadline, deadline_after(clock_.now(), patience));
    const bool has_ended = collect(next_try, kept);
    if (has_ended && is_lost()) return true;
    // Also before another try: one that is still on its way might hit the next statement.
    if (!request->is_passed_on(clock_, deadline)) return false;
    if (has_ended) return true;
    if (clock_.now() >= deadline) return false;
  }
}

std::expected<ResultHandle, DbError> Session::judged(ResultHandle kept) {
  if (lost_) return std::unexpected(*lost_);
  if (kept == nullptr) {
    if (is_lost()) lost_ = lost_error(connection_.get());
    return std::unexpected(lost_error(connection_.get()));
  }
  if (auto error = error_of(kept.get())) return std::unexpected(std::move(*error));
  return kept;
}

std::optional<DbError> Session::error_of(const PGresult* result) {
  if (result == nullptr || !is_error(result)) return std::nullopt;
  // A statement that could not be prepared fails for no other reason.
  const ResultHandle why = std::move(ahead_error_);
  if (why != nullptr) result = why.get();
  DbError error = result_error(connection_.get(), result);
  was_outdated_ = is_outdated(result);
  const bool is_over = is_fatal(result) || PQstatus(connection_.get()) == CONNECTION_BAD ||
                       error.kind == DbErrorKind::connection_lost;
  if (is_over) {
    error.kind = DbErrorKind::connection_lost;
    if (!lost_) lost_ = error;
  }
  return error;
}

}  // namespace poolproof::postgres
