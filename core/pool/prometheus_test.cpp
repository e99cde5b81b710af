#include <poolproof/core/pool/prometheus.h>

#include <gtest/gtest.h>

#include <array>

namespace poolproof {
namespace {

using std::chrono::seconds;

/// The lines of `text` that begin with `words`.
std::string lines_with(const std::string& text, std::string_view words) {
  std::string found;
  for (std::size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1) {
    const std::string line = text.substr(begin, text.find('\n', begin) - begin + 1);
    if (line.starts_with(words)) found += line;
  }
  return found;
}

TEST(Prometheus, CountsConnectionsByState) {
  PoolMetrics metrics;
  metrics.idle = 3;
  metrics.in_use = 5;
  metrics.invalid = 2;

  EXPECT_EQ(lines_with(to_prometheus(metrics, "main"), "poolproof_connections"),
            "poolproof_connections{pool=\"main\",state=\"idle\"} 3\n"
            "poolproof_connections{pool=\"main\",state=\"in_use\"} 5\n"
            "poolproof_connections{pool=\"main\",state=\"invalid\"} 2\n");
}

TEST(Prometheus, HasEveryOtherNumberUnderItsName) {
  PoolMetrics metrics;
  metrics.opening = 1;
  metrics.leases = 2;
  metrics.waiting = 3;
  metrics.acquires = 4;
  metrics.releases = 5;
  metrics.timeouts = 6;
  metrics.connects = 7;
  metrics.connect_failures = 8;
  metrics.closes = 9;
  const std::string text = to_prometheus(metrics, "p");

  EXPECT_NE(text.find("poolproof_opening_slots{pool=\"p\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("poolproof_leases{pool=\"p\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("poolproof_waiting_callers{pool=\"p\"} 3\n"), std::string::npos);
  EXPECT_NE(text.find("poolproof_acquires_total{pool=\"p\"} 4\n"), std::string::npos);
  EXPECT_NE(text.find("poolproof_releases_total{pool=\"p\"} 5\n"), std::string::npos);
  EXPECT_NE(text.find("poolproof_acquire_timeouts_total{pool=\"p\"} 6\n"), std::string::npos);
  EXPECT_NE(text.find("poolproof_connects_total{pool=\"p\"} 7\n"), std::string::npos);
  EXPECT_NE(text.find("poolproof_connect_failures_total{pool=\"p\"} 8\n"), std::string::npos);
  EXPECT_NE(text.find("poolproof_closes_total{pool=\"p\"} 9\n"), std::string::npos);
}

TEST(Prometheus, IntroducesEachMetricOnceForAllPools) {
  const PoolMetrics metrics;
  const std::array pools{PoolSample{"a", metrics}, PoolSample{"b", metrics}};

  const std::string text = to_prometheus(pools);

  EXPECT_EQ(lines_with(text, "# HELP poolproof_leases"),
            "# HELP poolproof_leases Connections that callers hold.\n");
  EXPECT_EQ(lines_with(text, "# TYPE poolproof_leases"), "# TYPE poolproof_leases gauge\n");
  EXPECT_EQ(lines_with(text, "poolproof_leases"),
            "poolproof_leases{pool=\"a\"} 0\npoolproof_leases{pool=\"b\"} 0\n");
}

TEST(Prometheus, EscapesThePoolsName) {
  EXPECT_EQ(lines_with(to_prometheus(PoolMetrics(), "a\"b\\c\nd"), "poolproof_leases"),
            "poolproof_leases{pool=\"a\\\"b\\\\c\\nd\"} 0\n");
}

TEST(Prometheus, AddsUpTheWaitsInSeconds) {
  PoolMetrics metrics;
  metrics.waits.add_none();
  metrics.waits.add(Duration(1023));
  metrics.waits.add(Duration(1024));
  metrics.waits.add(seconds(100));
  const std::string text = to_prometheus(metrics, "p");
  const std::string buckets = lines_with(text, "poolproof_acquire_wait_seconds_bucket");

  EXPECT_NE(buckets.find("le=\"0\"} 1\n"), std::string::npos) << buckets;
  EXPECT_NE(buckets.find("le=\"0.000001023\"} 2\n"), std::string::npos);
  EXPECT_NE(buckets.find("le=\"0.000004095\"} 3\n"), std::string::npos);
  EXPECT_NE(buckets.find("le=\"68.719476735\"} 3\n"), std::string::npos);
  EXPECT_NE(buckets.find("le=\"+Inf\"} 4\n"), std::string::npos);
  EXPECT_EQ(lines_with(text, "poolproof_acquire_wait_seconds_sum"),
            "poolproof_acquire_wait_seconds_sum{pool=\"p\"} 100.000002047\n");
  EXPECT_EQ(lines_with(text, "poolproof_acquire_wait_seconds_count"),
            "poolproof_acquire_wait_seconds_count{pool=\"p\"} 4\n");
}

}  // namespace
}  // namespace poolproof
