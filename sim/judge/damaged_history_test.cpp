#include <gtest/gtest.h>

#include <sstream>

#include <poolproof/sim/judge/history_json.h>
#include <poolproof/sim/judge/json_line.h>

namespace poolproof::sim {
namespace {

constexpr std::string_view header =
    R"({"poolproof_history":1,"pool":{"min_size":0,"max_size":2},"capabilities":{},"virtual_time":true})";
constexpr std::string_view acquire_called =
    R"({"at":10,"event":"call","task":1,"operation":"acquire"})";
constexpr std::string_view connect_begun =
    R"({"at":10,"event":"client_begin","task":1,"client_call":"connect","session":1})";
constexpr std::string_view connect_ended =
    R"({"at":10,"event":"client_end","task":1,"client_call":"connect","session":1})";

/// What is said of a history that is `lines`, joined.
std::string refusal(std::initializer_list<std::string_view> lines) {
  std::string text;
  for (const std::string_view line : lines)
    text.append(line).append("\n");
  const auto read = parse_history(text);
  return read ? "accepted" : read.error();
}

/// What is said of a history whose second line, the first event, is `line`.
std::string refusal_of(std::string_view line) {
  return refusal({header, line});
}

struct Damage {
  std::string_view line;
  std::string_view refusal;
};

void PrintTo(const Damage& damage, std::ostream* out) {
  *out << damage.line;
}

class DamagedLine : public testing::TestWithParam<Damage> {};

TEST_P(DamagedLine, IsRefusedInASentence) {
  EXPECT_EQ(refusal_of(GetParam().line), GetParam().refusal);
}

const Damage damaged_json[] = {
    {R"({"at":1,"event":"call","task":1,"operation":"acq)",
     "line 2: ends in the middle of a value"},
    {R"({"at":1,"event":"server")", "line 2: ends in the middle of a value"},
    {R"({"at":1,,"event":"server"})", "line 2: column 9: not JSON"},
    {"at 1 call", "line 2: column 1: not JSON"},
    {R"({"at":01,"event":"server"})", "line 2: column 8: not JSON"},
    {R"([1,2])", "line 2: must be a JSON object, not [1,2]"},
    {R"({"at":1e999,"event":"server"})", "line 2: a number is too large"},
    {R"({"at":1,"at":2,"event":"server"})", R"(line 2: field "at": given twice)"},
    {"{\"at\":1,\"event\":\"ser\xff\"}", "line 2: not UTF-8 at byte 21"},
    {"{\"at\":1,\"event\":\"\xc0\xaf\"}", "line 2: not UTF-8 at byte 18"},
    {"{\"at\":1,\"event\":\"\xed\xa0\x80\"}", "line 2: not UTF-8 at byte 18"},
    {"{\"at\":1,\"event\":\"\xe2\x82", "line 2: not UTF-8 at byte 18"},
    {R"({"at":[[[[[[1]]]]]],"event":"server"})", "line 2: nested deeper than 4 levels"},
};
INSTANTIATE_TEST_SUITE_P(Json, DamagedLine, testing::ValuesIn(damaged_json));

const Damage damaged_fields[] = {
    {R"({"event":"server"})", R"(line 2: field "at": is missing)"},
    {R"({"at":1})", R"(line 2: field "event": is missing)"},
    {R"({"at":-1,"event":"server"})",
     R"(line 2: field "at" -1: must be a whole number from 0 to 9223372036854775807 (nanoseconds))"},
    {R"({"at":9223372036854775808,"event":"server"})",
     R"(line 2: field "at" 9223372036854775808: must be a whole number from 0 to 9223372036854775807 (nanoseconds))"},
    {R"({"at":1.5,"event":"server"})",
     R"(line 2: field "at" 1.5: must be a whole number from 0 to 9223372036854775807 (nanoseconds))"},
    {R"({"at":"1","event":"server"})",
     R"(line 2: field "at" "1": must be a whole number from 0 to 9223372036854775807 (nanoseconds))"},
    {R"({"at":1,"event":"begin"})",
     R"(line 2: field "event" "begin": must be the name of an event)"},
    {R"({"at":1,"event":7})", R"(line 2: field "event" 7: must be the name of an event)"},
    {R"({"at":1,"event":"call","task":1,"operation":"borrow"})",
     R"(line 2: field "operation" "borrow": must be the name of an operation)"},
    {R"({"at":1,"event":"call","task":65535,"operation":"acquire"})",
     R"(line 2: field "task" 65535: must be a whole number from 0 to 65534)"},
    {R"({"at":1,"event":"call","task":1,"operation":"release","session":-3})",
     R"(line 2: field "session" -3: must be a whole number from 0 to 4294967295)"},
    {R"({"at":1,"event":"call","task":1,"operation":"acquire","timeout":null})",
     R"(line 2: field "timeout" null: must be a whole number from 0 to 9223372036854775807 (nanoseconds), or "forever")"},
    {R"({"at":1,"event":"finished","outcome":"fine"})",
     R"(line 2: field "outcome" "fine": must be the name of an outcome)"},
    {R"({"at":1,"event":"finished","outcome":"timed_out"})",
     R"(line 2: field "outcome" "timed_out": is not one of the event finished)"},
    {R"({"at":1,"event":"client_begin","task":1,"client_call":"query","session":1})",
     R"(line 2: field "client_call" "query": must be the name of a client call)"},
    {R"({"at":1,"event":"observed","task":1,"pool_event":"begun"})",
     R"(line 2: field "pool_event" "begun": must be the name of a pool event)"},
    {R"({"at":1,"event":"observed","task":1,"pool_event":"opened","from":"busy"})",
     R"(line 2: field "from" "busy": must be the name of a connection state)"},
    {R"({"at":1,"event":"observed","task":1})",
     R"(line 2: field "pool_event": is missing, and the event observed needs it)"},
    {R"({"at":1,"event":"call","operation":"acquire"})",
     R"(line 2: field "task": is missing, and the event call needs it)"},
    {R"({"at":1,"event":"call","task":1})",
     R"(line 2: field "operation": is missing, and the event call needs it)"},
    {R"({"at":1,"event":"client_begin","task":1,"session":1})",
     R"(line 2: field "client_call": is missing, and the event client_begin needs it)"},
    {R"({"at":1,"event":"client_begin","task":1,"client_call":"connect"})",
     R"(line 2: field "session": is missing, and the event client_begin needs it)"},
    {R"({"at":1,"event":"server","colour":"red"})",
     R"(line 2: field "colour" "red": there is no such field)"},
    {R"({"at":1,"event":"return","task":1,"operation":"metrics","snapshot":{"total":-1}})",
     R"(line 2: in "snapshot": field "total" -1: must be a whole number from 0 to 18446744073709551615)"},
    {R"({"at":1,"event":"return","task":1,"operation":"acquire","outcome":"closed","error":{"waited":-1}})",
     R"(line 2: in "error": field "waited" -1: must be a whole number from 0 to 9223372036854775807 (nanoseconds), or "forever")"},
    {R"({"at":1,"event":"return","task":1,"operation":"metrics","error":{}})",
     R"(line 2: field "error": belongs to an acquire that gave no lease, not to metrics ok)"},
    {R"({"at":1,"event":"return","task":1,"operation":"acquire","error":{}})",
     R"(line 2: field "error": belongs to an acquire that gave no lease, not to acquire ok)"},
    {R"({"at":1,"event":"return","task":1,"operation":"metrics","snapshot":3})",
     R"(line 2: field "snapshot" 3: must be an object)"},
    {R"({"at":1,"event":"call","task":1,"operation":"resize","min_size":3,"max_size":2})",
     R"(line 2: field "min_size" 3: must not exceed max_size 2)"},
    {R"({"at":1,"event":"call","task":1,"operation":"resize"})",
     R"(line 2: field "max_size" 0: must be from 1 to 65536)"},
    {R"({"at":1,"event":"call","task":1,"operation":"release","session":3})",
     R"(line 2: field "session" 3: is unknown, no connect of it has begun)"},
    {R"({"at":1,"event":"client_begin","task":1,"client_call":"connect","session":4294967295})",
     R"(line 2: field "session" 4294967295: sessions are numbered from 1 in order of connect, and this is number 1)"},
    {R"({"at":1,"event":"return","task":1,"operation":"acquire"})",
     "line 2: task 1 returns from acquire, which it has not called"},
    {R"({"at":1,"event":"client_end","task":1,"client_call":"ping","session":1})",
     "line 2: task 1 ends ping on session 1, which it has not begun"},
    {R"({"at":1,"event":"parked","task":1})", "line 2: task 1 is parked, but in no operation"},
};
INSTANTIATE_TEST_SUITE_P(Fields, DamagedLine, testing::ValuesIn(damaged_fields));

TEST(DamagedHistory, IsRefusedWithoutAHeaderOrWithTwo) {
  EXPECT_EQ(refusal({}), "line 1: the header is missing: the file is empty");
  EXPECT_EQ(refusal({acquire_called}),
            "line 1: the header is missing: {\"poolproof_history\":1,...} must come first");
  EXPECT_EQ(refusal({header, header}), "line 2: a second header");
}

TEST(DamagedHistory, IsRefusedWithADamagedHeader) {
  EXPECT_EQ(refusal({R"({"poolproof_history":2})"}),
            "line 1: field \"poolproof_history\" 2: must be 1");
  EXPECT_EQ(refusal({R"({"poolproof_history":1,"pool":{"max_size":"ten"}})"}),
            "line 1: in \"pool\": field \"max_size\" \"ten\": must be a whole number from 0 to "
            "18446744073709551615");
  EXPECT_EQ(refusal({R"({"poolproof_history":1,"pool":{"min_size":5,"max_size":3}})"}),
            "line 1: in \"pool\": field \"min_size\" 5: must not exceed max_size 3");
  EXPECT_EQ(
      refusal({R"({"poolproof_history":1,"capabilities":{"order":"lifo"}})"}),
      "line 1: in \"capabilities\": field \"order\" \"lifo\": must be \"fifo\", \"bounded\" or "
      "\"none\"");
  EXPECT_EQ(refusal({R"({"poolproof_history":1,"capabilities":[]})"}),
            "line 1: field \"capabilities\" []: must be an object");
  EXPECT_EQ(refusal({R"({"poolproof_history":1,"virtual_time":1})"}),
            "line 1: field \"virtual_time\" 1: must be true or false");
}

TEST(DamagedHistory, IsRefusedWhenTimeGoesBack) {
  EXPECT_EQ(refusal({header, acquire_called, R"({"at":9,"event":"server"})"}),
            "line 3: field \"at\" 9: must not be less than 10, the time of the event before");
}

TEST(DamagedHistory, IsRefusedWhenATaskIsInTwoPlaces) {
  EXPECT_EQ(refusal({header, acquire_called, acquire_called}),
            "line 3: task 1 calls acquire but has not returned from acquire (line 2)");
  EXPECT_EQ(
      refusal({header, acquire_called, connect_begun,
               R"({"at":10,"event":"client_begin","task":1,"client_call":"ping","session":1})"}),
      "line 4: task 1 begins ping but has not ended connect (line 3)");
  EXPECT_EQ(
      refusal({header, acquire_called, connect_begun,
               R"({"at":10,"event":"return","task":1,"operation":"acquire"})"}),
      "line 4: task 1 returns from acquire while its connect of the client is under way (line 3)");
  EXPECT_EQ(refusal({header, acquire_called,
                     R"({"at":10,"event":"return","task":1,"operation":"release"})"}),
            "line 3: task 1 returns from release, which it has not called");
}

TEST(DamagedHistory, IsRefusedWhenACallOfTheClientNamesAnotherOperation) {
  EXPECT_EQ(
      refusal(
          {header, acquire_called,
           R"({"at":10,"event":"client_begin","task":1,"operation":"release","client_call":"connect","session":1})"}),
      "line 3: field \"operation\" \"release\": task 1 is in acquire");
}

TEST(DamagedHistory, IsRefusedWhenASessionIsConnectedTwice) {
  EXPECT_EQ(refusal({header, acquire_called, connect_begun, connect_ended, connect_begun}),
            "line 5: field \"session\" 1: was connected before (line 3)");
}

TEST(DamagedHistory, IsRefusedWhenAnythingFollowsTheEnd) {
  EXPECT_EQ(refusal({header, R"({"at":10,"event":"finished"})", R"({"at":10,"event":"server"})"}),
            "line 3: nothing may follow the event finished (line 2)");
}

TEST(DamagedHistory, IsRefusedWhenASnapshotIsNotOfMetrics) {
  EXPECT_EQ(
      refusal({header, acquire_called,
               R"({"at":10,"event":"return","task":1,"operation":"acquire","snapshot":{}})"}),
      "line 3: field \"snapshot\": belongs to metrics, not to acquire");
}

TEST(DamagedHistory, IsRefusedWithoutReadingALineThatHasNoEnd) {
  const std::string longest(json_line_max, 'x');

  EXPECT_EQ(refusal_of(longest), "line 2: column 1: not JSON");
  EXPECT_EQ(refusal_of(longest + "x"), "line 2: longer than 65536 bytes");
}

TEST(DamagedHistory, IsRefusedAtANestingBombThatFitsInALine) {
  EXPECT_EQ(refusal_of(std::string(60'000, '[')), "line 2: nested deeper than 4 levels");
}

TEST(DamagedHistory, ShowsALongValueShortened) {
  EXPECT_EQ(
      refusal_of(R"({"at":1,"event":")" + std::string(100, 'x') + "\"}"),
      "line 2: field \"event\" \"" + std::string(39, 'x') + "...: must be the name of an event");
}

TEST(DamagedHistory, IsCountedInLinesThatAreThere) {
  EXPECT_EQ(refusal({header, "", "  ", R"({"at":1})"}), "line 4: field \"event\": is missing");
}

}  // namespace
}  // namespace poolproof::sim
