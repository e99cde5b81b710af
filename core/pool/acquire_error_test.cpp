#include <poolproof/core/pool/acquire_error.h>

#include <gtest/gtest.h>

namespace poolproof {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

AcquireError crowded(AcquireErrorKind kind) {
  AcquireError error;
  error.kind = kind;
  error.waited = seconds(5);
  error.max_size = 10;
  error.in_use = 10;
  error.waiting = 3;
  return error;
}

TEST(AcquireError, TimeoutNamesTheLimitTheCrowdAndTheOldestLease) {
  AcquireError error = crowded(AcquireErrorKind::timed_out);
  error.oldest_lease_age = milliseconds(4200);
  error.oldest_lease_taken_by = std::source_location::current();
  const std::string line = std::to_string(error.oldest_lease_taken_by.line());

  EXPECT_EQ(
      error.message(),
      "no connection within 5 s: max_size 10, in use 10, waiting 3, oldest lease 4.2 s taken "
      "at acquire_error_test.cpp:" +
          line);
}

TEST(AcquireError, TimeoutWithoutLeasesNamesWhatIsOpening) {
  AcquireError error = crowded(AcquireErrorKind::timed_out);
  error.in_use = 0;
  error.opening = 10;

  EXPECT_EQ(error.message(),
            "no connection within 5 s: max_size 10, in use 0, opening 10, waiting 3");
}

TEST(AcquireError, ExhaustedNamesTheLimit) {
  EXPECT_EQ(crowded(AcquireErrorKind::exhausted).message(),
            "no connection free: max_size 10, in use 10, waiting 3");
}

TEST(AcquireError, ClosedSaysOnlyThat) {
  EXPECT_EQ(crowded(AcquireErrorKind::closed).message(), "pool is closed");
}

TEST(AcquireError, ConnectFailureGivesItsCause) {
  AcquireError error = crowded(AcquireErrorKind::connect_failed);
  error.cause = {DbErrorKind::connection_failed, "no route to host"};
  EXPECT_EQ(error.message(), "cannot connect: no route to host");

  error.cause = {DbErrorKind::timed_out, ""};
  EXPECT_EQ(error.message(), "cannot connect: timed_out");
}

TEST(Duration, PrintsInTheUnitThatReadsBest) {
  EXPECT_EQ(to_string(Duration::zero()), "0 s");
  EXPECT_EQ(to_string(Duration(12)), "12 ns");
  EXPECT_EQ(to_string(microseconds(7)), "7 us");
  EXPECT_EQ(to_string(milliseconds(15)), "15 ms");
  EXPECT_EQ(to_string(seconds(90)), "90 s");
  EXPECT_EQ(to_string(minutes(5)), "5 min");
  EXPECT_EQ(to_string(minutes(150)), "2.5 h");
  EXPECT_EQ(to_string(hours(48)), "48 h");
  EXPECT_EQ(to_string(Duration::max()), "never");
}

TEST(Duration, PrintsTwoPlacesRounded) {
  EXPECT_EQ(to_string(milliseconds(4050)), "4.05 s");
  EXPECT_EQ(to_string(milliseconds(4056)), "4.06 s");
  EXPECT_EQ(to_string(milliseconds(4999)), "5 s");
  EXPECT_EQ(to_string(milliseconds(-1500)), "-1.5 s");
  EXPECT_EQ(to_string(Duration::min()), "-2562047.79 h");
}

}  // namespace
}  // namespace poolproof
