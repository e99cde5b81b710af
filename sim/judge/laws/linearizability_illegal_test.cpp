// Histories that no pool of the contract has, each with the sentence that says so.
#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

struct Illegal {
  std::string_view name;
  std::size_t max_size;
  void (*tell)(HistoryBuilder& h);
  std::string_view sentence;  ///< after "no order of the operations explains that "
};

void PrintTo(const Illegal& illegal, std::ostream* out) {
  *out << illegal.name;
}

const Illegal all_illegal[] = {
    {"RefusedThoughNothingWasEverOut", 1,
     [](HistoryBuilder& h) { h.tries(1, Outcome::exhausted); },
     "try_acquire of task 1, called at event 0, answered exhausted at 0s (event 1): max_size is "
     "1, "
     "at no moment between can more leases than 0 have been out, and nothing else was under way "
     "that may have held the rest"},
    {"RefusedAfterTheReleaseHadReturned", 1,
     [](HistoryBuilder& h) { h.takes(1, 1).gives_back(1, 1).tries(2, Outcome::exhausted); },
     "try_acquire of task 2, called at event 6, answered exhausted at 0s (event 7): max_size is "
     "1, "
     "at no moment between can more leases than 0 have been out, and nothing else was under way "
     "that may have held the rest"},
    {"TimedOutAfterTheReleaseHadReturned", 1,
     [](HistoryBuilder& h) {
       h.takes(1, 1).gives_back(1, 1).acquire(2, 5s).at(5s).returns(2, Outcome::timed_out);
     },
     "acquire of task 2, called at event 6, answered timed_out at 5s (event 7): max_size is 1, at "
     "no moment between can more leases than 0 have been out, and nothing else was under way that "
     "may have held the rest"},
    {"TimedOutBesideAFreeSlot", 2,
     [](HistoryBuilder& h) { h.takes(1, 1).acquire(2, 5s).at(5s).returns(2, Outcome::timed_out); },
     "acquire of task 2, called at event 4, answered timed_out at 5s (event 5): max_size is 2, at "
     "no moment between can more leases than 1 have been out, and nothing else was under way that "
     "may have held the rest"},
    {"AThirdLeaseOfTwo", 2, [](HistoryBuilder& h) { h.takes(1, 1).takes(2, 2).takes(3, 3); },
     "acquire of task 3, called at event 8, got session 3 at 0s (event 11): 2 leases were out all "
     "the time, and max_size is 2"},
    {"GrantedBeforeTheReleaseWasCalled", 1,
     [](HistoryBuilder& h) { h.takes(1, 1).tries(2, Outcome::ok, 1).gives_back(1, 1); },
     "try_acquire of task 2, called at event 4, got session 1 at 0s (event 5): 1 lease was out "
     "all "
     "the time, and max_size is 1"},
    {"TwoAtOnceForOneSlot", 1,
     [](HistoryBuilder& h) {
       h.acquire(1).acquire(2).opens(1, 1).opens(2, 2).got(1, 1).got(2, 2);
     },
     "acquire of task 2, called at event 1, got session 2 at 0s (event 7): max_size is 1, and "
     "whenever it can have been served, others were"},
    {"BothOfTwoRefusedBesideAFreeSlot", 1,
     [](HistoryBuilder& h) {
       h.call(1, Operation::try_acquire).call(2, Operation::try_acquire);
       h.returns(1, Outcome::exhausted).returns(2, Outcome::exhausted);
     },
     "try_acquire of task 1, called at event 0, answered exhausted at 0s (event 2): max_size is "
     "1, "
     "at no moment between can more leases than 0 have been out, and nothing else was under way "
     "that may have held the rest"},
    {"RefusedByAReleaseThatHadSurelyTakenEffect", 1,
     [](HistoryBuilder& h) {
       h.takes(1, 1).release(1, 1).tries(2, Outcome::ok, 1).gives_back(2, 1);
       h.tries(3, Outcome::exhausted).returns(1);
     },
     "try_acquire of task 3, called at event 9, answered exhausted at 0s (event 10): max_size is "
     "1, and whenever all can have been out, another operation says that one was not"},
    {"ServedAfterCloseHadReturned", 1,
     [](HistoryBuilder& h) { h.does(1, Operation::close).takes(2, 1); },
     "acquire of task 2, called at event 2, got session 1 at 0s (event 5): close had returned "
     "before (event 1)"},
    {"TimedOutAfterCloseHadReturned", 1,
     [](HistoryBuilder& h) {
       h.takes(1, 1).does(3, Operation::close).acquire(2, 5s).at(5s);
       h.returns(2, Outcome::timed_out);
     },
     "acquire of task 2, called at event 6, answered timed_out at 5s (event 7): close had "
     "returned "
     "before (event 5)"},
    {"ToldClosedThoughNobodyClosed", 1,
     [](HistoryBuilder& h) { h.acquire(1).returns(1, Outcome::closed); },
     "acquire of task 1, called at event 0, answered closed at 0s (event 1): nobody had called "
     "close"},
    {"ToldClosedBeforeCloseWasCalled", 1,
     [](HistoryBuilder& h) { h.acquire(1).returns(1, Outcome::closed).does(2, Operation::close); },
     "acquire of task 1, called at event 0, answered closed at 0s (event 1): nobody had called "
     "close"},
    {"ConnectFailedWithoutAConnect", 1,
     [](HistoryBuilder& h) { h.acquire(1).returns(1, Outcome::connect_failed); },
     "acquire of task 1, called at event 0, answered connect_failed at 0s (event 1): no connect "
     "had failed for it"},
    {"ASecondLeaseAfterTheResizeToOne", 2,
     [](HistoryBuilder& h) { h.takes(1, 1).resize(3, 0, 1).takes(2, 2); },
     "acquire of task 2, called at event 6, got session 2 at 0s (event 9): 1 lease was out all "
     "the "
     "time, and max_size is 1"},
    {"RefusedAfterTheResizeToTwo", 1,
     [](HistoryBuilder& h) { h.takes(1, 1).resize(3, 0, 2).tries(2, Outcome::exhausted); },
     "try_acquire of task 2, called at event 6, answered exhausted at 0s (event 7): max_size is "
     "2, "
     "at no moment between can more leases than 1 have been out, and nothing else was under way "
     "that may have held the rest"},
    {"ANewcomerBeforeASleeper", 1,
     [](HistoryBuilder& h) {
       h.takes(1, 1).acquire(2).parked(2).acquire(3).gives_back(1, 1).got(3, 1);
       h.gives_back(3, 1).got(2, 1);
     },
     "acquire of task 3, called at event 6, got session 1 at 0s (event 9): acquire of task 2 had "
     "been asleep in the queue before (event 5) and cannot have been served by then"},
    {"ATryBeforeASleeper", 1,
     [](HistoryBuilder& h) {
       h.takes(1, 1).acquire(2).parked(2).gives_back(1, 1).tries(3, Outcome::ok, 1);
       h.gives_back(3, 1).got(2, 1);
     },
     "try_acquire of task 3, called at event 8, got session 1 at 0s (event 9): acquire of task 2 "
     "had been asleep in the queue before (event 5) and cannot have been served by then"},
    {"ANewcomerBeforeASleeperWithTimeLeft", 1,
     [](HistoryBuilder& h) {
       h.takes(1, 1).acquire(2, 5s).parked(2).at(1s).acquire(3).gives_back(1, 1).got(3, 1);
       h.at(5s).returns(2, Outcome::timed_out);
     },
     "acquire of task 3, called at event 6, got session 1 at 1s (event 9): acquire of task 2 had "
     "been asleep in the queue before (event 5) and had time to wait on"},
    {"ALostHandOff", 1,
     [](HistoryBuilder& h) {
       h.takes(1, 1).acquire(2, 5s).parked(2).at(5s).gives_back(1, 1);
       h.returns(2, Outcome::timed_out).tries(0, Outcome::exhausted);
     },
     "try_acquire of task 0, called at event 9, answered exhausted at 5s (event 10): max_size is "
     "1, at no moment between can more leases than 0 have been out, and nothing else was under "
     "way "
     "that may have held the rest"},
    {"ATokenLostWithAnException", 1,
     [](HistoryBuilder& h) {
       h.acquire(1).opens(1, 1, Outcome::threw).returns(1, Outcome::threw);
       h.tries(2, Outcome::exhausted);
     },
     "try_acquire of task 2, called at event 4, answered exhausted at 0s (event 5): max_size is "
     "1, "
     "at no moment between can more leases than 0 have been out, and nothing else was under way "
     "that may have held the rest"},
    {"RefusedByAHealthCheckThatHadReturned", 1,
     [](HistoryBuilder& h) { h.does(1, Operation::health_check).tries(2, Outcome::exhausted); },
     "try_acquire of task 2, called at event 2, answered exhausted at 0s (event 3): max_size is "
     "1, "
     "at no moment between can more leases than 0 have been out, and nothing else was under way "
     "that may have held the rest"},
    {"RefusedByAThreadOfThePoolsOwnThatWasAtRest", 1,
     [](HistoryBuilder& h) {
       h.takes(1, 1).gives_back(1, 1).calls(9, ClientCall::ping, 1).stalled();
       h.tries(2, Outcome::exhausted);
     },
     "try_acquire of task 2, called at event 9, answered exhausted at 0s (event 10): max_size is "
     "1, at no moment between can more leases than 0 have been out, and nothing else was under "
     "way "
     "that may have held the rest"},
};

class IllegalHistory : public testing::TestWithParam<Illegal> {};

TEST_P(IllegalHistory, IsRejectedInASentence) {
  const Illegal& illegal = GetParam();
  HistoryBuilder h;
  h.config().max_size = illegal.max_size;
  illegal.tell(h);

  EXPECT_EQ(h.judged_by(LawId::linearizability),
            "no order of the operations explains that " + std::string(illegal.sentence));
}

INSTANTIATE_TEST_SUITE_P(All, IllegalHistory, testing::ValuesIn(all_illegal),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace poolproof::sim
