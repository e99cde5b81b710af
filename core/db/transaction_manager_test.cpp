#include <poolproof/core/db/transaction_manager.h>

#include <gtest/gtest.h>

#include <stop_token>

#include <poolproof/core/db/scripted_client.h>
#include <poolproof/core/pool/fakes.h>

namespace poolproof {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Lines = std::vector<std::string>;
using Answer = std::expected<void, DbError>;

/// Runs transactions over a pool of two scripted sessions.
class Bank {
 public:
  explicit Bank(const RetryPolicy& policy = {.attempts_max = 3}) : manager(pool_, policy) {}

  fakes::SqlScript script;
  fakes::FakeClock clock;

  ConnectionPool& pool() { return pool_; }
  std::size_t leases_out() const { return pool_.metrics().leases; }

 private:
  fakes::ScriptedFactory factory_{script};
  ConnectionPool pool_{{.min_size = 0, .max_size = 2}, factory_, clock};

 public:
  TransactionManager manager;
};

Answer insert(Transaction& transaction) {
  auto done = transaction.execute("insert");
  if (!done) return std::unexpected(done.error());
  return {};
}

template <class Result>
std::string told(const Result& result) {
  return result ? "ok" : result.error().message();
}

TEST(TransactionManager, CommitsWhatTheWorkDidAndGivesTheConnectionBack) {
  Bank bank;

  EXPECT_EQ(told(bank.manager.run(&insert)), "ok");
  EXPECT_EQ(bank.script.sent, (Lines{"1: begin", "1: insert", "1: commit"}));
  EXPECT_EQ(bank.leases_out(), 0U);
}

TEST(TransactionManager, PassesOnWhatTheWorkReturned) {
  Bank bank;

  const auto answer =
      bank.manager.run([](Transaction&) -> std::expected<std::string, DbError> { return "yes"; });
  const auto nothing = bank.manager.run([](Transaction&) {});

  EXPECT_EQ(answer.value(), "yes");
  EXPECT_TRUE(nothing.has_value());
}

TEST(TransactionManager, RollsBackWhenTheWorkSaysNo) {
  Bank bank;

  const auto answer = bank.manager.run([](Transaction&) -> Answer {
    return std::unexpected(DbError{.kind = DbErrorKind::rejected, .message = "too poor"});
  });

  EXPECT_EQ(told(answer), "no transaction after 1 attempt: rejected: too poor");
  EXPECT_EQ(bank.script.sent, (Lines{"1: begin", "1: rollback"}));
}

TEST(TransactionManager, RollsBackWhenTheWorkThrows) {
  Bank bank;

  EXPECT_THROW(static_cast<void>(bank.manager.run([](Transaction&) { throw 42; })), int);
  EXPECT_EQ(bank.script.sent, (Lines{"1: begin", "1: rollback"}));
  EXPECT_EQ(bank.leases_out(), 0U);
}

TEST(TransactionManager, RunsAgainWhatLostAgainstOthers) {
  Bank bank;
  bank.script.errors["commit"] = {.kind = DbErrorKind::serialization_failure};
  bank.script.errors_left["commit"] = 1;
  const Instant before = bank.clock.now();

  EXPECT_EQ(told(bank.manager.run(&insert)), "ok");
  EXPECT_EQ(bank.script.sent, (Lines{"1: begin", "1: insert", "1: commit", "1: rollback",
                                     "1: begin", "1: insert", "1: commit"}));
  EXPECT_GE(bank.clock.now(), before + milliseconds(5));
  EXPECT_LE(bank.clock.now(), before + milliseconds(10));
}

TEST(TransactionManager, RunsAgainWhatMetAnOutdatedStatement) {
  Bank bank;
  bank.script.errors["insert"] = {.kind = DbErrorKind::statement_outdated, .code = "0A000"};
  bank.script.errors_left["insert"] = 1;
  std::string seen;

  const auto answer = bank.manager.run([&](Transaction& transaction) {
    auto done = insert(transaction);
    if (!done) seen = to_string(done.error());
    return done;
  });

  EXPECT_EQ(told(answer), "ok");
  EXPECT_EQ(seen, "statement_outdated (0A000)");
  EXPECT_EQ(bank.script.sent,
            (Lines{"1: begin", "1: insert", "1: rollback", "1: begin", "1: insert", "1: commit"}));
}

TEST(TransactionManager, JudgesByTheErrorThatFailedTheTransaction) {
  Bank bank;
  bank.script.errors["insert"] = {.kind = DbErrorKind::serialization_failure, .code = "40001"};
  std::string seen;

  const auto answer = bank.manager.run([&](Transaction& transaction) {
    static_cast<void>(transaction.nested(&insert));  // Only if it can be had.
    auto done = transaction.execute("select");
    seen = to_string(done.error());
    return done;
  });

  EXPECT_EQ(seen,
            "transaction_aborted: only a rollback is possible after: serialization_failure "
            "(40001)");
  EXPECT_EQ(told(answer), "no transaction after 3 attempts: serialization_failure (40001)");
}

TEST(TransactionManager, RunsAgainWhatLostItsSessionByTheBegin) {
  Bank bank;
  bank.script.errors["begin"] = {.kind = DbErrorKind::connection_lost};
  bank.script.errors_left["begin"] = 2;
  std::uint32_t attempts = 0;

  EXPECT_EQ(told(bank.manager.run({.attempts = &attempts}, &insert)), "ok");

  EXPECT_EQ(attempts, 3U);
  EXPECT_EQ(bank.script.sent,
            (Lines{"1: begin", "2: begin", "3: begin", "3: insert", "3: commit"}));
}

TEST(TransactionManager, SaysHowManyAttemptsThereWere) {
  Bank bank;
  std::uint32_t attempts = 0;

  EXPECT_EQ(told(bank.manager.run({.attempts = &attempts}, &insert)), "ok");
  EXPECT_EQ(attempts, 1U);

  bank.script.errors["insert"] = {.kind = DbErrorKind::rejected};
  EXPECT_EQ(told(bank.manager.run({.attempts = &attempts}, &insert)),
            "no transaction after 1 attempt: rejected");
  EXPECT_EQ(attempts, 1U);
}

/// Lets a transaction connect only after so many refusals.
class RefusingFactory final : public DbClientFactory {
 public:
  RefusingFactory(fakes::SqlScript& script, DbErrorKind kind, int refusals)
      : factory_(script), kind_(kind), refusals_(refusals) {}
  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant deadline) override {
    if (refusals_-- > 0) return std::unexpected(DbError{.kind = kind_, .message = "not now"});
    return factory_.connect(deadline);
  }

