#include <poolproof/sim/explore/features.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

std::vector<Feature> features_of(const HistoryBuilder& h) {
  HistoryIndex index;
  index.build(h.history());
  FeatureReader reader;
  reader.begin();
  return reader.read(h.history(), index);
}

/// How many features `more` has that `less` has not.
std::ptrdiff_t news(const std::vector<Feature>& less, const std::vector<Feature>& more) {
  std::vector<Feature> only;
  std::ranges::set_difference(more, less, std::back_inserter(only));
  return std::ssize(only);
}

TEST(Features, AreTheSameForWhatHappensTwiceInOtherPlaces) {
  HistoryBuilder one;
  one.takes(1, 1).gives_back(1, 1);
  HistoryBuilder other;
  other.takes(7, 3).gives_back(7, 3);

  EXPECT_EQ(features_of(one), features_of(other));
}

TEST(Features, KnowWhatRanBesideWhat) {
  HistoryBuilder apart;
  apart.takes(1, 1).does(2, Operation::evict_all).gives_back(1, 1);
  HistoryBuilder beside;
  beside.takes(1, 1).call(2, Operation::evict_all).gives_back(1, 1).returns(2);

  EXPECT_GT(news(features_of(apart), features_of(beside)), 0);
}

TEST(Features, KnowWhoReadsWhatAnotherWrote) {
  HistoryBuilder h;
  HistoryIndex index;
  index.build(h.history());
  FeatureReader reader;
  reader.begin();
  reader.on_step(Actor::task, TaskId{1}, {IntentKind::store, 3});
  reader.on_step(Actor::task, TaskId{1}, {IntentKind::load, 3});
  const std::vector<Feature> alone = reader.read(h.history(), index);
  reader.begin();
  reader.on_step(Actor::task, TaskId{1}, {IntentKind::store, 3});
  reader.on_step(Actor::task, TaskId{2}, {IntentKind::load, 3});

  EXPECT_EQ(news(alone, reader.read(h.history(), index)), 1);
}

TEST(FeatureSet, CountsEachOnce) {
  FeatureSet set;

  EXPECT_TRUE(set.add(7));
  EXPECT_FALSE(set.add(7));
  EXPECT_TRUE(set.has(7));
  EXPECT_EQ(set.count(), 1U);
}

}  // namespace
}  // namespace poolproof::sim
