#include <poolproof/mocks/mock_database.h>

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
    case ClientCall::none:
      return DbErrorKind::rejected;
  }
  return DbErrorKind::rejected;
}

}  // namespace

DbError planned_error(ClientCall call, std::uint32_t ordinal, SessionNumber session) {
  return {kind_of_failed(call), as_planned(call, ordinal, "failed", session)};
}

DbError connect_timed_out() {
  return {DbErrorKind::timed_out, "connect timed out"};
}

DbError lost_to_restart(Duration restart, SessionNumber session) {
  return {DbErrorKind::connection_lost,
          "session " + std::to_string(static_cast<std::uint32_t>(session)) +
              " was lost when the server restarted at " + print_duration(restart)};
}

std::exception_ptr planned_exception(ClientCall call, std::uint32_t ordinal,
                                     SessionNumber session) {
  return std::make_exception_ptr(std::runtime_error(as_planned(call, ordinal, "threw", session)));
}

template class BasicMockDatabase<std::mutex>;

}  // namespace poolproof::mocks