 private:
  fakes::ScriptedFactory factory_;
  const DbErrorKind kind_;
  int refusals_;
};

std::string told_with_refusals(DbErrorKind kind, int refusals) {
  fakes::SqlScript script;
  fakes::FakeClock clock;
  RefusingFactory factory(script, kind, refusals);
  ConnectionPool pool({.min_size = 0, .max_size = 1}, factory, clock);
  TransactionManager manager(pool, {.attempts_max = 3});
  return told(manager.run(&insert));
}

TEST(TransactionManager, RunsAgainWhatFoundNoSessionForReasonsThatMayPass) {
  EXPECT_EQ(told_with_refusals(DbErrorKind::connection_failed, 2), "ok");
  EXPECT_EQ(told_with_refusals(DbErrorKind::resource_exhausted, 2), "ok");
  EXPECT_EQ(told_with_refusals(DbErrorKind::connection_failed, 3),
            "no transaction after 3 attempts: cannot connect: not now");
  EXPECT_EQ(told_with_refusals(DbErrorKind::permission_denied, 2),
            "no transaction after 1 attempt: cannot connect: not now");
}

TEST(TransactionManager, HasADeadlineForThoseWithoutOne) {
  Bank bank({.attempts_max = 100, .pause_first = seconds(1), .transaction_timeout = seconds(5)});
  bank.script.errors["insert"] = {.kind = DbErrorKind::deadlock};
  const Instant before = bank.clock.now();

  EXPECT_FALSE(bank.manager.run(&insert));
  EXPECT_LT(bank.clock.now(), before + seconds(5));

  const Instant later = bank.clock.now();
  EXPECT_FALSE(bank.manager.run({.deadline = later + seconds(30)}, &insert));
  EXPECT_GT(bank.clock.now(), later + seconds(5));
}

