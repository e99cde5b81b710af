#include <poolproof/subjects/postgres/torment.h>

#include <array>
#include <csignal>

namespace poolproof::subjects {
namespace {

constexpr Duration question_max = std::chrono::seconds(1);
constexpr Duration freeze_max = std::chrono::milliseconds(1'500);

Duration by_chance(Rng& rng, Duration longest) {
  constexpr std::uint32_t steps = 1'000;
  return longest / steps * (rng.below(steps) + 1);
}

}  // namespace

std::string_view to_string(Torment torment) noexcept {
  switch (torment) {
    case Torment::kill_session:
      return "kill -9 of a session";
    case Torment::terminate_session:
      return "pg_terminate_backend";
    case Torment::sigterm_session:
      return "SIGTERM of a session";
    case Torment::freeze_session:
      return "SIGSTOP of a session";
    case Torment::freeze_server:
      return "SIGSTOP of the server";
    case Torment::kill_postmaster:
      return "kill -9 of the postmaster";
    case Torment::restart:
      return "restart";
    case Torment::resize_server:
      return "restart with another max_connections";
    case Torment::fail_over:
      return "kill -9 of a primary, and failover";
  }
  return "unknown";
}

bool is_deadly(Torment torment) noexcept {
  return torment != Torment::freeze_session && torment != Torment::freeze_server;
}

Torment Tormentor::choose() {
  const std::uint32_t number = rng_.below(100);
  if (number < 32) return Torment::kill_session;
  if (number < 60) return Torment::terminate_session;
  if (number < 72) return Torment::freeze_session;
  if (number < 75) return Torment::freeze_server;
  if (number < 87) return Torment::kill_postmaster;
  return number < 94 ? Torment::restart : Torment::resize_server;
}

std::optional<Torment> Tormentor::inflict(Torment torment) {
  const auto if_done = [&](bool is_done) {
    return is_done ? std::optional(torment) : std::nullopt;
  };
  switch (torment) {
    case Torment::kill_session:
      return if_done(kill_one());
    case Torment::terminate_session:
    case Torment::sigterm_session:
      return terminate_one();
    case Torment::freeze_session:
      return if_done(freeze_one());
    case Torment::freeze_server:
      server_.freeze();
      pause(by_chance(rng_, freeze_max));
      server_.thaw();
      return torment;
    case Torment::kill_postmaster:
      server_.kill_postmaster();
      server_.start();
      return torment;
    case Torment::restart:
      server_.restart_fast({.max_connections = connections_min_, .more = {}});
      return torment;
    case Torment::resize_server:
      server_.restart_fast(
          {.max_connections = connections_min_ + static_cast<int>(rng_.below(40)), .more = {}});
      return torment;
    case Torment::fail_over:
      break;  // Takes two servers: server_pair.h.
  }
  return std::nullopt;
}

void Tormentor::pause(Duration duration) {
  clock_.sleep_until(deadline_after(clock_.now(), duration));
}

std::optional<pid_t> Tormentor::choose_victim() {
  const auto sessions = server_.sessions_of(victims_);
  if (sessions.empty()) return std::nullopt;
  return sessions[rng_.below(static_cast<std::uint32_t>(sessions.size()))];
}

bool Tormentor::kill_one() {
  const auto victim = choose_victim();
  return victim && ::kill(*victim, SIGKILL) == 0;
}

std::optional<Torment> Tormentor::terminate_one() {
  const auto victim = choose_victim();
  if (!victim) return std::nullopt;
  if (const auto is_done = terminate(*victim))
    return *is_done ? std::optional(Torment::terminate_session) : std::nullopt;
  if (::kill(*victim, SIGTERM) != 0) return std::nullopt;
  return Torment::sigterm_session;
}

/// False: that session is over. Errors: the database's, whatever kept the question from an answer.
std::expected<bool, DbError> Tormentor::terminate(pid_t victim) {
  const Instant deadline = deadline_after(clock_.now(), question_max);
  const auto client = superuser_.connect(deadline);
  if (!client) return std::unexpected(client.error());
  (*client)->set_deadline(deadline);
  const auto answer = (*client)->execute("select pg_terminate_backend($1::int4)",
                                         std::array<Value, 1>{Value(victim)});
  if (!answer) return std::unexpected(answer.error());
  return answer->row(0).at(0U) == Value(true);
}

bool Tormentor::freeze_one() {
  const auto victim = choose_victim();
  if (!victim || ::kill(*victim, SIGSTOP) != 0) return false;
  pause(by_chance(rng_, freeze_max));
  ::kill(*victim, SIGCONT);
  return true;
}

}  // namespace poolproof::subjects
