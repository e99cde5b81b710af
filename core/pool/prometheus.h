#pragma once
// A pool's numbers as Prometheus reads them: text exposition format 0.0.4, Content-Type
// "text/plain; version=0.0.4; charset=utf-8". Serving it is the application's own business.
// Source: https://prometheus.io/docs/instrumenting/exposition_formats/

#include <span>
#include <string>
#include <string_view>

#include <poolproof/core/pool/pool_metrics.h>

namespace poolproof {

/// The numbers of one pool among several. `pool_name` is UTF-8.
struct PoolSample {
  std::string_view pool_name;
  PoolMetrics metrics;
};

/// All pools in one text, since each metric may be introduced only once. A pool's name is the
/// label `pool`; two of the same name would contradict each other.
///
///   poolproof_connections{pool="main",state="idle"} 3      also in_use and invalid
///   poolproof_opening_slots, poolproof_leases, poolproof_waiting_callers            gauges
///   poolproof_acquires_total, poolproof_releases_total, poolproof_acquire_timeouts_total,
///   poolproof_connects_total, poolproof_connect_failures_total, poolproof_closes_total
///   poolproof_acquire_wait_seconds        histogram of the acquires that got a lease; exact
///
/// Any thread.  Does not block.
///
/// Example:
///   const PoolSample samples[] = {{.pool_name = "main", .metrics = pool.metrics()}};
///   std::cout << to_prometheus(samples);
std::string to_prometheus(std::span<const PoolSample> pools);
/// The same of one pool.
std::string to_prometheus(const PoolMetrics& metrics, std::string_view pool_name);

}  // namespace poolproof