TEST(TransactionManager, GivesUpAfterItsAttempts) {
  Bank bank;
  bank.script.errors["insert"] = {.kind = DbErrorKind::deadlock, .code = "40P01"};

  const auto answer = bank.manager.run(&insert);

  EXPECT_EQ(told(answer), "no transaction after 3 attempts: deadlock (40P01)");
  EXPECT_EQ(answer.error().attempts, 3U);
  EXPECT_EQ(bank.script.sent.size(), 9U);
}

TEST(TransactionManager, DoesNotRunAgainWhatMayHaveTakenEffect) {
  Bank bank;
  bank.script.errors["commit"] = {.kind = DbErrorKind::connection_lost, .message = "gone"};

  const auto answer = bank.manager.run(&insert);

  EXPECT_TRUE(answer.error().is_ambiguous());
  EXPECT_EQ(told(answer),
            "no transaction after 1 attempt: ambiguous_commit: whether the commit took effect is "
            "not known: connection_lost: gone");
  EXPECT_EQ(bank.script.closed, 1U);
}

TEST(TransactionManager, DoesNotRunAgainWhatTheWorkCommittedItself) {
  Bank bank;

  const auto answer = bank.manager.run([](Transaction& transaction) -> Answer {
    static_cast<void>(transaction.commit());
    return std::unexpected(DbError{.kind = DbErrorKind::busy});
  });

  EXPECT_EQ(told(answer), "no transaction after 1 attempt: busy");
  EXPECT_EQ(bank.script.sent, (Lines{"1: begin", "1: commit"}));
}

TEST(TransactionManager, DoesNotCallCommittedWhatTheWorkMovedAway) {
  Bank bank;

  const auto answer = bank.manager.run([](Transaction& transaction) {
    Transaction mine(std::move(transaction));
    return insert(mine);
  });

  EXPECT_EQ(told(answer),
            "no transaction after 1 attempt: misuse: the transaction was moved away: what became "
            "of it is not known here");
  EXPECT_EQ(bank.script.sent, (Lines{"1: begin", "1: insert", "1: rollback"}));
  EXPECT_EQ(bank.script.closed, 1U);
}

TEST(TransactionManager, LetsTheWorkRollBack) {
  Bank bank;

  const auto answer =
      bank.manager.run([](Transaction& transaction) { return transaction.rollback(); });

  EXPECT_EQ(told(answer), "ok");
  EXPECT_EQ(bank.script.sent, (Lines{"1: begin", "1: rollback"}));
}

TEST(TransactionManager, ClosesASessionThatCouldNotRollBack) {
  Bank bank;
  bank.script.errors["insert"] = {.kind = DbErrorKind::rejected, .message = "no"};
  bank.script.errors["rollback"] = {.kind = DbErrorKind::rejected, .message = "never"};

  EXPECT_EQ(told(bank.manager.run(&insert)), "no transaction after 1 attempt: rejected: no");
  EXPECT_EQ(bank.script.closed, 1U);
}

TEST(TransactionManager, ClosesASessionThatCouldNotBegin) {
  Bank bank;
  bank.script.errors["begin"] = {.kind = DbErrorKind::rejected, .message = "no"};

  EXPECT_EQ(told(bank.manager.run(&insert)), "no transaction after 1 attempt: rejected: no");
  EXPECT_EQ(bank.script.closed, 1U);
}

TEST(TransactionManager, KeepsASessionWhoseDatabaseWasBusy) {
  Bank bank;
  bank.script.dialect = Dialect::sqlite;
  bank.script.errors["begin immediate"] = {.kind = DbErrorKind::busy};
  bank.script.errors_left["begin immediate"] = 1;

  EXPECT_EQ(told(bank.manager.run(&insert)), "ok");
  EXPECT_EQ(bank.script.sessions, 1U);
}

