#include <poolproof/subjects/postgres/recorded_client.h>

namespace poolproof::subjects {
namespace {

using mocks::CallOutcome;
using mocks::ClientCall;

CallOutcome failure_of(const DbError& error) noexcept {
  return error.kind == DbErrorKind::timed_out ? CallOutcome::timed_out : CallOutcome::failed;
}

/// Of a call whose every error ends the session.
template <class Call>
auto recorded(mocks::CallListener& listener, ClientCall kind, mocks::SessionNumber session,
              Call&& call) {
  listener.on_begin(kind, session, Instant::max());
  auto answer = call();
  listener.on_end(kind, session, answer ? CallOutcome::ok : failure_of(answer.error()));
  return answer;
}

/// Of a statement.
template <class Call>
auto recorded_use(mocks::CallListener& listener, mocks::SessionNumber session, Call&& call) {
  listener.on_begin(ClientCall::execute, session, Instant::max());
  auto answer = call();
  const bool is_lost = !answer && is_session_lost(answer.error());
  listener.on_end(ClientCall::execute, session, is_lost ? CallOutcome::failed : CallOutcome::ok);
  return answer;
}

}  // namespace

RecordedClient::~RecordedClient() {
  listener_.on_begin(ClientCall::close, session_, Instant::max());
  client_.reset();
  listener_.on_end(ClientCall::close, session_, CallOutcome::ok);
}

std::expected<ResultSet, DbError> RecordedClient::execute(std::string_view sql,
                                                          std::span<const Value> parameters) {
  return recorded_use(listener_, session_, [&] { return client_->execute(sql, parameters); });
}

std::expected<std::uint64_t, DbError> RecordedClient::stream(std::string_view sql,
                                                             std::span<const Value> parameters,
                                                             const RowVisitor& visit) {
  return recorded_use(listener_, session_,
                      [&] { return client_->stream(sql, parameters, visit); });
}

std::expected<void, DbError> RecordedClient::ping() {
  return recorded(listener_, ClientCall::ping, session_, [&] { return client_->ping(); });
}

std::expected<void, DbError> RecordedClient::reset() {
  return recorded(listener_, ClientCall::reset, session_, [&] { return client_->reset(); });
}

bool RecordedClient::is_known_dead() noexcept {
  const bool is_dead = client_->is_known_dead();
  if (is_dead && !std::exchange(has_told_death_, true))
    listener_.on_death(session_, Duration::zero());
  return is_dead;
}

std::expected<std::unique_ptr<DbClient>, DbError> RecordedFactory::connect(Instant deadline) {
  const mocks::SessionNumber session{++sessions_};
  auto client = recorded(listener_, ClientCall::connect, session,
                         [&] { return factory_.connect(deadline); });
  if (!client) return client;
  return std::make_unique<RecordedClient>(std::move(*client), session, listener_);
}

}  // namespace poolproof::subjects
