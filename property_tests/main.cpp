// The program of the properties. Without RC_PARAMS chance begins where it always does.
#include <cstdlib>
#include <iostream>
#include <source_location>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include <poolproof/core/ensure.h>
#include <poolproof/property_tests/promise.h>

namespace {

/// So that RapidCheck can shrink what leads there.
void throw_it(std::source_location where, const std::string& sentence) {
  const std::string place = std::string(where.file_name()) + ":" + std::to_string(where.line());
  throw std::logic_error(sentence.empty() ? "ensure failed at " + place : place + ": " + sentence);
}

class Summary : public testing::Environment {
 public:
  void TearDown() override {
    std::cout << "pool operations judged: " << poolproof::property_tests::operations_judged()
              << "\n";
  }
};

}  // namespace

int main(int argc, char** argv) {
  ::setenv("RC_PARAMS", "seed=1 max_success=1000", 0);
  poolproof::set_ensure_handler(&throw_it);
  testing::InitGoogleTest(&argc, argv);
  testing::AddGlobalTestEnvironment(new Summary);
  return RUN_ALL_TESTS();
}
