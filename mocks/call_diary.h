#pragma once
// What the tests of the mock database have in common.

#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <poolproof/mocks/mock_database.h>

namespace poolproof::mocks {

inline std::string number(SessionNumber session) {
  return std::to_string(static_cast<std::uint32_t>(session));
}

/// Writes down what it is told: "connect 1", "connect 1 ok". Any thread.
class CallDiary final : public CallListener {
 public:
  void on_begin(ClientCall call, SessionNumber session, Instant) override {
    write(std::string(to_string(call)) + " " + number(session));
  }
  void on_end(ClientCall call, SessionNumber session, CallOutcome outcome) override {
    write(std::string(to_string(call)) + " " + number(session) + " " +
          std::string(to_string(outcome)));
  }
  std::vector<std::string> lines() const {
    const std::lock_guard guard(mutex_);
    return lines_;
  }

 private:
  void write(std::string line) {
    const std::lock_guard guard(mutex_);
    lines_.push_back(std::move(line));
  }

  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

using Lines = std::vector<std::string>;

inline SessionNumber session_of(const DbClient& client) {
  return dynamic_cast<const MockDbClient&>(client).session();
}

/// What `call` throws says.
template <class Call>
std::string thrown_by(Call call) {
  try {
    call();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace poolproof::mocks
