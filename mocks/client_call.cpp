#include <poolproof/mocks/client_call.h>

namespace poolproof::mocks {

std::string_view to_string(ClientCall call) noexcept {
  switch (call) {
    case ClientCall::none:
      return "none";
    case ClientCall::connect:
      return "connect";
    case ClientCall::ping:
      return "ping";
    case ClientCall::execute:
      return "execute";
    case ClientCall::reset:
      return "reset";
    case ClientCall::close:
      return "close";
    case ClientCall::begin:
      return "begin";
    case ClientCall::commit:
      return "commit";
    case ClientCall::rollback:
      return "rollback";
  }
  return "unknown";
}

std::string_view to_string(CallOutcome outcome) noexcept {
  switch (outcome) {
    case CallOutcome::ok:
      return "ok";
    case CallOutcome::failed:
      return "failed";
    case CallOutcome::timed_out:
      return "timed_out";
    case CallOutcome::threw:
      return "threw";
    case CallOutcome::conflict:
      return "conflict";
    case CallOutcome::read_only:
      return "read_only";
    case CallOutcome::refused:
      return "refused";
  }
  return "unknown";
}

std::string_view to_string(Leftover leftover) noexcept {
  switch (leftover) {
    case Leftover::setting:
      return "setting";
    case Leftover::transaction:
      return "transaction";
    case Leftover::statement:
      return "statement";
    case Leftover::deadline:
      return "deadline";
  }
  return "unknown";
}

}  // namespace poolproof::mocks
