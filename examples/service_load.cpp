// Puts the service under load: starts it, sends requests on 32 threads for some seconds, then a
// SIGTERM, and sees whether every answer was as it must be and no money is lost or made.
//
//   service_load SERVICE ADDRESS [SECONDS]

#include <fcntl.h>
#include <httplib.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

using std::chrono::steady_clock;

/// The service as a process, and what it prints.
class Service {
 public:
  Service(const char* program, const char* address) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::string words[] = {program, address};
    char* arguments[] = {words[0].data(), words[1].data(), nullptr};
    if (::posix_spawn(&process_, program, &actions, nullptr, arguments, ::environ) != 0)
      process_ = -1;
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    output_ = ::fdopen(ends[0], "r");
  }
  ~Service() { std::fclose(output_); }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Where it listens; 0: it does not.
  int port() {
    const std::string line = next_line();
    const std::size_t colon = line.rfind(':');
    return colon == std::string::npos ? 0 : std::atoi(line.c_str() + colon + 1);
  }
  /// Its last line, and its exit code.
  std::pair<std::string, int> end() {
    ::kill(process_, SIGTERM);
    std::string line = next_line();
    int status = 0;
    ::waitpid(process_, &status, 0);
    return {std::move(line), WIFEXITED(status) ? WEXITSTATUS(status) : -1};
  }

 private:
  std::string next_line() {
    std::string line;
    for (int c = std::fgetc(output_); c != EOF && c != '\n'; c = std::fgetc(output_))
      line += static_cast<char>(c);
    return line;
  }

  pid_t process_ = 0;
  std::FILE* output_ = nullptr;
};

/// What came of the requests. Any thread.
class Answers {
 public:
  void note(const char* what, const httplib::Result& result, std::vector<int> expected,
            steady_clock::duration took) {
    const std::lock_guard guard(mutex_);
    times_.push_back(took);
    const int status = result ? result->status : 0;
    if (std::ranges::find(expected, status) != expected.end()) return;
    if (++unexpected_ <= 5)
      std::cout << "UNEXPECTED: " << what << ": " << status << " "
                << (result ? result->body : to_string(result.error())) << "\n";
  }
  [[nodiscard]] int unexpected() const { return unexpected_; }
  void print() {
    std::ranges::sort(times_);
    const auto at = [&](double share) {
      const auto place = static_cast<std::size_t>(static_cast<double>(times_.size() - 1) * share);
      return std::to_string(std::chrono::duration<double, std::milli>(times_[place]).count());
    };
    if (times_.empty()) return;
    std::cout << times_.size() << " requests, " << unexpected_
              << " not answered as they must be; p50 " << at(0.5) << " ms, p99 " << at(0.99)
              << " ms, max " << at(1.0) << " ms\n";
  }

 private:
  std::mutex mutex_;
  std::vector<steady_clock::duration> times_;
  int unexpected_ = 0;
};

template <class Send>
void ask(Answers& answers, const char* what, std::vector<int> expected, Send send) {
  const auto begin = steady_clock::now();
  const httplib::Result result = send();
  answers.note(what, result, std::move(expected), steady_clock::now() - begin);
}

/// One client: ten transfers for each report.
void be_a_client(unsigned number, int port, steady_clock::time_point until, Answers& answers) {
  httplib::Client client("127.0.0.1", port);
  client.set_keep_alive(true);
  client.set_read_timeout(30, 0);
  unsigned chance = number * 2'654'435'761U + 1;
  const auto any_of = [&](unsigned count) {
    chance = chance * 1'664'525U + 1'013'904'223U;
    return std::to_string((chance >> 8U) % count + 1);
  };
  for (unsigned round = 0; steady_clock::now() < until; ++round) {
    const std::string wanted =
        "/transfers?from=" + any_of(100) + "&to=" + any_of(100) + "&amount=" + any_of(300);
    ask(answers, "transfer", {200, 400, 409}, [&] { return client.Post(wanted.c_str()); });
    const std::string account = "/accounts/" + any_of(100);
    ask(answers, "account", {200}, [&] { return client.Get(account.c_str()); });
    if (round % 10 != 0) continue;
    ask(answers, "no account", {404}, [&] { return client.Get("/accounts/101"); });
    ask(answers, "health", {200}, [&] { return client.Get("/health"); });
    ask(answers, "metrics", {200}, [&] { return client.Get("/metrics"); });
    ask(answers, "report", {200}, [&] { return client.Get("/report"); });
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "service_load: which service? service_load SERVICE ADDRESS [SECONDS]\n";
    return 2;
  }
  const auto seconds = std::chrono::seconds(argc > 3 ? std::atoi(argv[3]) : 2);
  Service service(argv[1], argv[2]);
  const int port = service.port();
  if (port == 0) {
    std::cerr << "service_load: the service does not listen\n";
    return 2;
  }
  Answers answers;
  std::vector<std::thread> clients;
  const auto until = steady_clock::now() + seconds;
  for (unsigned number = 0; number < 32; ++number)
    clients.emplace_back([&, number] { be_a_client(number, port, until, answers); });
  for (std::thread& client : clients)
    client.join();
  const auto report = httplib::Client("127.0.0.1", port).Get("/report");
  const std::string books = report ? report->body : "no report\n";
  const auto [last_words, code] = service.end();
  answers.print();
  std::cout << "report: " << books << "at the end: " << last_words << ", exit code " << code
            << "\n";
  const bool is_right = books == "100 accounts, 100000 in all\n" && answers.unexpected() == 0 &&
                        code == 0 && last_words == "ended, 0 leases still out";
  std::cout << (is_right ? "all is as it must be\n" : "WRONG\n");
  return is_right ? 0 : 1;
}
