#pragma once
// Two servers, of which one follows the other and takes its place when that is killed.

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include <poolproof/core/clock.h>
#include <poolproof/drivers/postgres/postgres_client.h>
#include <poolproof/drivers/postgres/test_server.h>
#include <poolproof/subjects/postgres/question.h>

namespace poolproof::subjects {

/// What the primary says is committed the standby has, too: it waits for that. One thread, the one
/// that made it.
class ServerPair {
 public:
  ServerPair(int connections_max, Clock& clock)
      : clock_(clock),
        settings_{.max_connections = connections_max, .more = {"synchronous_standby_names=*"}},
        one_(settings_),
        other_(one_, settings_) {}

  [[nodiscard]] postgres::TestServer& primary() noexcept { return *primary_; }

  /// Whichever of them is the primary when a session is opened.
  [[nodiscard]] std::string address(const std::string& user) const {
    return "host=" + one_.folder() + "," + other_.folder() + " dbname=postgres user=" + user +
           " target_session_attrs=read-write";
  }

  /// Kills the primary and promotes the standby, whose standby the killed one then is. Throws
  /// std::runtime_error when they do not come to that.
  void fail_over() {
    wait_until_in_step();
    primary_->kill_postmaster();
    standby_->promote();
    std::swap(primary_, standby_);
    standby_->follow(*primary_);
  }

 private:
  void wait_until_in_step() {
    PostgresFactory asking({.address = primary_->address()}, clock_);
    const Instant deadline = deadline_after(clock_.now(), std::chrono::seconds(60));
    const auto count = [](DbClient& client) {
      return client.execute("select count(*) from pg_stat_replication where sync_state = 'sync'",
                            {});
    };
    while (answer_of(asking, clock_, count).row(0).at(0U) != Value(1)) {
      if (clock_.now() >= deadline) throw std::runtime_error("the standby does not follow");
      clock_.sleep_until(deadline_after(clock_.now(), std::chrono::milliseconds(20)));
    }
  }

  Clock& clock_;
  const postgres::TestServerSettings settings_;
  postgres::TestServer one_;
  postgres::TestServer other_;
  postgres::TestServer* primary_ = &one_;
  postgres::TestServer* standby_ = &other_;
};

}  // namespace poolproof::subjects
