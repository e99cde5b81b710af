#include <poolproof/subjects/postgres/torment.h>

#include <csignal>
namespace poolproof::subjects {
namespace {

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

bool Tormentor::inflict(Torment torment) {
  switch (torment) {
    case Torment::kill_session:
      return signal_one(SIGKILL);
    case Torment::terminate_session:
      return signal_one(SIGTERM);  // Which is all that pg_terminate_backend() does.
    case Torment::freeze_session:
      return freeze_one();
    case Torment::freeze_server:
      server_.freeze();
      pause(by_chance(rng_, freeze_max));
      server_.thaw();
      return true;
    case Torment::kill_postmaster:
      server_.kill_postmaster();
      server_.start();
      return true;
    case Torment::restart:
      server_.restart_fast({.max_connections = connections_min_, .more = {}});
      return true;
    case Torment::resize_server:
      server_.restart_fast(
          {.max_connections = connections_min_ + static_cast<int>(rng_.below(40)), .more = {}});
      return true;
  }
  return false;
}

void Tormentor::pause(Duration duration) {
  clock_.sleep_until(deadline_after(clock_.now(), duration));
}

bool Tormentor::signal_one(int signal) {
  const auto sessions = server_.sessions_of(victims_);
  if (sessions.empty()) return false;
  return ::kill(sessions[rng_.below(static_cast<std::uint32_t>(sessions.size()))], signal) == 0;
}

bool Tormentor::freeze_one() {
  const auto sessions = server_.sessions_of(victims_);
  if (sessions.empty()) return false;
  const pid_t victim = sessions[rng_.below(static_cast<std::uint32_t>(sessions.size()))];
  if (::kill(victim, SIGSTOP) != 0) return false;
  pause(by_chance(rng_, freeze_max));
  ::kill(victim, SIGCONT);
  return true;
}

}  // namespace poolproof::subjects
