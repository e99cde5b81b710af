#include <poolproof/sim/report/capability_words.h>

#include <gtest/gtest.h>

namespace poolproof::sim {
namespace {

TEST(CapabilityWords, NameEveryPromiseOnce) {
  Capabilities none;
  for (const CapabilityWord& word : capability_words)
    none.*word.promised = !(none.*word.promised);

  const auto& [order, timed_acquire, try_acquire, invalidate, ensure_min_size, health_check,
               idle_timeout, max_lifetime, validate_after_idle, resets_on_return, metrics, resize,
               evict_all, close, drain, connects_lazily, connect_outside_lock, connect_errors,
               exception_safe, observer, lease_outlives_pool, double_release, cancellation,
               error_policy, call_deadlines, waits_when_refused, notices_dead, connect_backoff,
               full_metrics, transactions, why] = none;
  for (const bool is_claimed : {cancellation, error_policy, call_deadlines, waits_when_refused,
                                notices_dead, connect_backoff, full_metrics, transactions})
    EXPECT_FALSE(is_claimed);  // And so never declined.
  EXPECT_EQ(order, Order{});
  EXPECT_EQ(why, "");
  for (const bool is_promised : {timed_acquire,
                                 try_acquire,
                                 invalidate,
                                 ensure_min_size,
                                 health_check,
                                 idle_timeout,
                                 max_lifetime,
                                 validate_after_idle,
                                 resets_on_return,
                                 metrics,
                                 resize,
                                 evict_all,
                                 close,
                                 drain,
                                 connects_lazily,
                                 connect_outside_lock,
                                 connect_errors,
                                 exception_safe,
                                 observer,
                                 lease_outlives_pool,
                                 double_release}) {
    EXPECT_FALSE(is_promised);
  }
}

TEST(CapabilityWords, ListWhatIsDeclined) {
  Capabilities some;
  EXPECT_EQ(declined_words(some), "");

  some.order = {.kind = Order::Kind::bounded, .overtakes_max = 3};
  some.metrics = false;
  some.close = false;

  EXPECT_EQ(declined_words(some), "order bounded:3, metrics, close");
}

TEST(CapabilityWords, SayTheOrder) {
  EXPECT_EQ(to_string(Order{}), "fifo");
  EXPECT_EQ(to_string(Order{.kind = Order::Kind::none}), "none");
  EXPECT_EQ(to_string(Order{.kind = Order::Kind::bounded, .overtakes_max = 0}), "bounded:0");
}

TEST(CapabilityWords, SayWhichOperationsThereAre) {
  Capabilities some;
  some.evict_all = some.drain = false;

  EXPECT_EQ(offer_words(Capabilities{}),
            "It offers acquire, release, try_acquire, invalidate, ensure_min_size, health_check, "
            "metrics, resize, evict_all, close, drain.\n");
  EXPECT_TRUE(offer_words(some).ends_with(", resize, close.\nIt has no evict_all, drain.\n"))
      << offer_words(some);
}

}  // namespace
}  // namespace poolproof::sim
