#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>
#include <poolproof/sim/judge/history_json.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;
using State = ConnectionState;

/// A history in which every field has a value that is not its default.
History full_history() {
  HistoryBuilder h;
  h.config() = {.min_size = 1,
                .max_size = 3,
                .acquire_timeout = 1s,
                .idle_timeout = 2s,
                .max_lifetime = 3s,
                .health_check_interval = 4s,
                .validate_after_idle = 5s,
                .leak_threshold = 6s,
                .reset_on_return = false,
                .seed = 0xffff'ffff'ffff'ffff};
  h.capabilities() = {
      .order = {Order::Kind::bounded, 2}, .drain = false, .why = "no \"drain\" \u00fc"};
  h.on_real_threads().acquire(1).begins(1, ClientCall::connect, 1, 1).at(5ms).ends(1).got(1, 1);
  h.acquire(2, Duration::max()).parked(2).stalled(Outcome::deadlock).resize(3, 1, 4);
  h.observed(2, PoolEventKind::opening, 7, 8, 9).with(3, 4);
  h.changed(2, 7, State::in_use, State::invalid, 10);
  h.refused(2, Outcome::timed_out, {1ns, 2, 3, 4, 5, 6ns, true});
  h.call(0, Operation::drain, 0, 1s).drained(0, 1).server_restarts();
  h.snapshot(3, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14})
      .snapshot(3, {})
      .finished(Outcome::crashed);
  return h.history();
}

TEST(HistoryJson, PrintsAHeaderAndALineForEachEvent) {
  HistoryBuilder h;
  h.at(1ms).acquire(1).opens(1, 1).got(1, 1).acquire(2, Duration::max()).parked(2);
  h.observed(2, PoolEventKind::opening, 1).call(3, Operation::metrics);
  h.snapshot(3, {.total = 1, .idle = 1}).refused(2, Outcome::closed, {.waiting = 2});
  h.finished(Outcome::deadlock);

  EXPECT_EQ(
      print(h.history()),
      R"({"poolproof_history":1,"pool":{"min_size":0,"max_size":2,"idle_timeout":0,"max_lifetime":0,"validate_after_idle":0,"connect_backoff":0},"capabilities":{"cancellation":true,"call_deadlines":true,"waits_when_refused":true,"notices_dead":true,"error_policy":true,"connect_backoff":true},"virtual_time":true}
{"at":1000000,"event":"call","task":1,"operation":"acquire","timeout":5000000000}
{"at":1000000,"event":"client_begin","task":1,"operation":"acquire","client_call":"connect","session":1}
{"at":1000000,"event":"client_end","task":1,"operation":"acquire","client_call":"connect","session":1}
{"at":1000000,"event":"return","task":1,"operation":"acquire","session":1}
{"at":1000000,"event":"call","task":2,"operation":"acquire","timeout":"forever"}
{"at":1000000,"event":"parked","task":2,"operation":"acquire"}
{"at":1000000,"event":"observed","task":2,"pool_event":"opening","connection":1,"sequence":1}
{"at":1000000,"event":"call","task":3,"operation":"metrics"}
{"at":1000000,"event":"return","task":3,"operation":"metrics","snapshot":{"total":1,"idle":1}}
{"at":1000000,"event":"return","task":2,"operation":"acquire","outcome":"closed","error":{"waiting":2}}
{"at":1000000,"event":"finished","outcome":"deadlock"}
)");
}

TEST(HistoryJson, ReadsBackEveryFieldItPrints) {
  const History history = full_history();
  const auto read = parse_history(print(history));

  ASSERT_TRUE(read.has_value()) << read.error();
  EXPECT_EQ(*read, history);
  EXPECT_EQ(print(*read), print(history));
}

TEST(HistoryJson, LetsARecorderLeaveOutWhatHasItsDefault) {
  const auto read = parse_history(
      "{\"poolproof_history\":1}\r\n\n"
      "{\"event\": \"call\", \"task\": 1, \"at\": 5, \"operation\": \"acquire\"}");

  ASSERT_TRUE(read.has_value()) << read.error();
  EXPECT_EQ(read->config, PoolConfig{});
  EXPECT_EQ(read->capabilities, Capabilities{});
  EXPECT_TRUE(read->virtual_time);
  ASSERT_EQ(read->events.size(), 1U);
  EXPECT_EQ(read->events[0].at, Instant{5ns});
}

}  // namespace
}  // namespace poolproof::sim
