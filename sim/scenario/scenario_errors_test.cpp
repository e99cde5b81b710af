// Every way in which a scenario file can be wrong, and the sentence that says so.

#include <poolproof/sim/scenario/scenario.h>

#include <ostream>
#include <string>

#include <gtest/gtest.h>

namespace poolproof::sim {
namespace {

std::string error_of(std::string_view toml) {
  const auto scenario = Scenario::parse(toml, "x.toml");
  return scenario ? "(no error)" : scenario.error();
}

struct BadField {
  std::string_view label;
  std::string_view top;     ///< lines 2 and on
  std::string_view client;  ///< the lines after [[clients]]
  std::string_view error;   ///< without "x.toml:"
};

void PrintTo(const BadField& field, std::ostream* out) {
  *out << field.label;
}

std::string label_of(const testing::TestParamInfo<BadField>& tested) {
  return std::string(tested.param.label);
}

std::string file_with(const BadField& field) {
  std::string text = "name = \"x\"\n" + std::string(field.top);
  if (!field.client.empty()) text += "[[clients]]\n" + std::string(field.client);
  return text;
}

constexpr std::string_view good = "steps = [\"acquire\"]\n";

class ScenarioError : public testing::TestWithParam<BadField> {};

TEST_P(ScenarioError, NamesSourceLineFieldValueAndRule) {
  EXPECT_EQ(error_of(file_with(GetParam())), "x.toml:" + std::string(GetParam().error));
}

INSTANTIATE_TEST_SUITE_P(
    Top, ScenarioError,
    testing::Values(
        BadField{"UnknownKey", "tme = 1\n", good,
                 "2: tme 1: no such field; there are name, about, time, dialect, "
                 "sees_transactions, prefill, "
                 "maintenance, spurious_wakeups, spurious_cas_failures, steps_max, pool, clients, "
                 "faults"},
        BadField{"AboutType", "about = 3\n", good, "2: about 3: must be a string"},
        BadField{"AboutLines", "about = \"a\\nb\"\n", good,
                 "2: about \"a\\x0ab\": must be one line of at most 500 bytes"},
        BadField{"TimeWord", "time = \"slow\"\n", good,
                 "2: time \"slow\": must be \"racing\" or \"patient\""},
        BadField{"PrefillType", "prefill = \"yes\"\n", good,
                 "2: prefill \"yes\": must be true or false"},
        BadField{"MaintenanceType", "maintenance = 1\n", good,
                 "2: maintenance 1: must be true or false"},
        BadField{"SpuriousTooMany", "spurious_wakeups = 101\n", good,
                 "2: spurious_wakeups 101: must be a whole number from 0 to 100"},
        BadField{"SpuriousNegative", "spurious_cas_failures = -1\n", good,
                 "2: spurious_cas_failures -1: must be a whole number from 0 to 100"},
        BadField{"StepsMaxFraction", "steps_max = 1e3\n", good,
                 "2: steps_max (a number with a fraction): must be a whole number from 100 to "
                 "1000000"},
        BadField{"NoClients", "", "", "1: clients: must be one [[clients]] table or more"},
        BadField{"EmptyClients", "clients = []\n", "",
                 "2: clients (an array): must be one [[clients]] table or more"},
        BadField{"ClientsType", "clients = 2\n", "", "2: clients 2: must be an array"},
        BadField{"ClientType", "clients = [\n7]\n", "", "3: clients[0] 7: must be a table"}),
    label_of);

INSTANTIATE_TEST_SUITE_P(
    Pool, ScenarioError,
    testing::Values(
        BadField{"Type", "pool = 1\n", good, "2: pool 1: must be a table"},
        BadField{"UnknownKey", "[pool]\nsize = 1\n", good,
                 "3: pool.size 1: no such field; there are min_size, max_size, acquire_timeout, "
                 "idle_timeout, max_lifetime, health_check_interval, validate_after_idle, "
                 "validation_timeout, connect_backoff, connect_backoff_max, calls_at_once, "
                 "wait_when_refused, leak_threshold, reset_on_return, seed"},
        BadField{"CallsAtOnce", "[pool]\ncalls_at_once = 0\n", good,
                 "3: pool.calls_at_once 0: must be from 1 to 65536"},
        BadField{"BackoffMax", "[pool]\nconnect_backoff = \"2s\"\n", good,
                 "2: pool.connect_backoff_max 1 s: must not be shorter than connect_backoff 2 s"},
        BadField{"MinOverMax", "[pool]\nmin_size = 5\nmax_size = 3\n", good,
                 "3: pool.min_size 5: must not exceed max_size 3"},
        BadField{"DefaultMinOverMax", "[pool]\nmax_size = 1\n", good,
                 "2: pool.min_size 2: must not exceed max_size 1"},
        BadField{"TooLarge", "[pool]\nmax_size = 65537\n", good,
                 "3: pool.max_size 65537: must be a whole number from 0 to 65536"},
        BadField{"DurationType", "[pool]\nidle_timeout = 5\n", good,
                 "3: pool.idle_timeout 5: must be a duration in quotes, as \"5s\""},
        BadField{
            "DurationUnit", "[pool]\nidle_timeout = \"5 parsecs\"\n", good,
            "3: pool.idle_timeout \"5 parsecs\": expected a unit after the number: ns, us, ms, "
            "s, min or h"},
        BadField{"DurationNegative", "[pool]\nmax_lifetime = \"-5s\"\n", good,
                 "3: pool.max_lifetime \"-5s\": a duration must not be negative"},
        BadField{"SeedAsSmallString", "[pool]\nseed = \"7\"\n", good,
                 "3: pool.seed \"7\": must be a whole number from 0 to 18446744073709551615"},
        BadField{"FaultsType", "faults = true\n", good, "2: faults true: must be a table"},
        BadField{"FaultsKey", "[faults]\nplans = \"\"\n", good,
                 "3: faults.plans \"\": no such field; there are plan"},
        BadField{"FaultsPlanType", "[faults]\nplan = 1979-05-27\n", good,
                 "3: faults.plan (a date or time): must be a string"},
        BadField{"FaultsPlan", "[faults]\nplan = \"connect 2 fail\"\n", good,
                 "3: faults.plan \"connect 2 fail\": fault plan, character 11: \"fail\": expected "
                 "fails, throws, conflicts, loses, ends, answers, takes, hangs or freezes"},
        BadField{"Dialect", "dialect = \"oracle\"\n", good,
                 "2: dialect \"oracle\": must be \"sqlite\", \"postgresql\" or \"mysql\""}),
    label_of);

INSTANTIATE_TEST_SUITE_P(
    Clients, ScenarioError,
    testing::Values(
        BadField{
            "UnknownKey", "", "steps = [\"acquire\"]\n\"st\\neps\" = {}\n",
            "4: clients[0].st\\x0aeps (a table): no such field; there are name, count, repeat, "
            "steps"},
        BadField{"Name", "", "name = \"Bob\"\nsteps = [\"acquire\"]\n",
                 "3: clients[0].name \"Bob\": must be 1 to 64 of a-z, 0-9, '-' and '~'"},
        BadField{"CountZero", "", "count = 0\nsteps = [\"acquire\"]\n",
                 "3: clients[0].count 0: must be a whole number from 1 to 48"},
        BadField{"RepeatTooOften", "", "repeat = 1001\nsteps = [\"acquire\"]\n",
                 "3: clients[0].repeat 1001: must be a whole number from 1 to 1000"},
        BadField{"StepsMissing", "", "count = 1\n",
                 "2: clients[0].steps: is missing; a client needs at least one step"},
        BadField{"StepsEmpty", "", "steps = []\n",
                 "3: clients[0].steps (an array): must be 1 to 1000 steps"},
        BadField{"StepsType", "", "steps = \"acquire\"\n",
                 "3: clients[0].steps \"acquire\": must be an array"},
        BadField{"TooManyClients", "",
                 "count = 48\nsteps = [\"acquire\"]\n[[clients]]\nsteps = [\"acquire\"]\n",
                 "2: clients (an array): must not be more than 48, their counts added up"},
        BadField{"TooManyLeases", "", "repeat = 9\nsteps = [\"acquire\"]\n",
                 "4: clients[0].steps (an array): must not hold more than 8 leases at once"},
        BadField{
            "DestroyBesideOthers", "", "count = 2\nsteps = [\"destroy\"]\n",
            "2: clients (an array): destroy is for the only client, unrepeated; only steps with a "
            "lease may follow"},
        BadField{
            "UseAfterDestroy", "", "steps = [\"destroy\", \"metrics\"]\n",
            "2: clients (an array): destroy is for the only client, unrepeated; only steps with a "
            "lease may follow"}),
    label_of);

INSTANTIATE_TEST_SUITE_P(
    Steps, ScenarioError,
    testing::Values(
        BadField{"Type", "", "steps = [\"acquire\",\n3]\n",
                 "4: clients[0].steps[1] 3: must be a string"},
        BadField{
            "Unknown", "", "steps = [\"acqire 5s\"]\n",
            "3: clients[0].steps[0] \"acqire 5s\": a step is one of acquire, try_acquire, "
            "execute, "
            "invalidate, release, release_again, use_ended, sleep, ensure_min_size, health_check, "
            "metrics, resize, evict_all, close, drain, destroy, leave, move, cancel, transact"},
        BadField{"Argument", "", "steps = [\"release 5s\"]\n",
                 "3: clients[0].steps[0] \"release 5s\": release takes no argument"},
        BadField{"TwoDurations", "", "steps = [\"acquire 5s 5s\"]\n",
                 "3: clients[0].steps[0] \"acquire 5s 5s\": acquire takes at most one duration"},
        BadField{"NoDuration", "", "steps = [\"drain\"]\n",
                 "3: clients[0].steps[0] \"drain\": drain takes one duration"},
        BadField{
            "BadDuration", "", "steps = [\"acquire 5x\"]\n",
            "3: clients[0].steps[0] \"acquire 5x\": \"5x\": expected a unit after the number: ns, "
            "us, ms, s, min or h"},
        BadField{"EndlessSleep", "", "steps = [\"sleep forever\"]\n",
                 "3: clients[0].steps[0] \"sleep forever\": sleep must come to an end"},
        BadField{
            "NoProgram", "", "steps = [\"transact add 1\"]\n",
            "3: clients[0].steps[0] \"transact add 1\": transact takes a program, two accounts "
            "and at most one duration; programs are transfer add nested savepoint ignores "
            "fails throws slow reads does"},
        BadField{
            "BadWork", "", "steps = [\"transact does (+ 1 2\"]\n",
            "3: clients[0].steps[0] \"transact does (+ 1 2\": transact does a work that has a "
            "bracket that is not closed"},
        BadField{
            "NothingLeft", "", "steps = [\"leave\"]\n",
            "3: clients[0].steps[0] \"leave\": leave takes setting, transaction or statement, "
            "or deadline and a duration"},
        BadField{"NoDeadline", "", "steps = [\"leave deadline\"]\n",
                 "3: clients[0].steps[0] \"leave deadline\": leave takes setting, transaction or "
                 "statement, or deadline and a duration"},
        BadField{
            "NoAccount", "", "steps = [\"transact add 0 1\"]\n",
            "3: clients[0].steps[0] \"transact add 0 1\": transact takes accounts from 1 to 9"},
        BadField{"OneAccount", "", "steps = [\"transact add 1 1\"]\n",
                 "3: clients[0].steps[0] \"transact add 1 1\": transact takes two accounts that "
                 "differ"},
        BadField{
            "OneSize", "", "steps = [\"resize 1\"]\n",
            "3: clients[0].steps[0] \"resize 1\": resize takes two sizes, min_size and max_size"},
        BadField{"HugeSize", "", "steps = [\"resize 1 65537\"]\n",
                 "3: clients[0].steps[0] \"resize 1 65537\": resize takes sizes from 0 to 65536"},
        BadField{"NoSize", "", "steps = [\"resize 0 0\"]\n",
                 "3: clients[0].steps[0] \"resize 0 0\": resize needs a max_size of at least 1"},
        BadField{
            "SizesReversed", "", "steps = [\"resize 3 2\"]\n",
            "3: clients[0].steps[0] \"resize 3 2\": resize needs a min_size that does not exceed "
            "max_size"}),
    label_of);

TEST(ScenarioFile, IsRefusedWithoutAName) {
  EXPECT_EQ(error_of("[[clients]]\nsteps = [\"acquire\"]\n"),
            "x.toml:1: name: must be 1 to 64 of a-z, 0-9, '-' and '~'");
}

TEST(ScenarioFile, IsRefusedWhenItIsNotToml) {
  EXPECT_EQ(error_of("name = \"x\"\nabout = \n"),
            "x.toml:2: file: Error while parsing key-value pair: expected value, saw '\\n'");
}

TEST(ScenarioFile, IsRefusedBeyondOneMebibyte) {
  EXPECT_EQ(error_of(std::string(Scenario::file_bytes_max + 1, '#')),
            "x.toml:1: file: must not be larger than 1 MiB");
}

TEST(ScenarioFile, IsRefusedWhenItNestsDeeply) {
  std::string dots = "\n[a";
  for (int i = 0; i < 100'000; ++i)
    dots += ".a";

  EXPECT_EQ(error_of(dots + "]\n"),
            "x.toml:2: file: must not nest deeper than 8 brackets or 8 dots");
  EXPECT_EQ(error_of("about = \"[[[[[[[[[ .........\"\nx = " + std::string(100'000, '[')),
            "x.toml:2: file: must not nest deeper than 8 brackets or 8 dots");
}

TEST(ScenarioFile, ComplainsAboutTheFirstBadLine) {
  EXPECT_EQ(error_of("name = \"x\"\ntime = 1\nabout = 2\n[[clients]]\nsteps = []\n"),
            "x.toml:2: time 1: must be a string");
}

}  // namespace
}  // namespace poolproof::sim
