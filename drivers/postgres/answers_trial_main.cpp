// proxy_trial [--answers N] [--clients N] [--sessions N] [--mode transaction|session]
// [--statements N] [--seed S]: a server and a PgBouncer of its own, and every answer checked.
// Without --statements: caches of 0, 16 and 256 in turn. Exit code 0: each answer was its own
// statement's, and nothing failed; 1: not so; 2: bad usage, or the trial could not be held.

#include <charconv>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string_view>

#include <poolproof/drivers/postgres/answers_trial.h>
#include <poolproof/drivers/postgres/test_proxy.h>

namespace {

using namespace poolproof;
using namespace poolproof::postgres;

struct Arguments {
  AnswersPlan plan;
  int sessions = 8;
  TestProxy::Mode mode = TestProxy::Mode::transaction;
  std::vector<std::size_t> caches{0, 16, 256};
};

std::uint64_t number_of(std::string_view option, std::string_view text, std::uint64_t least) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end || number < least || number > 1'000'000'000) {
    throw std::invalid_argument(std::string(option) + " " + std::string(text) +
                                ": must be a number from " + std::to_string(least) +
                                " to 1000000000");
  }
  return number;
}

TestProxy::Mode mode_of(std::string_view text) {
  if (text == "transaction") return TestProxy::Mode::transaction;
  if (text == "session") return TestProxy::Mode::session;
  throw std::invalid_argument("--mode " + std::string(text) + ": must be transaction or session");
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view option = argv[i];
    if (i + 1 == argc) throw std::invalid_argument(std::string(option) + ": a value is missing");
    const std::string_view value = argv[i + 1];
    if (option == "--answers")
      arguments.plan.answers = number_of(option, value, 1);
    else if (option == "--clients")
      arguments.plan.clients = number_of(option, value, 1);
    else if (option == "--sessions")
      arguments.sessions = static_cast<int>(number_of(option, value, 1));
    else if (option == "--statements")
      arguments.caches = {number_of(option, value, 0)};
    else if (option == "--seed")
      arguments.plan.seed = number_of(option, value, 0);
    else if (option == "--mode")
      arguments.mode = mode_of(value);
    else
      throw std::invalid_argument("there is no option " + std::string(option));
  }
  return arguments;
}

bool is_kept(const AnswersResult& result) {
  for (const std::string& one : result.wrong)
    std::cout << "  WRONG: " << one << "\n";
  for (const std::string& one : result.failed)
    std::cout << "  FAILED: " << one << "\n";
  return result.wrong.empty() && result.failed.empty();
}

int run(const Arguments& arguments) {
  const TestServer server;
  SteadyClock clock;
  bool is_all_kept = true;
  for (const std::size_t statements_max : arguments.caches) {
    const TestProxy proxy(server, arguments.mode, arguments.sessions);
    PostgresOptions options{.address = proxy.address(), .statements_max = statements_max};
    if (arguments.mode == TestProxy::Mode::session) options.sessions = PostgresSessions::kept;
    const Instant began = clock.now();
    const AnswersResult result = ask_around(arguments.plan, options, clock);
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(clock.now() - began).count();
    std::cout << "cache of " << statements_max << ": " << result.right << " of "
              << arguments.plan.answers << " right, by " << arguments.plan.clients
              << " clients over " << arguments.sessions << " sessions, in " << seconds << " s"
              << std::endl;
    is_all_kept = is_kept(result) && is_all_kept;
  }
  std::cout << (is_all_kept ? "each answer was its own statement's\n"
                            : "not each answer was its own statement's\n");
  return is_all_kept ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(parse(argc, argv));
  } catch (const std::exception& failure) {
    std::cerr << "proxy_trial: " << failure.what() << "\n";
    return 2;
  }
}