TEST(TransactionManager, KeepsASessionThatOnlyWaitedForSqlitesLock) {
  Bank bank;
  bank.script.dialect = Dialect::sqlite;
  bank.script.errors["begin immediate"] = {.kind = DbErrorKind::timed_out, .message = "too late"};

  EXPECT_EQ(told(bank.manager.run(&insert)),
            "no transaction after 1 attempt: timed_out: too late");
  EXPECT_EQ(bank.script.closed, 0U);
}

TEST(TransactionManager, ClosesASessionThatMayStillBegin) {
  Bank bank;
  bank.script.errors["begin"] = {.kind = DbErrorKind::timed_out, .message = "too late"};

  EXPECT_EQ(told(bank.manager.run(&insert)),
            "no transaction after 1 attempt: timed_out: too late");
  EXPECT_EQ(bank.script.closed, 1U);
}

TEST(TransactionManager, SaysWhyThereWasNoConnection) {
  Bank bank;
  bank.pool().close();

  const auto answer = bank.manager.run(&insert);

  EXPECT_EQ(told(answer), "no transaction after 1 attempt: pool is closed");
  EXPECT_EQ(answer.error().acquire_error()->kind, AcquireErrorKind::closed);
  EXPECT_EQ(answer.error().db_error(), nullptr);
}

TEST(TransactionManager, CommitsNothingAfterTheDeadline) {
  Bank bank;
  const Instant deadline = bank.clock.now() + seconds(1);

  const auto answer = bank.manager.run({.deadline = deadline},
                                       [&](Transaction&) { bank.clock.advance(seconds(1)); });

  EXPECT_EQ(told(answer),
            "no transaction after 1 attempt: timed_out: the transaction's deadline has passed");
  EXPECT_EQ(bank.script.sent, (Lines{"1: begin", "1: rollback"}));
}

TEST(TransactionManager, TakesNoConnectionOutAfterTheDeadline) {
  Bank bank;

  const auto answer = bank.manager.run({.deadline = bank.clock.now()}, &insert);

  EXPECT_EQ(told(answer),
            "no transaction after 1 attempt: timed_out: the transaction's deadline has passed");
  EXPECT_EQ(bank.script.sessions, 0U);
}

TEST(TransactionManager, DoesNotPauseUntilTheDeadline) {
  Bank bank;
  bank.script.errors["insert"] = {.kind = DbErrorKind::busy};
  const Instant now = bank.clock.now();

  const auto answer = bank.manager.run({.deadline = now + milliseconds(5)}, &insert);

  EXPECT_EQ(told(answer), "no transaction after 1 attempt: busy");
  EXPECT_EQ(bank.clock.now(), now);
}

TEST(TransactionManager, HoldsNoConnectionWhileItPauses) {
  Bank bank;
  bank.script.errors["insert"] = {.kind = DbErrorKind::busy};
  const auto first = bank.pool().acquire();
  const auto answer = bank.manager.run(&insert);

  EXPECT_EQ(answer.error().attempts, 3U);
  EXPECT_EQ(bank.leases_out(), 1U);
}

TEST(RetryPolicy, DoublesThePauseUpToItsLimit) {
  const RetryPolicy policy{.pause_first = milliseconds(10), .pause_max = milliseconds(35)};
  Rng rng(1);
  for (const auto& [attempt, most] :
       {std::pair(1U, milliseconds(10)), std::pair(2U, milliseconds(20)),
        std::pair(3U, milliseconds(35)), std::pair(1000U, milliseconds(35))}) {
    const Duration pause = pause_after(attempt, policy, rng);
    EXPECT_LE(pause, most);
    EXPECT_GE(pause, most / 2);
  }
}

