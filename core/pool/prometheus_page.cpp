// Prints a page of two pools for prometheus_check.py.
#include <array>
#include <cstdio>

#include <poolproof/core/pool/prometheus.h>

int main() {
  poolproof::PoolMetrics busy;
  busy.total = 10;
  busy.idle = 3;
  busy.in_use = 5;
  busy.invalid = 2;
  busy.opening = 1;
  busy.leases = 4;
  busy.waiting = 6;
  busy.acquires = 100;
  busy.releases = 96;
  busy.timeouts = 7;
  busy.connects = 12;
  busy.connect_failures = 8;
  busy.closes = 9;
  busy.waits.add_none();
  busy.waits.add(std::chrono::milliseconds(1500));
  busy.waits.add(std::chrono::hours(1));

  const poolproof::PoolMetrics unused;
  const std::array pools{poolproof::PoolSample{"main", busy},
                         poolproof::PoolSample{"a \"quoted\\\nname\", {of} Łódź", unused}};
  std::fputs(poolproof::to_prometheus(pools).c_str(), stdout);
}
