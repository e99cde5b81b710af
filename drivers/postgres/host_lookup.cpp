#include <poolproof/drivers/postgres/host_lookup.h>

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <poolproof/drivers/postgres/libpq.h>
#include <poolproof/drivers/process.h>

namespace poolproof::postgres {
namespace {

std::vector<std::string> parts_of(std::string_view list) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t comma = std::min(list.find(','), list.size());
    parts.emplace_back(list.substr(0, comma));
    if (comma == list.size()) return parts;
    list.remove_prefix(comma + 1);
  }
}

/// What libpq would take: the parameter, or the environment's.
std::string told(const ConnectionParameters& parameters, std::string_view keyword,
                 const char* variable) {
  for (const auto& [known, value] : parameters) {
    if (known == keyword) return value;
  }
  const char* const value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

void replace(ConnectionParameters& parameters, const std::string& keyword, std::string value) {
  std::erase_if(parameters, [&](const auto& one) { return one.first == keyword; });
  parameters.emplace_back(keyword, std::move(value));
}

/// Neither a socket's folder nor an address.
bool is_name(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  const bool is_place = host.empty() || host.front() == '/' || host.front() == '@';
  return !is_place && ::inet_pton(AF_INET, host.c_str(), address.data()) != 1 &&
         host.find(':') == std::string::npos;
}

/// One name's, in the order in which they should be tried.
struct Lookup {
  std::string name;
  std::vector<std::string> addresses{};
  int error = 0;  ///< of getaddrinfo()

  void run() {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    error = ::getaddrinfo(name.c_str(), nullptr, &wanted, &found);
    if (error != 0) return;
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
      std::array<char, NI_MAXHOST> text{};
      if (::getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0,
                        NI_NUMERICHOST) == 0)
        addresses.emplace_back(text.data());
    }
    ::freeaddrinfo(found);
  }
};

/// Belongs to whoever waits for it and to the thread that does it: the last one ends it.
class Lookups {
 public:
  explicit Lookups(std::vector<Lookup> all)
      : all_(std::move(all)), ended_(::eventfd(0, EFD_CLOEXEC)) {}
  Lookups(const Lookups&) = delete;
  Lookups& operator=(const Lookups&) = delete;
  ~Lookups() {
    if (ended_ >= 0) ::close(ended_);
  }

  [[nodiscard]] bool has_ended(const Clock& clock, Instant deadline) const {
    return wait_for(ended_, POLLIN, clock, deadline) && has_run();
  }
  /// Once they have ended.
  [[nodiscard]] const std::vector<Lookup>& all() const noexcept { return all_; }
  [[nodiscard]] bool has_run() const noexcept { return has_run_.load(std::memory_order_acquire); }
  [[nodiscard]] bool can_be_awaited() const noexcept { return ended_ >= 0; }

  void run() noexcept {
    sigset_t signals;  // They are for the application's own threads.
    sigfillset(&signals);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    try {
      for (Lookup& lookup : all_)
        lookup.run();
    } catch (const std::exception&) {
      all_.front().error = EAI_MEMORY;
    }
    has_run_.store(true, std::memory_order_release);  // A descriptor orders nothing in C++.
    eventfd_write(ended_, 1);
  }

 private:
  std::vector<Lookup> all_;
  std::atomic<bool> has_run_ = false;
  const int ended_;  // readable when run() has ended
};

/// By their names: who asks for the same meanwhile waits for the same, so that a name server that
/// hangs holds one thread and not one for each connect. Any thread.
class LookupsUnderWay {
 public:
  /// Never destroyed: a look-up may outlive main().
  static LookupsUnderWay& all() {
    static auto* const one = new LookupsUnderWay;
    return *one;
  }

