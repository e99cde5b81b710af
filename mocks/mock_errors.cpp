#include <poolproof/mocks/mock_errors.h>

#include <stdexcept>
#include <string>

namespace poolproof::mocks {
namespace {

/// "ping 2 failed, as planned (session 1)"
std::string as_planned(ClientCall call, std::uint32_t ordinal, std::string_view what,
                       SessionNumber session) {
  std::string text(to_string(call));
  text += ' ';
  text += std::to_string(ordinal);
  text += ' ';
  text += what;
  text += ", as planned (session ";
  text += std::to_string(static_cast<std::uint32_t>(session));
  text += ')';
  return text;
}

DbErrorKind kind_of_failed(ClientCall call) {
  switch (call) {
    case ClientCall::connect:
      return DbErrorKind::connection_failed;
    case ClientCall::ping:
    case ClientCall::reset:
      return DbErrorKind::connection_lost;
    case ClientCall::execute:
    case ClientCall::close:
    case ClientCall::begin:
    case ClientCall::commit:
    case ClientCall::rollback:
    case ClientCall::none:
      return DbErrorKind::rejected;
  }
  return DbErrorKind::rejected;
}

}  // namespace

DbError planned_error(ClientCall call, const Verdict& verdict, SessionNumber session) {
  switch (verdict.ending) {
    case Verdict::Ending::conflicts:
      return {DbErrorKind::serialization_failure,
              as_planned(call, verdict.ordinal, "conflicted", session)};
    case Verdict::Ending::loses_session:
      return {DbErrorKind::connection_lost,
              as_planned(call, verdict.ordinal, "lost its session", session)};
    case Verdict::Ending::loses_answer:
      return {DbErrorKind::connection_lost,
              as_planned(call, verdict.ordinal, "lost its answer", session)};
    case Verdict::Ending::ends_transaction:
      return {DbErrorKind::rejected,
              as_planned(call, verdict.ordinal, "ended its transaction", session)};
    default:
      return {verdict.kind.value_or(kind_of_failed(call)),
              as_planned(call, verdict.ordinal, "failed", session)};
  }
}

DbError timed_out(ClientCall call) {
  return {DbErrorKind::timed_out, std::string(to_string(call)) + " timed out"};
}

DbError lost_before(SessionNumber session) {
  return {DbErrorKind::connection_lost,
          "session " + std::to_string(static_cast<std::uint32_t>(session)) + " was lost before"};
}

CallOutcome outcome_of(ClientCall call, DbErrorKind kind) noexcept {
  switch (kind) {
    case DbErrorKind::timed_out:
      return CallOutcome::timed_out;
    case DbErrorKind::read_only:
      return CallOutcome::read_only;
    case DbErrorKind::serialization_failure:
    case DbErrorKind::deadlock:
    case DbErrorKind::busy:
    case DbErrorKind::statement_outdated:
      return is_statement(call) ? CallOutcome::conflict : CallOutcome::failed;
    case DbErrorKind::permission_denied:
    case DbErrorKind::rejected:
      return call == ClientCall::connect ? CallOutcome::refused : CallOutcome::failed;
    default:
      return CallOutcome::failed;
  }
}

DbError lost_to_restart(Duration restart, SessionNumber session) {
  return {DbErrorKind::connection_lost,
          "session " + std::to_string(static_cast<std::uint32_t>(session)) +
              " was lost when the server restarted at " + print_duration(restart)};
}

DbError lost_to_death(Duration death, SessionNumber session) {
  return {DbErrorKind::connection_lost, "session " +
                                            std::to_string(static_cast<std::uint32_t>(session)) +
                                            " died at " + print_duration(death)};
}

DbError read_only(SessionNumber session) {
  return {DbErrorKind::read_only, "session " +
                                      std::to_string(static_cast<std::uint32_t>(session)) +
                                      " may only read: its server is no primary any more"};
}

std::exception_ptr planned_exception(ClientCall call, const Verdict& verdict,
                                     SessionNumber session) {
  if (verdict.ending == Verdict::Ending::throws_number) return std::make_exception_ptr(42);
  return std::make_exception_ptr(
      std::runtime_error(as_planned(call, verdict.ordinal, "threw", session)));
}

}  // namespace poolproof::mocks
