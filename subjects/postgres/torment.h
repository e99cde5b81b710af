#pragma once
// What is done to the server while it is used.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <poolproof/core/clock.h>
#include <poolproof/core/rng.h>
#include <poolproof/drivers/postgres/test_server.h>

namespace poolproof::subjects {

enum class Torment : std::uint8_t {
  kill_session,       ///< SIGKILL: the postmaster ends all sessions and recovers
  terminate_session,  ///< pg_terminate_backend: that session alone ends
  freeze_session,     ///< SIGSTOP for a while
  freeze_server,      ///< every process of it
  kill_postmaster,    ///< and start again
  restart,
  resize_server,  ///< a restart with another max_connections
};
constexpr std::size_t torments = 7;

std::string_view to_string(Torment torment) noexcept;

/// Whether sessions die of it.
bool is_deadly(Torment torment) noexcept;

/// One thread at a time; it is the thread that started the server.
class Tormentor {
 public:
  /// Only sessions of the user `victims` suffer. `connections_min` is the least max_connections
  /// that the server is started with.
  Tormentor(postgres::TestServer& server, std::string victims, int connections_min, Clock& clock,
            std::uint64_t seed)
      : server_(server),
        victims_(std::move(victims)),
        connections_min_(connections_min),
        clock_(clock),
        rng_(seed) {}

  /// By chance, the frequent ones being those after which the server is soon back.
  Torment choose();
  /// Returns false when there was no session to do it to. Blocks until a server that went down is
  /// up again.
  bool inflict(Torment torment);

 private:
  void pause(Duration duration);
  bool signal_one(int signal);
  bool freeze_one();

  postgres::TestServer& server_;
  const std::string victims_;
  const int connections_min_;
  Clock& clock_;
  Rng rng_;
};

}  // namespace poolproof::subjects
