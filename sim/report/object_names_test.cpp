#include <poolproof/sim/report/object_names.h>

#include <gtest/gtest.h>

namespace poolproof::sim {
namespace {

TEST(ObjectNames, AreReadFromTheLineOfTheStep) {
  using Kind = IntentKind;
  EXPECT_EQ(name_in_line("  const std::unique_lock lock(mutex_);", Kind::lock), "mutex_");
  EXPECT_EQ(name_in_line("  std::scoped_lock<Mutex> held(pool.mutex, other);", Kind::lock),
            "mutex");
  EXPECT_EQ(name_in_line("  std::shared_lock reading(this->sizes_);", Kind::sharer_lock),
            "sizes_");
  EXPECT_EQ(name_in_line("  home->guard_.unlock();", Kind::unlock), "guard_");
  EXPECT_EQ(name_in_line("  changed_.notify_all();", Kind::notify_all), "changed_");
  EXPECT_EQ(name_in_line("  Platform::wait_until(waiter.served, lock, clock_, d);", Kind::wait),
            "served");
  EXPECT_EQ(
      name_in_line("  while (free_.compare_exchange_weak(n, n - 1)) {", Kind::compare_exchange),
      "free_");
  EXPECT_EQ(name_in_line("  if (!permits_.try_acquire_for(timeout))", Kind::semaphore_acquire),
            "permits_");
  EXPECT_EQ(name_in_line("  Platform::call_once(begun_, [] {});", Kind::once), "begun_");
}

TEST(ObjectNames, AreMissingWhereTheLineDoesNotSay) {
  EXPECT_EQ(name_in_line("  }", IntentKind::unlock), "");
  EXPECT_EQ(name_in_line("  lock.unlock();", IntentKind::unlock), "");
  EXPECT_EQ(name_in_line("  worker.join();", IntentKind::join), "");
}

TEST(ObjectNames, AreWhatMostLinesSay) {
  ObjectNames names;
  names.add({IntentKind::lock, 3}, "lock(a_);");
  names.add({IntentKind::lock, 3}, "std::unique_lock lock(mutex_);");
  names.add({IntentKind::lock, 3}, "std::unique_lock lock(mutex_);");
  names.add({IntentKind::lock, 3}, "std::unique_lock lock(other_);");

  EXPECT_EQ(names.of(3), "mutex_");
  EXPECT_EQ(names.words({IntentKind::unlock, 3}), "unlock mutex_ #3");
  EXPECT_EQ(names.words({IntentKind::notify_one, 4}), "notify_one condition_variable #4");
  EXPECT_EQ(names.words({IntentKind::sharer_lock, 3}), "lock_shared mutex_ #3");
  EXPECT_EQ(names.words({IntentKind::client_call, 0}), "call the database client");
}

}  // namespace
}  // namespace poolproof::sim
