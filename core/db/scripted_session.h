#pragma once
// A session whose SQL the tests of transactions read. Not installed.

#include <string>

#include <poolproof/core/db/scripted_client.h>
#include <poolproof/core/db/transaction.h>
#include <poolproof/core/pool/fakes.h>

namespace poolproof::fakes {

/// A session, and what it was sent.
class ScriptedSession {
 public:
  SqlScript script;
  FakeClock clock;

  Transaction begin(const TransactionOptions& options = {}) {
    return *Transaction::begin(client_, clock, options);
  }
  std::string failed_begin(const TransactionOptions& options = {}) {
    const auto begun = Transaction::begin(client_, clock, options);
    return begun ? "ok" : to_string(begun.error());
  }
  DbClient& client() { return client_; }
  /// Without the session's number, joined by "; ".
  std::string sent() const {
    std::string text;
    for (const std::string& line : script.sent)
      text += (text.empty() ? "" : "; ") + line.substr(3);
    return text;
  }

 private:
  ScriptedClient client_{script};
};

template <class T>
std::string said(const std::expected<T, DbError>& answer) {
  return answer ? "ok" : to_string(answer.error());
}

}  // namespace poolproof::fakes
