#include <poolproof/drivers/postgres/test_server.h>

#include <libpq-fe.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>

#include <poolproof/drivers/postgres/child_process.h>

namespace poolproof::postgres {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr std::chrono::seconds patience{60};
constexpr std::chrono::milliseconds pause{5};

/// Looks again and again until `is_so()`; false when patience has ended.
template <class Question>
bool comes_true(Question&& is_so) {
  const auto until = steady_clock::now() + patience;
  while (!is_so()) {
    if (steady_clock::now() > until) return false;
    std::this_thread::sleep_for(pause);
  }
  return true;
}

/// The newest that Debian or anybody else has put where the system looks for programs.
std::string find_programs() {
  std::vector<std::string> found;
  std::error_code ignored;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    if (fs::exists(version.path() / "bin/initdb")) found.push_back(version.path() / "bin");
  }
  std::ranges::sort(found);
  for (const char* folder : {"/usr/local/pgsql/bin", "/usr/local/bin", "/usr/bin"}) {
    if (found.empty() && fs::exists(fs::path(folder) / "initdb")) found.emplace_back(folder);
  }
  if (found.empty())
    throw std::runtime_error("there is no PostgreSQL server here: install the package postgresql");
  return found.back();
}

/// All processes of a server have its data folder as theirs, and its proxy one beside it. Kills
/// what is left, also what is stopped, when the other end of its input is closed.
constexpr const char* guardian_script = R"sh(
trap '' INT TERM HUP QUIT PIPE
cat
for round in 1 2 3; do
  for process in /proc/[0-9]*; do
    where=$(readlink "$process/cwd" 2>/dev/null)
    case "$where" in "$0"/*) kill -KILL "${process#/proc/}" 2>/dev/null ;; esac
  done
done
rm -rf "$0")sh";

std::string first_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TestServer::TestServer(TestServerSettings settings)
    : settings_(std::move(settings)), programs_(find_programs()) {
  try {
    make_folder();
    start_guardian();
    make_cluster();
    if (settings_.tls) make_certificate();
    start();
  } catch (...) {
    end();
    throw;
  }
}

TestServer::TestServer(const TestServer& primary, TestServerSettings settings)
    : settings_(std::move(settings)), programs_(find_programs()) {
  try {
    make_folder();
    start_guardian();
    copy_cluster(primary);
    start();
  } catch (...) {
    end();
    throw;
  }
}

TestServer::~TestServer() {
  end();
}

void TestServer::end() noexcept {
  if (lifeline_ < 0) return;
  ::close(std::exchange(lifeline_, -1));
  try {
    wait_for_end(guardian_);
    if (postmaster_ != 0) wait_for_end(postmaster_);
  } catch (const std::system_error&) {
    return;  // Somebody else has waited for them.
  }
}

std::string TestServer::address(std::string_view user, std::string_view password) const {
  std::string text = "host=" + folder_ + " dbname=postgres user=" + std::string(user);
  if (!password.empty()) text += " password=" + std::string(password);
  return text;
}

std::string TestServer::url() const {
  return "postgresql://postgres@/postgres?host=" + folder_;
}

void TestServer::make_folder() {
  std::string pattern = "/tmp/poolproof-postgres-XXXXXX";  // A socket's path must be short.
  if (::mkdtemp(pattern.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), pattern);
  folder_ = pattern;
  if (::geteuid() != 0) return;
  const passwd* user = ::getpwnam("postgres");
  if (user == nullptr) user = ::getpwnam("nobody");
  if (user == nullptr) throw std::runtime_error("there is no user that PostgreSQL would run as");
  user_ = user->pw_uid;
  group_ = user->pw_gid;
  if (::chown(folder_.c_str(), user_, group_) != 0)
    throw std::system_error(errno, std::generic_category(), folder_);
}

void TestServer::start_guardian() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  lifeline_ = ends[1];
  guardian_ = postgres::start(
      {.command = {"/bin/sh", "-c", guardian_script, folder_}, .log = {}, .input = ends[0]});
  ::close(ends[0]);
}

void TestServer::run(std::vector<std::string> command, const char* what) const {
  const pid_t child = postgres::start({.command = std::move(command),
                                       .log = folder_ + "/log",
                                       .folder = folder_,
                                       .user = user_,
                                       .group = group_});
  if (wait_for_end(child) != 0) fail(what);
}

void TestServer::make_cluster() {
  run({programs_ + "/initdb", "-D", folder_ + "/data", "-U", "postgres", "-A", "trust", "-E",
       "UTF8", "--locale=C", "--no-sync", "--no-instructions"},
      "initdb failed");
  std::ofstream(folder_ + "/data/pg_hba.conf")
      << "local all guarded scram-sha-256\nlocal all all trust\nlocal replication all trust\n"
         "hostssl all all 127.0.0.0/8 trust\n";
}

/// One of 65,536 of this machine, so that two servers do not meet.
std::string TestServer::loopback_address() {
  const auto process = static_cast<unsigned>(::getpid());
  return "127.77." + std::to_string(process >> 8U & 255U) + "." + std::to_string(process & 255U);
}

std::string TestServer::tls_address(std::string_view sslmode) const {
  return "host=" + loopback_address() +
         " dbname=postgres user=postgres sslmode=" + std::string(sslmode);
}

void TestServer::make_certificate() {
  const std::string name = "subjectAltName=IP:" + loopback_address();
  run({"/usr/bin/openssl", "req", "-new", "-x509", "-days", "2", "-nodes", "-newkey", "rsa:2048",
       "-subj", "/CN=poolproof", "-addext", name, "-keyout", folder_ + "/key", "-out",
       certificate()},
      "openssl made no certificate");
}

void TestServer::copy_cluster(const TestServer& primary) {
  run({programs_ + "/pg_basebackup", "-h", primary.folder(), "-U", "postgres", "-D",
       folder_ + "/data", "-X", "stream", "-c", "fast", "--write-recovery-conf", "--no-sync",
       "--no-slot"},
      "pg_basebackup failed");
}

void TestServer::follow(const TestServer& primary) {
  kill_postmaster();
  wait_until_gone();
  fs::remove_all(folder_ + "/data");
  copy_cluster(primary);
  start();
}

void TestServer::promote() {
  run({programs_ + "/pg_ctl", "promote", "-D", folder_ + "/data", "-w", "-t", "60"},
      "the standby was not promoted");
}

void TestServer::start() {
  wait_until_gone();
  std::vector<std::string> command{
      programs_ + "/postgres", "-D", folder_ + "/data", "-k", folder_, "-F"};
  std::vector<std::string> settings{
      "listen_addresses=", "max_connections=" + std::to_string(settings_.max_connections),
      "shared_buffers=16MB", "full_page_writes=off", "deadlock_timeout=100ms"};
  if (settings_.tls) {
    settings.insert(settings.end(),
                    {"listen_addresses=" + loopback_address(), "ssl=on",
                     "ssl_cert_file=" + certificate(), "ssl_key_file=" + folder_ + "/key"});
  }
  settings.insert(settings.end(), settings_.more.begin(), settings_.more.end());
  for (const std::string& setting : settings)
    command.insert(command.end(), {"-c", setting});
  postmaster_ = postgres::start({.command = std::move(command),
                                 .log = folder_ + "/log",
                                 .folder = folder_,
                                 .user = user_,
                                 .group = group_});
  wait_until_ready();
}

void TestServer::wait_until_ready() {
  const std::string where = address() + " connect_timeout=2";
  bool has_ended = false;
  const bool is_ready = comes_true([&] {
    has_ended = ::waitpid(postmaster_, nullptr, WNOHANG) != 0;
    return has_ended || PQping(where.c_str()) == PQPING_OK;
  });
  if (has_ended) postmaster_ = 0;
  if (!is_ready || has_ended) fail("the server takes no connections");
}

void TestServer::kill_postmaster() {
  ::kill(postmaster_, SIGKILL);
}

void TestServer::wait_until_gone() {
  if (postmaster_ == 0) return;
  const auto has_ended = [&] {
    return ::waitpid(postmaster_, nullptr, WNOHANG) != 0 && processes().empty();
  };
  if (!comes_true(has_ended)) fail("the server does not end");
  postmaster_ = 0;
}

void TestServer::restart_fast(const TestServerSettings& settings) {
  ::kill(postmaster_, SIGINT);
  settings_ = settings;
  start();
}

void TestServer::freeze() const {
  for (const pid_t process : processes())
    ::kill(process, SIGSTOP);
}

void TestServer::thaw() const {
  for (const pid_t process : processes())
    ::kill(process, SIGCONT);
}

std::vector<pid_t> TestServer::processes() const {
  std::vector<pid_t> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const fs::path where = fs::read_symlink(entry.path() / "cwd", error);
    if (!error && where == folder_ + "/data") found.push_back(std::atoi(name.c_str()));
    error.clear();
  }
  return found;
}

std::vector<pid_t> TestServer::sessions_of(std::string_view user) const {
  const std::string title = "postgres: " + std::string(user) + " ";
  std::vector<pid_t> found;
  for (const pid_t process : processes()) {
    const std::string line = first_bytes("/proc/" + std::to_string(process) + "/cmdline");
    if (line.starts_with(title)) found.push_back(process);
  }
  return found;
}

void TestServer::fail(const std::string& what) const {
  constexpr std::size_t end_of_log = 2'000;
  const std::string log = first_bytes(folder_ + "/log");
  const std::size_t skipped = log.size() > end_of_log ? log.size() - end_of_log : 0;
  throw std::runtime_error(what + "; the server's log ends with:\n" + log.substr(skipped));
}

}  // namespace poolproof::postgres
