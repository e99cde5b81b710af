#include <poolproof/core/ensure.h>

#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>
#include <string>

namespace poolproof {
namespace {

/// Throws the name of the place, for as long as it lives.
struct ThrowingHandler {
  EnsureHandler before = set_ensure_handler([](std::source_location where, const std::string&) {
    throw std::runtime_error(std::string(where.file_name()) + " " + where.function_name());
  });
  ~ThrowingHandler() { set_ensure_handler(before); }
};

TEST(Ensure, LetsPassWhatHolds) {
  const ThrowingHandler throwing;

  EXPECT_NO_THROW(ensure(1 + 1 == 2));
}

TEST(Ensure, TellsItsHandlerWhereAFactDoesNotHold) {
  const ThrowingHandler throwing;

  try {
    ensure(1 + 1 == 3);
    FAIL() << "ensure returned";
  } catch (const std::runtime_error& error) {
    const std::string place = error.what();
    EXPECT_NE(place.find("ensure_test.cpp"), std::string::npos) << place;
    EXPECT_NE(place.find("TestBody"), std::string::npos) << place;
  }
}

TEST(EnsureDeathTest, NamesThePlaceAndAborts) {
  EXPECT_DEATH(ensure(false), "ensure_test\\.cpp:[0-9]+: ensure failed in .*TestBody");
}

TEST(EnsureDeathTest, SaysWhatWasMisused) {
  EXPECT_DEATH(stop_for_misuse("a thing was used twice", std::source_location::current()),
               "ensure_test\\.cpp:[0-9]+: a thing was used twice");
}

TEST(EnsureDeathTest, AbortsWhenItsHandlerReturns) {
  EXPECT_EXIT(
      {
        set_ensure_handler([](std::source_location, const std::string&) {});
        ensure(false);
      },
      testing::KilledBySignal(SIGABRT), "");
}

}  // namespace
}  // namespace poolproof
