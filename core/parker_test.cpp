#include <poolproof/core/parker.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include <poolproof/core/pool/fakes.h>

namespace poolproof {
namespace {

using namespace std::chrono_literals;

TEST(Parker, HearsACallThatCameBefore) {
  SteadyClock clock;
  Parker parker;
  parker.unpark(Call::leave);

  EXPECT_EQ(parker.park_until(clock, Instant::max()), Call::leave);
}

TEST(Parker, IsToldToLeaveThoughItWasToldToLookAfterwards) {
  SteadyClock clock;
  Parker parker;
  parker.unpark(Call::look);
  parker.unpark(Call::leave);
  parker.unpark(Call::look);

  EXPECT_EQ(parker.park_until(clock, Instant::max()), Call::leave);
}

TEST(Parker, HearsEachCallOnce) {
  SteadyClock clock;
  Parker parker;
  parker.unpark(Call::look);

  EXPECT_EQ(parker.park_until(clock, Instant::max()), Call::look);
  EXPECT_EQ(parker.park_until(clock, clock.now()), Call::none);
}

TEST(Parker, SleepsUntilTheDeadlineOfTheMachine) {
  SteadyClock clock;
  Parker parker;
  const Instant deadline = clock.now() + 1ms;

  EXPECT_EQ(parker.park_until(clock, deadline), Call::none);
  EXPECT_GE(clock.now(), deadline);
}

TEST(Parker, SleepsUntilTheDeadlineOfAnotherClock) {
  fakes::FakeClock clock;
  Parker parker;
  const Instant deadline = clock.now() + 1h;

  EXPECT_EQ(parker.park_until(clock, deadline), Call::none);
  EXPECT_EQ(clock.now(), deadline);
}

TEST(Parker, IsWokenFromAnotherClocksSleep) {
  fakes::FakeClock clock;
  Parker parker;
  clock.while_waiting = [&] { parker.unpark(Call::look); };

  EXPECT_EQ(parker.park_until(clock, Instant::max()), Call::look);
}

TEST(Parker, HearsLaterWhatCameWhileAClockThrew) {
  fakes::FakeClock clock;
  Parker parker;
  clock.while_waiting = [&] { throw std::runtime_error("no memory"); };
  EXPECT_THROW(parker.park_until(clock, Instant::max()), std::runtime_error);

  parker.unpark(Call::leave);

  EXPECT_EQ(parker.park_until(clock, Instant::max()), Call::leave);
}

// Each is gone as soon as it has heard the call. ThreadSanitizer and AddressSanitizer look on.
TEST(Parker, MayBeGoneWhenItWasToldToLeave) {
  SteadyClock clock;
  for (int i = 0; i < 500; ++i) {
    std::optional<Parker> parker(std::in_place);
    const std::jthread caller([&] { parker->unpark(Call::leave); });
    EXPECT_EQ(parker->park_until(clock, Instant::max()), Call::leave);
    parker.reset();
  }
}

}  // namespace
}  // namespace poolproof
