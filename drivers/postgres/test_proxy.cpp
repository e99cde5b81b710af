#include <poolproof/drivers/postgres/test_proxy.h>

#include <libpq-fe.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <poolproof/drivers/postgres/child_process.h>

namespace poolproof::postgres {
namespace {

std::string find_program() {
  for (const char* path :
       {"/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"}) {
    if (std::filesystem::exists(path)) return path;
  }
  throw std::runtime_error("there is no PgBouncer here: install the package pgbouncer");
}

}  // namespace

TestProxy::TestProxy(const TestServer& server, Mode mode, int sessions_max)
    : folder_(server.folder() + "/proxy") {
  const std::string program = find_program();
  std::filesystem::create_directory(folder_);
  if (server.user() != 0 && ::chown(folder_.c_str(), server.user(), server.group()) != 0)
    throw std::system_error(errno, std::generic_category(), folder_);
  configure(server, mode, sessions_max);
  process_ = start({.command = {program, "-q", folder_ + "/ini"},
                    .log = folder_ + "/log",
                    .folder = folder_,
                    .user = server.user(),
                    .group = server.group()});
  wait_until_ready();
}

TestProxy::~TestProxy() {
  ::kill(process_, SIGKILL);
  try {
    wait_for_end(process_);
  } catch (const std::system_error&) {
    return;  // Somebody else has waited for it.
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string TestProxy::address() const {
  return "host=" + folder_ + " dbname=postgres user=postgres";
}

/// Everything that is not said is PgBouncer's default: so it is met in the wild.
void TestProxy::configure(const TestServer& server, Mode mode, int sessions_max) const {
  std::ofstream(folder_ + "/users") << "\"postgres\" \"\"\n";
  std::ofstream(folder_ + "/ini") << "[databases]\n* = host=" << server.folder() << " port=5432\n"
                                  << "[pgbouncer]\nlisten_port = 5432\nunix_socket_dir = "
                                  << folder_ << "\nauth_type = trust\nauth_file = " << folder_
                                  << "/users\nmax_client_conn = 500"
                                  << "\npool_mode = "
                                  << (mode == Mode::session ? "session" : "transaction")
                                  << "\ndefault_pool_size = " << sessions_max << "\n";
}

void TestProxy::wait_until_ready() const {
  constexpr std::chrono::seconds patience{30};
  const std::string where = address() + " connect_timeout=2";
  const auto until = std::chrono::steady_clock::now() + patience;
  while (PQping(where.c_str()) != PQPING_OK) {
    const bool has_ended = ::waitpid(process_, nullptr, WNOHANG) != 0;
    if (has_ended || std::chrono::steady_clock::now() > until) {
      std::ifstream log(folder_ + "/log");
      throw std::runtime_error("PgBouncer takes no connections; it said:\n" +
                               std::string(std::istreambuf_iterator<char>(log), {}));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace poolproof::postgres
