#pragma once
// How a database client reaches a third-party pool: such a pool knows only a connection string, so
// the string is a number, and the number leads back to the factory whose sessions the pool is to
// open.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/db_client.h>
#include <poolproof/mocks/mock_database.h>
#include <poolproof/sim/judge/event.h>

namespace poolproof::subjects {

/// Where the sessions of one pool come from, and the clock that its connect deadlines are read
/// from.
struct ClientSource {
  DbClientFactory* factory = nullptr;
  const Clock* clock = nullptr;
};

/// All sources in use. Any thread.
class ClientRegistry {
 public:
  /// Keeps a source in the registry while it lives.
  class Entry {
   public:
    explicit Entry(ClientRegistry& home, ClientSource source)
        : home_(home), id_(home.add(source)) {}
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() { home_.remove(id_); }

    /// A decimal number, never used again in this process.
    [[nodiscard]] const std::string& connection_string() const noexcept { return id_; }

   private:
    ClientRegistry& home_;
    const std::string id_;
  };

  /// The one that the SOCI backend and the Poco connector look into: those libraries build them
  /// without arguments.
  static ClientRegistry& instance() {
    static ClientRegistry registry;
    return registry;
  }

  /// A source without a factory when nobody registered `connection_string`.
  [[nodiscard]] ClientSource find(std::string_view connection_string) const {
    const std::lock_guard guard(mutex_);
    const auto found = sources_.find(connection_string);
    return found == sources_.end() ? ClientSource{} : found->second;
  }

 private:
  std::string add(ClientSource source) {
    const std::lock_guard guard(mutex_);
    std::string id = std::to_string(++last_id_);
    sources_.emplace(id, source);
    return id;
  }
  void remove(const std::string& id) {
    const std::lock_guard guard(mutex_);
    sources_.erase(id);
  }

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::map<std::string, ClientSource, std::less<>> sources_;
  unsigned long last_id_ = 0;
};

/// The server's number of a mock session; 0 for a client of another kind.
inline sim::SessionId session_id(const DbClient& client) noexcept {
  const auto* mock = dynamic_cast<const mocks::MockDbClient*>(&client);
  return mock == nullptr ? sim::SessionId{}
                         : sim::SessionId{static_cast<std::uint32_t>(mock->session())};
}

}  // namespace poolproof::subjects
