#include <poolproof/core/pool/prometheus.h>

#include <array>
#include <cstdint>
#include <utility>

namespace poolproof {
namespace {

std::string escaped(std::string_view label) {
  std::string text;
  for (const char c : label) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

/// Exactly, and without zeros at the end: "0.000001023".
std::string seconds_of(Duration duration) {
  constexpr std::int64_t second_ns = 1'000'000'000;
  std::string fraction = std::to_string(second_ns + duration.count() % second_ns).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  const std::string whole = std::to_string(duration.count() / second_ns);
  return fraction.empty() ? whole : whole + "." + fraction;
}

struct Metric {
  std::string_view name;
  std::string_view type;
  std::string_view help;
};

class Page {
 public:
  explicit Page(std::span<const PoolSample> pools) noexcept : pools_(pools) {}

  void introduce(const Metric& metric) {
    name_ = metric.name;
    text_.append("# HELP ").append(name_).append(" ").append(metric.help).append("\n");
    text_.append("# TYPE ").append(name_).append(" ").append(metric.type).append("\n");
  }

  void sample(std::string_view suffix, std::string_view pool_name, std::string_view labels,
              std::string_view value) {
    text_.append(name_).append(suffix).append("{pool=\"").append(escaped(pool_name));
    text_.append("\"").append(labels).append("} ").append(value).append("\n");
  }

  /// A metric of one number.
  template <class Number>
  void add(const Metric& metric, Number PoolMetrics::*number) {
    introduce(metric);
    for (const auto& [pool_name, metrics] : pools_)
      sample("", pool_name, "", std::to_string(metrics.*number));
  }

  [[nodiscard]] std::span<const PoolSample> pools() const noexcept { return pools_; }
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  const std::span<const PoolSample> pools_;
  std::string_view name_;
  std::string text_;
};

void add_connections(Page& page) {
  page.introduce({"poolproof_connections", "gauge", "Open sessions by state."});
  for (const auto& [pool_name, metrics] : page.pools()) {
    page.sample("", pool_name, ",state=\"idle\"", std::to_string(metrics.idle));
    page.sample("", pool_name, ",state=\"in_use\"", std::to_string(metrics.in_use));
    page.sample("", pool_name, ",state=\"invalid\"", std::to_string(metrics.invalid));
  }
}

void add_gauges(Page& page) {
  page.add({"poolproof_opening_slots", "gauge", "Connects under way."}, &PoolMetrics::opening);
  page.add({"poolproof_leases", "gauge", "Connections that callers hold."}, &PoolMetrics::leases);
  page.add({"poolproof_waiting_callers", "gauge", "Callers in the queue."}, &PoolMetrics::waiting);
}

void add_counters(Page& page) {
  page.add({"poolproof_acquires_total", "counter", "Leases given out."}, &PoolMetrics::acquires);
  page.add({"poolproof_releases_total", "counter", "Leases ended."}, &PoolMetrics::releases);
  page.add({"poolproof_acquire_timeouts_total", "counter", "Acquires that timed out."},
           &PoolMetrics::timeouts);
  page.add({"poolproof_connects_total", "counter", "Sessions opened."}, &PoolMetrics::connects);
  page.add({"poolproof_connect_failures_total", "counter", "Connects that failed."},
           &PoolMetrics::connect_failures);
  page.add({"poolproof_closes_total", "counter", "Sessions closed."}, &PoolMetrics::closes);
}

/// A bucket holds the waits up to and including its bound. Ours end 1 ns before a power of two,
/// where WaitHistogram counts exactly: 0, about 1 us, 4 us and so on up to 69 s.
void add_wait_buckets(Page& page, std::string_view pool_name, const WaitHistogram& waits) {
  const auto bucket = [&](const std::string& bound, std::uint64_t count) {
    page.sample("_bucket", pool_name, ",le=\"" + bound + "\"", std::to_string(count));
  };
  bucket("0", waits.count_below(Duration(1)));
  for (int exponent = 10; exponent <= 36; exponent += 2) {
    const Duration end(std::int64_t{1} << exponent);
    bucket(seconds_of(end - Duration(1)), waits.count_below(end));
  }
  bucket("+Inf", waits.count());
}

void add_waits(Page& page) {
  page.introduce({"poolproof_acquire_wait_seconds", "histogram",
                  "How long the acquires that got a lease had waited."});
  for (const auto& [pool_name, metrics] : page.pools()) {
    add_wait_buckets(page, pool_name, metrics.waits);
    page.sample("_sum", pool_name, "", seconds_of(metrics.waits.sum()));
    page.sample("_count", pool_name, "", std::to_string(metrics.waits.count()));
  }
}

}  // namespace

std::string to_prometheus(std::span<const PoolSample> pools) {
  Page page(pools);
  add_connections(page);
  add_gauges(page);
  add_counters(page);
  add_waits(page);
  return std::move(page).text();
}

std::string to_prometheus(const PoolMetrics& metrics, std::string_view pool_name) {
  const std::array pools{PoolSample{pool_name, metrics}};
  return to_prometheus(pools);
}

}  // namespace poolproof
