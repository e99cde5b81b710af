// Schedules that have failed once. The reference pool goes through each as far as it fits, because
// what was wrong in one pool may become wrong in another.
#include <array>
#include <ostream>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include <poolproof/property_tests/promise.h>
#include <poolproof/sim/cli/token.h>
#include <poolproof/sim/engine/schedule.h>

namespace poolproof::property_tests {
namespace {

struct Regression {
  std::string_view was_wrong;  ///< the pool, or the mutant of ours, and what it did
  std::string_view token;
};

void PrintTo(const Regression& regression, std::ostream* out) {
  *out << regression.was_wrong;
}

/// Does what the schedule says where it fits, and something where it does not.
class AsFarAsItFits final : public sim::Strategy {
 public:
  explicit AsFarAsItFits(sim::Schedule schedule) : schedule_(std::move(schedule)) {}

  void begin(std::uint64_t) override { next_ = 0; }
  std::uint32_t choose(const sim::ChoicePoint& point) override {
    return next_ < schedule_.size() ? schedule_[next_++].chosen % point.options : 0;
  }

 private:
  sim::Schedule schedule_;
  std::size_t next_ = 0;
};

constexpr auto regressions = std::to_array<Regression>({
    {"-", "-"},
});

class Regressions : public testing::TestWithParam<Regression> {};

TEST_P(Regressions, HoldInTheReferencePool) {
  const auto token = sim::parse_token(GetParam().token);
  ASSERT_TRUE(token.has_value()) << token.error();
  sim::Simulation simulation(pool_under_test(), token->scenario);
  AsFarAsItFits strategy(token->schedule);

  strategy.begin(0);
  simulation.run(strategy);

  for (const sim::Violation& violation : simulation.violations())
    ADD_FAILURE() << sim::law(violation.law).label << " " << violation.sentence;
}

INSTANTIATE_TEST_SUITE_P(Schedule, Regressions, testing::ValuesIn(regressions));

}  // namespace
}  // namespace poolproof::property_tests
