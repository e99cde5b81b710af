// The benchmark suite: every pool that is here, beside floors, in one process and in turn.
//
//   pool_bench [--turn=N] [--round_ms=N] [options of Google Benchmark]
//
// --turn rotates the contenders; --round_ms is how long each measurement lasts. script/bench runs
// it several times, each with another turn, and makes the report.

#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>

#include <benchmark/benchmark.h>

#include <poolproof/bench/suite/experiments.h>
#include <poolproof/bench/suite/peers.h>

namespace poolproof::bench {
namespace {

struct Options {
  unsigned turn = 0;
  unsigned round_ms = 100;
};

/// Takes `--name=N` away if `argument` is that. Returns false when N is no number that fits.
bool read(std::string_view argument, std::string_view name, unsigned most, unsigned& number) {
  const std::string_view text = argument.substr(name.size());
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number <= most) return true;
  std::fprintf(stderr, "pool_bench: %.*s%.*s: must be a number from 0 to %u\n",
               static_cast<int>(name.size()), name.data(), static_cast<int>(text.size()),
               text.data(), most);
  return false;
}

/// Nothing when an option was wrong, which has been said.
std::optional<Options> read_options(int& count, char** arguments) {
  Options options;
  int kept = 1;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    bool is_right = true;
    if (argument.starts_with("--turn="))
      is_right = read(argument, "--turn=", 1'000'000, options.turn);
    else if (argument.starts_with("--round_ms="))
      is_right = read(argument, "--round_ms=", 60'000, options.round_ms);
    else
      arguments[kept++] = arguments[i];
    if (!is_right) return std::nullopt;
  }
  count = kept;
  return options;
}

void describe(const Suite& suite) {
  std::string about;
  for (const Contender& contender : suite.contenders)
    about += contender.name + "|" + to_string(contender.kind) + "|" + contender.about + "\n";
  benchmark::AddCustomContext("contenders", about);
  benchmark::AddCustomContext("peers", peer_versions());
#ifdef __clang__
  benchmark::AddCustomContext("compiler", "clang " __clang_version__);
#else
  benchmark::AddCustomContext("compiler", "g++ " __VERSION__);
#endif
  benchmark::AddCustomContext("build_type", POOLPROOF_BUILD_TYPE);
  benchmark::AddCustomContext("poolproof", POOLPROOF_VERSION);
}

int run(int count, char** arguments) {
  const auto options = read_options(count, arguments);
  if (!options) return 2;
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
  sim::become_multi_threaded();
  const Suite suite{.contenders = contenders(options->turn),
                    .round = std::chrono::milliseconds(options->round_ms)};
  describe(suite);
  register_cycles(suite);
  register_timeouts(suite);
  register_beside(suite);
  register_storms(suite);
  register_memory(suite);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace poolproof::bench

int main(int count, char** arguments) {
  return poolproof::bench::run(count, arguments);
}
