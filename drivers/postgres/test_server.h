#pragma once
// A PostgreSQL server of one's own: for tests, the trial and the benchmark, which may do to it
// what nobody may do to a real one. Not part of the driver.

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace poolproof::postgres {

struct TestServerSettings {
  int max_connections = 40;
  std::vector<std::string> more{};  ///< "deadlock_timeout=100ms"
  bool tls = false;  ///< listens, with TLS alone, at an address of the loopback network, too
};

/// Runs in a temporary folder, reached through a Unix socket there, without fsync: what a process
/// wrote outlives the process, which is all that is tested. A guardian process ends the server and
/// removes the folder when this object is gone, also if the program died. One thread at a time.
/// Every wait has a bound; what it waited for in vain is thrown as std::runtime_error, with the
/// end of the server's log.
class TestServer {
 public:
  /// Finds PostgreSQL's programs, makes a cluster and starts it. As root it runs them as
  /// `postgres` or `nobody`, since they refuse root.
  explicit TestServer(TestServerSettings settings = {});
  /// A standby of `primary`, which runs: a copy that follows it.
  TestServer(const TestServer& primary, TestServerSettings settings);
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  /// Any thread. The user `guarded` needs a password; `postgres`, the superuser, and all others
  /// need none.
  [[nodiscard]] std::string address(std::string_view user = "postgres",
                                    std::string_view password = {}) const;
  /// The same for the superuser, as "postgresql://...".
  [[nodiscard]] std::string url() const;

  /// Where it listens with TLS, and how its certificate is checked.
  [[nodiscard]] std::string tls_address(std::string_view sslmode) const;
  /// Where its sockets are, and all else that is gone with it.
  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
  /// Who runs its programs; 0 where that is not root's to choose.
  [[nodiscard]] uid_t user() const noexcept { return user_; }
  [[nodiscard]] gid_t group() const noexcept { return group_; }
  /// The file of the certificate, its own authority.
  [[nodiscard]] std::string certificate() const { return folder_ + "/certificate"; }

  /// The postmaster alone. Its sessions notice, and end themselves.
  void kill_postmaster();
  /// Waits until nothing is left of a server that was killed, and starts another.
  void start();
  /// Ends all sessions and starts again ("fast": SIGINT), with these settings.
  void restart_fast(const TestServerSettings& settings);
  /// Waits until the server takes connections: after a crash of a session it refuses them for a
  /// while.
  void wait_until_ready();

  /// Ends it, as kill_postmaster() does, forgets all it has, and is a standby of `primary` then.
  void follow(const TestServer& primary);
  /// A standby is a primary from now on.
  void promote();

  /// Stops every process of the server until thaw(): connections are taken by the system, and
  /// nothing answers.
  void freeze() const;
  void thaw() const;

  /// The processes that serve sessions of `user`.
  [[nodiscard]] std::vector<pid_t> sessions_of(std::string_view user) const;

 private:
  [[nodiscard]] std::vector<pid_t> processes() const;
  void wait_until_gone();
  void end() noexcept;
  void make_folder();
  void make_cluster();
  void copy_cluster(const TestServer& primary);
  void run(std::vector<std::string> command, const char* what) const;
  void make_certificate();
  [[nodiscard]] static std::string loopback_address();
  void start_guardian();
  [[noreturn]] void fail(const std::string& what) const;

  TestServerSettings settings_;
  std::string programs_;  // the folder of postgres, initdb, ...
  std::string folder_;
  uid_t user_ = 0;
  gid_t group_ = 0;
  pid_t guardian_ = 0;
  int lifeline_ = -1;  // closed, it tells the guardian to act
  pid_t postmaster_ = 0;
};

}  // namespace poolproof::postgres
