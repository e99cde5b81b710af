#include <poolproof/drivers/postgres/relay_for_test.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace poolproof::postgres {
namespace {

constexpr const char* socket_name = "/.s.PGSQL.5432";

sockaddr_un place(const std::string& folder) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (folder + socket_name).copy(address.sun_path, sizeof(address.sun_path) - 1);
  return address;
}

/// Source: proc(5).
bool is_asleep(pid_t thread) {
  std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(") ");
  return name_end == std::string::npos || line[name_end + 2] != 'R';
}

bool pass_on(int from, int to) {
  std::array<char, 65'536> bytes{};
  const auto count = ::read(from, bytes.data(), bytes.size());
  for (ssize_t done = 0; done < count;) {
    const auto written =
        ::send(to, bytes.data() + done, static_cast<std::size_t>(count - done), MSG_NOSIGNAL);
    if (written < 0) return false;
    done += written;
  }
  return count > 0;
}

}  // namespace

Relay::Relay(const std::string& folder) : server_(folder), client_(::gettid()) {
  std::string pattern = "/tmp/poolproof-relay-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for a relay");
  folder_ = pattern;
  listening_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = place(folder_);
  const bool listens =
      ::bind(listening_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
      ::listen(listening_, 1) == 0 && ::pipe2(ending_, O_CLOEXEC) == 0;
  if (!listens) throw std::runtime_error("no socket for a relay");
  thread_ = std::thread([this] { run(); });
}

Relay::~Relay() {
  ::close(ending_[1]);
  thread_.join();
  ::close(ending_[0]);
  ::close(listening_);
  std::filesystem::remove_all(folder_);
}

std::string Relay::address() const {
  return "host=" + folder_ + " dbname=postgres user=postgres";
}

void Relay::run() noexcept {
  pollfd first[2] = {{listening_, POLLIN, 0}, {ending_[0], POLLIN, 0}};
  ::poll(first, 2, -1);
  if (first[0].revents == 0) return;
  const int client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
  const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = place(server_);
  ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  bool is_asked = false;
  for (bool goes_on = true; goes_on;) {
    pollfd watched[3] = {{client, POLLIN, 0}, {server, POLLIN, 0}, {ending_[0], POLLIN, 0}};
    ::poll(watched, 3, -1);
    if (watched[2].revents != 0) break;
    if (watched[0].revents != 0) {
      is_asked = true;
      goes_on = pass_on(client, server);
    } else if (watched[1].revents != 0 && !is_asleep(client_)) {
      std::this_thread::yield();
    } else if (watched[1].revents != 0) {
      if (is_asked) ++round_trips_;
      is_asked = false;
      goes_on = pass_on(server, client);
    }
  }
  ::close(client);
  ::close(server);
}

}  // namespace poolproof::postgres
