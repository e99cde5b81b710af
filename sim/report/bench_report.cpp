#include <poolproof/sim/report/bench_report.h>

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <poolproof/sim/report/words.h>

namespace poolproof::sim {
namespace {

using Json = nlohmann::ordered_json;

struct Figure {
  const char* name;
  const char* heading;
  double (*of)(const RoundResult&);
  bool is_of_waits = false;
};

double cycles(const RoundResult& result) {
  return static_cast<double>(std::max<std::uint64_t>(1, result.cycles));
}

double microseconds(std::uint64_t ns) {
  return static_cast<double>(ns) * 1e-3;
}

double share(std::uint64_t least, std::uint64_t most) {
  return most == 0 ? 0 : static_cast<double>(least) / static_cast<double>(most);
}

constexpr Figure figures[] = {
    {"ns_per_cycle", "ns/cycle", [](const RoundResult& r) { return r.seconds * 1e9 / cycles(r); }},
    {"processor_ns_per_cycle", "processor ns",
     [](const RoundResult& r) { return r.used.processor_seconds * 1e9 / cycles(r); }},
    {"switches_per_cycle", "switches",
     [](const RoundResult& r) { return static_cast<double>(r.used.switches) / cycles(r); }},
    {"fairness", "least/most", [](const RoundResult& r) { return share(r.least, r.most); }},
    {"mean_us", "mean us", [](const RoundResult& r) { return r.waits.mean_ns() * 1e-3; }, true},
    {"p50_us", "p50 us",
     [](const RoundResult& r) { return microseconds(r.waits.percentile_ns(50)); }, true},
    {"p99_us", "p99 us",
     [](const RoundResult& r) { return microseconds(r.waits.percentile_ns(99)); }, true},
    {"p99_9_us", "p99.9 us",
     [](const RoundResult& r) { return microseconds(r.waits.percentile_ns(99.9)); }, true},
    {"max_us", "max us", [](const RoundResult& r) { return microseconds(r.waits.max_ns()); },
     true},
};

double median(const BenchReport& report, const BenchCase& one, const std::string& contender,
              const Figure& figure) {
  std::vector<double> numbers;
  for (const BenchSample& sample : report.samples) {
    if (sample.of == one && sample.contender == contender)
      numbers.push_back(figure.of(sample.result));
  }
  std::ranges::sort(numbers);
  const std::size_t middle = numbers.size() / 2;
  if (numbers.size() % 2 == 1) return numbers[middle];
  return (numbers[middle - 1] + numbers[middle]) / 2;
}

/// In at most 11 bytes, three digits of which mean something.
std::string short_number(double number) {
  if (number >= 999.5) return grouped(static_cast<std::uint64_t>(number + 0.5));
  return number < 0.0005 ? "0" : fmt::format("{:.3g}", number);
}

std::string hold_of(const BenchCase& one) {
  if (one.hold == Duration::zero()) return "given back at once";
  return fmt::format("each held for {} us", one.hold / std::chrono::microseconds(1));
}

std::string table(const BenchReport& report, const BenchCase& one) {
  std::string text = fmt::format("\n{} on {}, {}\n{:24}", number_of(one.threads, "thread"),
                                 number_of(one.size, "connection"), hold_of(one), "");
  const bool has_waits = one.hold > Duration::zero();
  for (const Figure& figure : figures)
    if (has_waits || !figure.is_of_waits) text += fmt::format("{:>13}", figure.heading);
  text += "\n";
  for (const BenchContender& contender : report.contenders) {
    text += fmt::format("{:24}", shortened(contender.name, 24));
    for (const Figure& figure : figures) {
      if (has_waits || !figure.is_of_waits)
        text += fmt::format("{:>13}", short_number(median(report, one, contender.name, figure)));
    }
    text += "\n";
  }
  return text;
}

std::string name_of(const BenchSample& sample) {
  return fmt::format("{}/{}/threads:{}/size:{}/hold_us:{}", sample.of.experiment, sample.contender,
                     sample.of.threads, sample.of.size,
                     sample.of.hold / std::chrono::microseconds(1));
}

Json to_json(const BenchSample& sample) {
  Json json{{"name", name_of(sample)},
            {"run_type", "iteration"},
            {"cycles_per_s", static_cast<double>(sample.result.cycles) / sample.result.seconds}};
  for (const Figure& figure : figures) {
    if (!figure.is_of_waits || sample.result.waits.count() > 0)
      json[figure.name] = figure.of(sample.result);
  }
  return json;
}

}  // namespace

std::string bench_text(const BenchReport& report) {
  std::string text = fmt::format(
      "Medians of {}, in each of which all were measured in turn. Compare inside a column only.\n",
      number_of(report.rounds, "round"));
  std::vector<BenchCase> seen;
  for (const BenchSample& sample : report.samples) {
    if (std::ranges::find(seen, sample.of) != seen.end()) continue;
    seen.push_back(sample.of);
    text += table(report, sample.of);
  }
  return text;
}

std::string bench_json(const BenchReport& report) {
  std::string about;
  for (const BenchContender& contender : report.contenders)
    about += fmt::format("{}|{}|{}\n", contender.name, contender.kind, contender.about);
  Json json{{"context", {{"contenders", about}}}, {"benchmarks", Json::array()}};
  for (const BenchSample& sample : report.samples)
    json["benchmarks"].push_back(to_json(sample));
  return json.dump(1) + "\n";
}

}  // namespace poolproof::sim
