#pragma once
// What `poolproof bench` has measured, as a table and as JSON that Google Benchmark's tools and
// script/bench read.

#include <cstdint>
#include <string>
#include <vector>

#include <poolproof/sim/measure/round.h>

namespace poolproof::sim {

struct BenchContender {
  std::string name;
  std::string kind;   ///< pool, floor, ideal
  std::string about;  ///< one sentence
};

struct BenchCase {
  std::string experiment;
  unsigned threads = 1;
  std::size_t size = 1;
  Duration hold{};

  friend bool operator==(const BenchCase&, const BenchCase&) = default;
};

struct BenchSample {
  BenchCase of;
  std::string contender;
  RoundResult result;
};

struct BenchReport {
  std::size_t size = 1;
  std::uint64_t rounds = 1;
  std::vector<BenchContender> contenders = {};
  std::vector<BenchSample> samples = {};
};

/// For each case a row for each contender, with medians.
std::string bench_text(const BenchReport& report);
std::string bench_json(const BenchReport& report);

}  // namespace poolproof::sim
