#include <poolproof/mutants/detection_table.h>

#include <gtest/gtest.h>

namespace poolproof::mutants {
namespace {

constexpr std::string_view three_seeds = R"({"strategies": [{"strategy": "random", "seeds": [
  {"seed": 1, "found": true, "schedules": 40, "elapsed_us": 900, "laws": ["L5", "L14"],
   "scenario": "crowd", "execution": 2, "token": "",
   "shrunk": {"clients": 2, "operations": 4, "preemptions": 5, "why_not_smaller": "needs 5"}},
  {"seed": 2, "found": false, "schedules": 100, "elapsed_us": 2000},
  {"seed": 3, "found": true, "schedules": 7, "elapsed_us": 100, "laws": ["L5"],
   "scenario": "crowd", "execution": 0, "token": ""}]}]})";

TEST(DetectionSum, TakesTheMiddleAndTheWorstSeed) {
  const auto sum = sum_up(three_seeds);

  ASSERT_TRUE(sum) << sum.error();
  EXPECT_EQ(sum->median, 40U);
  EXPECT_EQ(sum->worst, std::nullopt);
  EXPECT_EQ(sum->schedules, 147U);
  EXPECT_EQ(sum->laws, (std::vector<std::string>{"L5", "L14"}));
  EXPECT_EQ(sum->time, std::chrono::microseconds(900));
  EXPECT_FALSE(sum->is_found());
  ASSERT_TRUE(sum->shrunk);
  EXPECT_EQ(sum->shrunk->preemptions, 5U);
  EXPECT_EQ(sum->shrunk->why_not_smaller, "needs 5");
}

TEST(DetectionSum, RefusesWhatDetectDoesNotPrint) {
  const auto sum = sum_up("Segmentation fault");

  ASSERT_FALSE(sum);
  EXPECT_TRUE(sum.error().starts_with("not what poolproof detect prints: ")) << sum.error();
}

DetectionSum found_by(const char* strategy, std::uint64_t median) {
  return {
      .strategy = strategy,
      .seeds = 20,
      .found = 20,
      .schedules = 20 * median,
      .laws = {"L6"},
      .scenarios = {"crowd"},
      .median = median,
      .worst = 2 * median,
      .time = std::chrono::microseconds(250),
      .shrunk = TraceSize{.clients = 3, .operations = 6, .preemptions = 2, .why_not_smaller = ""}};
}

DetectionSum found_nothing(const char* strategy) {
  DetectionSum sum;
  sum.strategy = strategy;
  sum.seeds = 3;
  sum.schedules = 300'000;
  return sum;
}

DetectionTable good_table() {
  DetectionTable table{.seeds = 20,
                       .schedules_max = 100'000,
                       .default_strategy = "random",
                       .mutants = {},
                       .unpatched = {}};
  table.mutants.push_back({{"06-newest", "newest", "owner/pool#20", {"L6"}, "A stack."},
                           {found_by("random", 15), found_by("pct", 30)}});
  table.unpatched.sums.push_back(found_nothing("random"));
  return table;
}

TEST(DetectionTable, HasALineForEachStrategy) {
  EXPECT_EQ(row_text(good_table().mutants.front()),
            "06-newest                             random      L6                   20/20      15"
            "      30     0.2 ms  3, 6, 2\n"
            "                                      pct         L6                   20/20      30"
            "      60     0.2 ms  3, 6, 2\n");
}

TEST(DetectionTable, SaysWhyAFailureIsNotSmaller) {
  MutantRow row = good_table().mutants.front();
  row.sums.resize(1);
  row.sums[0].shrunk = TraceSize{
      .clients = 3, .operations = 6, .preemptions = 4, .why_not_smaller = "needs 4 preemptions"};

  EXPECT_TRUE(
      row_text(row).ends_with("  3, 6, 4\n"
                              "                                        not smaller: needs "
                              "4 preemptions\n"))
      << row_text(row);
}

TEST(DetectionTable, LacksNothingWhenAllIsFound) {
  EXPECT_EQ(shortcomings(good_table()), std::vector<std::string>{});
}

TEST(DetectionTable, WantsTwoStrategiesToFindEachMutant) {
  DetectionTable table = good_table();
  table.mutants[0].sums[1] = found_nothing("pct");

  EXPECT_EQ(shortcomings(table),
            std::vector<std::string>{"06-newest: found by 1 of 2 strategies, 2 wanted"});
}

TEST(DetectionTable, WantsTheLawThatTheMutantBreaks) {
  DetectionTable table = good_table();
  table.mutants[0].patch.laws = {"L2"};

  EXPECT_EQ(shortcomings(table),
            std::vector<std::string>{"06-newest: breaks L2, but was caught by others only"});
}

TEST(DetectionTable, WantsMostMediansWithinTheAim) {
  DetectionTable table = good_table();
  table.mutants[0].sums[0] = found_by("random", 5000);

  EXPECT_EQ(
      shortcomings(table),
      std::vector<std::string>{"only 0 of 1 mutants have a median of at most 1000 schedules"});
}

TEST(DetectionTable, WantsTheUnpatchedPoolUnblamed) {
  DetectionTable table = good_table();
  table.unpatched.sums[0] = found_by("random", 9);

  EXPECT_EQ(shortcomings(table),
            std::vector<std::string>{
                "the unpatched pool was said to break L6 by random, in 20 of 20 seeds"});
}

}  // namespace
}  // namespace poolproof::mutants
