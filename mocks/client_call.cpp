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
  }
  return "unknown";
}

}  // namespace poolproof::mocks
