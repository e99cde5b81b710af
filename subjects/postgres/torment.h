#pragma once
// What is done to the server while it is used.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <poolproof/core/clock.h>
#include <poolproof/core/rng.h>
#include <poolproof/drivers/postgres/postgres_client.h>
#include <poolproof/drivers/postgres/test_server.h>

namespace poolproof::subjects {

enum class Torment : std::uint8_t {
  kill_session,       ///< SIGKILL: the postmaster ends all sessions and recovers
  terminate_session,  ///< pg_terminate_backend: that session alone ends
  sigterm_session,    ///< the same from outside, where nobody could log in to call it
  freeze_session,     ///< SIGSTOP for a while
  freeze_server,      ///< every process of it
  kill_postmaster,    ///< and start again
  restart,
  resize_server,  ///< a restart with another max_connections
  fail_over,      ///< kill -9 of the primary's postmaster; its standby takes its place
};

std::string_view to_string(Torment torment) noexcept;

/// Whether sessions die of it.
bool is_deadly(Torment torment) noexcept;

/// One thread at a time; it is the thread that started the server.
class Tormentor {
 public:
  /// `clock` keeps the pace of real time. Only sessions of the user `victims` suffer.
  /// `connections_min` is the least max_connections that the server is started with.
  Tormentor(postgres::TestServer& server, std::string victims, int connections_min, Clock& clock,
            std::uint64_t seed)
      : server_(server),
        victims_(std::move(victims)),
        connections_min_(connections_min),
        clock_(clock),
        superuser_({.address = server.address()}, clock),
        rng_(seed) {}

  /// By chance, the frequent ones being those after which the server is soon back.
  Torment choose();
  /// Returns what was done: `torment`, or sigterm_session for terminate_session; nothing when
  /// there was no session to do it to. Blocks until a server that went down is up again.
  std::optional<Torment> inflict(Torment torment);

 private:
  void pause(Duration duration);
  std::optional<pid_t> choose_victim();
  bool kill_one();
  std::optional<Torment> terminate_one();
  std::expected<bool, DbError> terminate(pid_t victim);
  bool freeze_one();

  postgres::TestServer& server_;
  const std::string victims_;
  const int connections_min_;
  Clock& clock_;
  PostgresFactory superuser_;
  Rng rng_;
};

}  // namespace poolproof::subjects