TEST(RetryPolicy, OverflowsWithNoPauseHoweverLong) {
  const RetryPolicy policy{.pause_first = Duration(1), .pause_max = Duration::max()};
  Rng rng(1);

  EXPECT_GE(pause_after(1'000'000, policy, rng), Duration::max() / 2);
}

TEST(TransactionManager, BeginsNothingOnceItIsStopped) {
  Bank bank;
  std::stop_source stop;
  stop.request_stop();

  const auto answer = bank.manager.run_until(stop.get_token(), {}, &insert);

  EXPECT_EQ(told(answer), "no transaction after 1 attempt: cancelled after 0 s");
  EXPECT_EQ(bank.script.sent, Lines{});
}

TEST(TransactionManager, EndsItsPauseWhenItIsStopped) {
  Bank bank;
  std::stop_source stop;
  bank.clock.while_waiting = [&] { stop.request_stop(); };
  const Instant before = bank.clock.now();

  const auto answer = bank.manager.run_until(stop.get_token(), {}, [](Transaction&) -> Answer {
    return std::unexpected(DbError{DbErrorKind::serialization_failure, "again"});
  });

  EXPECT_EQ(told(answer), "no transaction after 1 attempt: cancelled after 0 s");
  EXPECT_EQ(bank.clock.now(), before);
  EXPECT_EQ(bank.script.sent, (Lines{"1: begin", "1: rollback"}));
}

TEST(TransactionManager, FinishesWhatItHasBegunWhenItIsStopped) {
  Bank bank;
  std::stop_source stop;

  const auto answer =
      bank.manager.run_until(stop.get_token(), {}, [&](Transaction& transaction) -> Answer {
        stop.request_stop();
        return insert(transaction);
      });

  EXPECT_EQ(told(answer), "ok");
}

TEST(TransactionManager, ReportsWhatTheDatabaseAnsweredToThePool) {
  Bank bank;
  const auto is_read_only = [](Transaction&) -> Answer {
    return std::unexpected(DbError{DbErrorKind::read_only, "a standby"});
  };

  EXPECT_FALSE(bank.manager.run(is_read_only));
  EXPECT_EQ(bank.pool().metrics().closes, 1U);
  EXPECT_FALSE(bank.manager.run({.is_read_only = true}, is_read_only));
  EXPECT_EQ(bank.pool().metrics().closes, 1U);
}

TEST(TransactionManager, ReportsItAlsoWhereTheWorkHidesIt) {
  Bank bank;
  bank.script.errors["insert"] = {DbErrorKind::read_only, "a standby"};
  for (const Dialect dialect : {Dialect::postgresql, Dialect::mysql}) {
    bank.script.dialect = dialect;
    const auto closed_before = bank.pool().metrics().closes;
    const auto answer = bank.manager.run([](Transaction& transaction) -> Answer {
      static_cast<void>(insert(transaction));
      static_cast<void>(transaction.rollback());
      return {};
    });

    EXPECT_EQ(told(answer), "ok");
    EXPECT_EQ(bank.pool().metrics().closes, closed_before + 1);
  }
}

TEST(TransactionManager, RunsAgainWhatASavepointUndidAfterAConflict) {
  const auto told_after = [](DbErrorKind first, DbErrorKind second) {
    Bank bank;
    bank.script.dialect = Dialect::postgresql;
    bank.script.errors["insert"] = {first, "one"};
    bank.script.errors["update"] = {second, "another"};
    return told(bank.manager.run([](Transaction& transaction) -> Answer {
      for (const char* const sql : {"insert", "update"}) {
        auto savepoint = transaction.savepoint();
        static_cast<void>(transaction.execute(sql));
        if (auto released = savepoint->release(); !released && sql[0] == 'u') return released;
      }
      return {};
    }));
  };

  EXPECT_EQ(told_after(DbErrorKind::busy, DbErrorKind::busy),
            "no transaction after 3 attempts: busy: one");
  EXPECT_EQ(told_after(DbErrorKind::busy, DbErrorKind::unique_violation),
            "no transaction after 1 attempt: unique_violation: another");
}

}  // namespace
}  // namespace poolproof