  struct Joined {
    std::shared_ptr<Lookups> lookups;
    bool is_new = true;  ///< it is the caller's to have it run
  };
  Joined join(const std::vector<Lookup>& names) {
    std::string key =
        std::to_string(ProcessGeneration::now());  // A child has none of the threads.
    for (const Lookup& one : names)
      key.append(",").append(one.name);
    // In a child the lock may be held for ever, by a thread that is not there.
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock) return {std::make_shared<Lookups>(names), true};
    std::weak_ptr<Lookups>& known = by_names_[key];
    if (auto under_way = known.lock(); under_way != nullptr && !under_way->has_run())
      return {std::move(under_way), false};
    Joined joined{std::make_shared<Lookups>(names), true};
    known = joined.lookups;
    return joined;
  }
  /// Those that nobody waits for or runs any more.
  void forget_ended() {
    const std::lock_guard lock(mutex_);
    std::erase_if(by_names_, [](const auto& one) { return one.second.expired(); });
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<Lookups>> by_names_;  // guarded by mutex_
};

DbError no_lookup(std::string message) {
  return {DbErrorKind::connection_failed, std::move(message)};
}

std::expected<std::vector<Lookup>, DbError> look_up(const std::vector<Lookup>& names,
                                                    const Clock& clock, Instant deadline) {
  const auto [lookups, is_new] = LookupsUnderWay::all().join(names);
  try {
    if (!lookups->can_be_awaited())
      return std::unexpected(no_lookup("no descriptor for a look-up"));
    if (is_new) {
      std::thread([running = lookups]() mutable {
        running->run();
        running.reset();
        LookupsUnderWay::all().forget_ended();
      }).detach();
    }
  } catch (const std::system_error&) {
    return std::unexpected(no_lookup("no thread to look up a host's name"));
  }
  if (!lookups->has_ended(clock, deadline)) {
    return std::unexpected(DbError{
        DbErrorKind::timed_out, "the look-up of a host's name did not end before the deadline"});
  }
  for (const Lookup& one : lookups->all()) {
    if (one.error == 0) continue;
    return std::unexpected(no_lookup("could not translate host name \"" + one.name +
                                     "\" to address: " + ::gai_strerror(one.error)));
  }
  return lookups->all();
}

/// The lists in which each address of a name is a host of its own.
class HostLists {
 public:
  void add(const std::string& host, const std::string& address, const std::string& port) {
    const char* const comma = count_++ == 0 ? "" : ",";
    hosts_ += comma + host;
    addresses_ += comma + address;
    ports_ += comma + port;
  }
  void put_into(ConnectionParameters& parameters, bool has_ports) && {
    replace(parameters, "host", std::move(hosts_));
    replace(parameters, "hostaddr", std::move(addresses_));
    if (has_ports) replace(parameters, "port", std::move(ports_));
  }

 private:
  std::size_t count_ = 0;
  std::string hosts_, addresses_, ports_;
};

}  // namespace

std::expected<ConnectionParameters, DbError> with_addresses(ConnectionParameters parameters,
                                                            const Clock& clock, Instant deadline) {
  const std::vector<std::string> hosts = parts_of(told(parameters, "host", "PGHOST"));
  const std::vector<std::string> ports = parts_of(told(parameters, "port", "PGPORT"));
  std::vector<Lookup> names;
  for (const std::string& host : hosts) {
    if (is_name(host)) names.push_back({.name = host});
  }
  const bool is_known = !told(parameters, "hostaddr", "PGHOSTADDR").empty();
  const bool is_mistake = ports.size() != 1 && ports.size() != hosts.size();  // Which libpq tells.
  if (names.empty() || is_known || is_mistake) return parameters;
  const auto found = look_up(names, clock, deadline);
  if (!found) return std::unexpected(found.error());
  HostLists lists;
  for (std::size_t i = 0, name = 0; i < hosts.size(); ++i) {
    const std::string& port = ports.size() == 1 ? ports.front() : ports[i];
    if (!is_name(hosts[i])) {
      lists.add(hosts[i], "", port);
      continue;
    }
    for (const std::string& address : (*found)[name++].addresses)
      lists.add(hosts[i], address, port);
  }
  const bool has_ports = ports.size() > 1 || !ports.front().empty();
  std::move(lists).put_into(parameters, has_ports);
  return parameters;
}

}  // namespace poolproof::postgres
