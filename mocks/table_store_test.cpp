#include <poolproof/mocks/table_store.h>

#include <gtest/gtest.h>

#include <poolproof/mocks/call_diary.h>
#include <poolproof/mocks/manual_clock.h>

namespace poolproof::mocks {
namespace {

using namespace std::chrono_literals;

constexpr SessionNumber one{1};
constexpr SessionNumber two{2};

/// Writes down what took effect: "1 began", "1 changed 7 by -10".
class EffectDiary final : public StoreListener {
 public:
  void on_effect(StoreEffect effect, SessionNumber session, const StoreDetail& detail) override {
    constexpr std::array names{"began", "changed", "committed", "rolled_back", "undone"};
    std::string line = number(session) + " " + names[static_cast<std::size_t>(effect)];
    if (effect == StoreEffect::changed)
      line += " " + std::to_string(detail.row) + " by " + std::to_string(detail.change);
    line += words(detail.mode);
    lines.push_back(std::move(line));
  }
  Lines lines;

 private:
  static std::string words(const TransactionMode& mode) {
    std::string text;
    if (mode.isolation != Isolation::server_default)
      text.append(", ").append(to_string(mode.isolation));
    if (mode.is_read_only) text += ", read only";
    if (mode.is_deferrable) text += ", deferrable";
    return text;
  }
};

/// Accounts 1 and 2 with 100 each.
struct Accounts : testing::Test {
  Accounts() {
    store.create_table("accounts");
    store.put("accounts", 1, 100);
    store.put("accounts", 2, 100);
  }
  /// "ok", the first value of the last column, or the error.
  std::string run(SessionNumber session, std::string_view sql,
                  const std::vector<Value>& parameters = {}) {
    const auto answer = store.execute(session, sql, parameters);
    if (!answer) return to_string(answer.error().kind).data();
    if (answer->columns().empty()) return "ok";
    return answer->empty() ? "none" : to_string(answer->values().back());
  }
  EffectDiary diary;
  TableStore store{&diary};
};

TEST_F(Accounts, KeepWhatIsCommittedAndNothingElse) {
  EXPECT_EQ(run(one, "begin"), "ok");
  EXPECT_EQ(run(one, "update accounts set value = value + $1 where id = $2", {-10, 1}), "ok");
  EXPECT_EQ(run(one, "select value from accounts where id = 1"), "90");
  EXPECT_EQ(store.get("accounts", 1), 100);
  EXPECT_EQ(run(one, "commit"), "ok");
  EXPECT_EQ(store.get("accounts", 1), 90);

  EXPECT_EQ(run(two, "begin"), "ok");
  EXPECT_EQ(run(two, "delete from accounts where id = ?", {1}), "ok");
  EXPECT_EQ(run(two, "rollback"), "ok");
  EXPECT_EQ(store.get("accounts", 1), 90);
  EXPECT_EQ(diary.lines,
            (Lines{"1 began", "1 changed 1 by -10", "1 committed", "2 began", "2 rolled_back"}));
}

TEST_F(Accounts, TakeStatementsOutsideATransactionAsOneEach) {
  EXPECT_EQ(run(one, "insert into accounts (id, value) values (3, 7)"), "ok");
  EXPECT_EQ(run(one, "insert into accounts (id, value) values (3, 7)"), "unique_violation");
  EXPECT_EQ(run(one, "update accounts set value = 9 where id = 3"), "ok");
  EXPECT_EQ(run(one, "select value from accounts where id = 3"), "9");
  EXPECT_EQ(run(one, "delete from accounts where id = 3"), "ok");
  EXPECT_EQ(run(one, "select value from accounts where id = 3"), "none");
  EXPECT_EQ(run(one, "commit"), "ok");
}

TEST_F(Accounts, FirstToCommitWins) {
  for (const std::string_view level : {"read committed", "repeatable read", "serializable"}) {
    EXPECT_EQ(run(one, "begin isolation level " + std::string(level)), "ok");
    EXPECT_EQ(run(two, "begin isolation level " + std::string(level)), "ok");
    EXPECT_EQ(run(one, "update accounts set value = value + 1 where id = 1"), "ok");
    EXPECT_EQ(run(two, "update accounts set value = value + 1 where id = 1"), "ok");
    EXPECT_EQ(run(one, "commit"), "ok");
    EXPECT_EQ(run(two, "commit"), "serialization_failure");
  }
  EXPECT_EQ(store.get("accounts", 1), 103);
  EXPECT_EQ(diary.lines.back(), "2 rolled_back, serializable");
}

TEST_F(Accounts, LookAsTheyDidWhenARepeatableReadBegan) {
  EXPECT_EQ(run(one, "begin isolation level repeatable read"), "ok");
  EXPECT_EQ(run(two, "begin"), "ok");
  EXPECT_EQ(run(one, "update accounts set value = 1 where id = 2"), "ok");
  EXPECT_EQ(run(two, "update accounts set value = 2 where id = 1"), "ok");
  EXPECT_EQ(run(two, "commit"), "ok");

  EXPECT_EQ(run(one, "select value from accounts where id = 1"), "100");
  EXPECT_EQ(run(one, "update accounts set value = 3 where id = 1"), "serialization_failure");
}

TEST_F(Accounts, LookAsTheyAreWhenReadCommitted) {
  EXPECT_EQ(run(one, "begin isolation level read committed"), "ok");
  EXPECT_EQ(run(two, "update accounts set value = 2 where id = 1"), "ok");

  EXPECT_EQ(run(one, "select value from accounts where id = 1"), "2");
  EXPECT_EQ(run(one, "update accounts set value = 3 where id = 1"), "ok");
  EXPECT_EQ(run(one, "commit"), "ok");
}

TEST_F(Accounts, RefuseASerializableCommitWhoseReadingsAreOutOfDate) {
  EXPECT_EQ(run(one, "begin isolation level serializable"), "ok");
  EXPECT_EQ(run(one, "select id, value from accounts"), "100");
  EXPECT_EQ(run(one, "update accounts set value = 0 where id = 1"), "ok");
  EXPECT_EQ(run(two, "update accounts set value = 0 where id = 2"), "ok");

  EXPECT_EQ(run(one, "commit"), "serialization_failure");
  EXPECT_EQ(store.get("accounts", 1), 100);
}

TEST_F(Accounts, AllowNothingButARollbackAfterAnError) {
  EXPECT_EQ(run(one, "begin"), "ok");
  EXPECT_EQ(run(one, "update accounts set value = 0 where id = 1"), "ok");
  EXPECT_EQ(run(one, "savepoint s"), "ok");
  EXPECT_EQ(run(one, "select value from nothing where id = 1"), "undefined_name");
  EXPECT_EQ(run(one, "select value from accounts where id = 1"), "transaction_aborted");
  EXPECT_EQ(run(one, "rollback to savepoint s"), "ok");
  EXPECT_EQ(run(one, "select value from accounts where id = 1"), "0");
  EXPECT_EQ(run(one, "release savepoint s"), "ok");
  EXPECT_EQ(run(one, "rollback to s"), "undefined_name");

  EXPECT_EQ(run(one, "commit"), "ok");  // As PostgreSQL answers.
  EXPECT_EQ(store.get("accounts", 1), 100);
}

TEST_F(Accounts, GoOnAfterAnErrorElsewhereThanInPostgresql) {
  store.set_dialect(Dialect::mysql);
  EXPECT_EQ(run(one, "begin"), "ok");
  EXPECT_EQ(run(one, "update accounts set value = 0 where id = 1"), "ok");
  EXPECT_EQ(run(one, "select value from nothing where id = 1"), "undefined_name");
  EXPECT_EQ(run(one, "nonsense"), "syntax_error");
  store.refuse(one, ClientCall::execute);

  EXPECT_EQ(run(one, "update accounts set value = 5 where id = 2"), "ok");
  EXPECT_EQ(run(one, "commit"), "ok");
  EXPECT_EQ(store.get("accounts", 1), 0);
  EXPECT_EQ(store.get("accounts", 2), 5);
}

TEST_F(Accounts, TakeABeginWithinATransactionForNothing) {
  EXPECT_EQ(run(one, "begin"), "ok");
  EXPECT_EQ(run(one, "update accounts set value = 0 where id = 1"), "ok");
  EXPECT_EQ(run(one, "begin"), "ok");  // As PostgreSQL answers.
  EXPECT_EQ(run(one, "rollback"), "ok");

  EXPECT_EQ(diary.lines, (Lines{"1 began", "1 rolled_back"}));
  EXPECT_EQ(store.get("accounts", 1), 100);
}

TEST_F(Accounts, CannotBeWrittenByThoseWhoOnlyRead) {
  EXPECT_EQ(run(one, "begin read only"), "ok");
  EXPECT_EQ(run(one, "delete from accounts where id = 1"), "read_only");
  EXPECT_EQ(run(one, "rollback"), "ok");
  EXPECT_EQ(run(one, "set transaction isolation level serializable, read only"), "syntax_error");
  EXPECT_EQ(run(one, "set transaction read only"), "ok");
  EXPECT_EQ(run(one, "start transaction"), "ok");
  EXPECT_EQ(run(one, "delete from accounts where id = 1"), "read_only");
  EXPECT_EQ(run(one, "rollback"), "ok");
  EXPECT_EQ(run(one, "begin deferred"), "ok");
  EXPECT_EQ(run(one, "pragma query_only = on"), "ok");
  EXPECT_EQ(run(one, "delete from accounts where id = 1"), "read_only");
  EXPECT_EQ(run(one, "begin"), "transaction_aborted");
  EXPECT_EQ(run(one, "rollback"), "ok");
  EXPECT_EQ(run(one, "delete from accounts where id = 1"), "read_only");
  EXPECT_EQ(run(one, "pragma query_only = off"), "ok");
  EXPECT_EQ(run(one, "delete from accounts where id = 1"), "ok");
}

TEST_F(Accounts, TellHowWhatHasEndedWasBegun) {
  EXPECT_EQ(run(one, "begin isolation level read committed read only deferrable"), "ok");
  EXPECT_EQ(run(one, "commit"), "ok");
  EXPECT_EQ(run(one, "set transaction isolation level serializable"), "ok");
  EXPECT_EQ(run(one, "start transaction"), "ok");
  EXPECT_EQ(run(one, "rollback"), "ok");

  EXPECT_EQ(diary.lines, (Lines{"1 began", "1 committed, read committed, read only, deferrable",
                                "1 began", "1 rolled_back, serializable"}));
}

TEST_F(Accounts, ForgetWhatWasSaidForTheNextTransactionAtARollback) {
  EXPECT_EQ(run(one, "set transaction isolation level serializable"), "ok");
  EXPECT_EQ(run(one, "rollback"), "ok");  // As MySQL does.
  EXPECT_EQ(run(one, "start transaction"), "ok");
  EXPECT_EQ(run(one, "commit"), "ok");

  EXPECT_EQ(diary.lines, (Lines{"1 began", "1 committed"}));
}

TEST_F(Accounts, AreAsBeforeWhenASessionIsResetOrGone) {
  EXPECT_EQ(run(one, "begin"), "ok");
  EXPECT_EQ(run(two, "begin"), "ok");
  EXPECT_TRUE(store.is_in_transaction(one));
  store.reset(one);
  store.close(two);

  EXPECT_FALSE(store.is_in_transaction(one));
  EXPECT_FALSE(store.is_in_transaction(two));
  EXPECT_EQ(diary.lines, (Lines{"1 began", "2 began", "1 undone"}));
}

TEST_F(Accounts, SayWhatTheyDoNotUnderstand) {
  const auto sentence = [&](std::string_view sql) {
    return to_string(store.execute(one, sql, {}).error());
  };
  EXPECT_EQ(sentence("select * from accounts"),
            "syntax_error (42601): not in the SQL of a table store in: select * from accounts");
  EXPECT_EQ(sentence("delete from accounts where id = $2"),
            "misuse: parameter 2 is missing or not a whole number in: delete from accounts where "
            "id = $2");
  EXPECT_EQ(sentence("savepoint s"),
            "rejected (25P01): savepoints can only be used in transaction blocks");
  EXPECT_EQ(sentence("select value from users where id = 1"),
            "undefined_name (42P01): relation \"users\" does not exist");
}

/// A database with a store, under a plan.
struct BankServer : Accounts {
  std::unique_ptr<DbClient> open(std::string_view text) {
    plan = FaultPlan::parse(text).value();
    database = std::make_unique<MockDatabase>(plan, clock, &calls);
    database->attach(store);
    return database->connect(Instant::max()).value();
  }
  static std::string said(const std::expected<ResultSet, DbError>& answer) {
    return answer ? "ok" : to_string(answer.error());
  }
  FaultPlan plan;
  ManualClock clock;
  CallDiary calls;
  std::unique_ptr<MockDatabase> database;
};

constexpr std::string_view take_ten = "update accounts set value = value + -10 where id = 1";

TEST_F(BankServer, TellsBeginCommitAndRollbackFromOtherStatements) {
  const auto client = open("");
  for (const auto& sql : {"begin", "select id, value from accounts", "commit", "rollback"})
    EXPECT_EQ(said(client->execute(sql, {})), "ok");

  EXPECT_EQ(calls.lines(),
            (Lines{"connect 1", "connect 1 ok", "begin 1", "begin 1 ok", "execute 1",
                   "execute 1 ok", "commit 1", "commit 1 ok", "rollback 1", "rollback 1 ok"}));
}

TEST_F(BankServer, LosesAnAnswerAfterTheCommit) {
  const auto client = open("commit loses answer");
  EXPECT_EQ(said(client->execute("begin", {})), "ok");
  EXPECT_EQ(said(client->execute(take_ten, {})), "ok");

  EXPECT_EQ(said(client->execute("commit", {})),
            "connection_lost: commit 1 lost its answer, as planned (session 1)");
  EXPECT_EQ(store.get("accounts", 1), 90);
  EXPECT_EQ(client->ping().error().message, "session 1 was lost before");
}

TEST_F(BankServer, LosesASessionBeforeTheCommit) {
  const auto client = open("commit loses session");
  EXPECT_EQ(said(client->execute("begin", {})), "ok");
  EXPECT_EQ(said(client->execute(take_ten, {})), "ok");

  EXPECT_EQ(said(client->execute("commit", {})),
            "connection_lost: commit 1 lost its session, as planned (session 1)");
  EXPECT_EQ(store.get("accounts", 1), 100);
}

TEST_F(BankServer, ConflictsAsPlannedAndRollsBack) {
  const auto client = open("commit conflicts");
  EXPECT_EQ(said(client->execute("begin", {})), "ok");
  EXPECT_TRUE(client->is_in_transaction());

  EXPECT_EQ(said(client->execute("commit", {})),
            "serialization_failure: commit 1 conflicted, as planned (session 1)");
  EXPECT_FALSE(client->is_in_transaction());
  EXPECT_EQ(calls.lines().back(), "commit 1 conflict");
}

TEST_F(BankServer, AnswersLateWhatHasTakenEffect) {
  const auto client = open("commit answers late; begin answers late");
  EXPECT_EQ(said(client->execute("begin", {})), "ok") << "without a deadline";
  EXPECT_EQ(said(client->execute(take_ten, {})), "ok");
  database->set_dialect(Dialect::postgresql);
  client->set_deadline(Instant(5ms));
  std::thread caller(
      [&] { EXPECT_EQ(said(client->execute("commit", {})), "timed_out: commit timed out"); });
  clock.await_waiters(1);
  clock.set(Instant(5ms));

  caller.join();
  EXPECT_EQ(store.get("accounts", 1), 90);
  EXPECT_EQ(calls.lines().back(), "commit 1 timed_out");
}

TEST_F(BankServer, HasClientsThatCannotSeeATransaction) {
  const auto client = open("");
  EXPECT_EQ(said(client->execute("begin", {})), "ok");
  EXPECT_TRUE(client->is_in_transaction());

  database->set_sees_transactions(false);
  EXPECT_FALSE(client->is_in_transaction());
}

TEST_F(BankServer, GivesUpAtItsClientsDeadline) {
  const auto client = open("");
  EXPECT_EQ(said(client->execute("begin", {})), "ok");
  client->set_deadline(clock.now());

  EXPECT_EQ(said(client->execute(take_ten, {})), "timed_out: execute timed out");
  client->set_deadline(Instant::max());
  EXPECT_EQ(said(client->execute(take_ten, {})),
            "transaction_aborted (25P02): current transaction is aborted, commands ignored until "
            "end of transaction block");
}

TEST_F(BankServer, ResetsTransactionAndDeadline) {
  const auto client = open("");
  EXPECT_EQ(said(client->execute("begin", {})), "ok");
  client->set_deadline(clock.now());

  EXPECT_TRUE(client->reset());
  EXPECT_EQ(said(client->execute(take_ten, {})), "ok");
  EXPECT_EQ(store.get("accounts", 1), 90);
}

TEST_F(Accounts, AreSerializableWhereATransactionBeginsAsSqlitesDo) {
  EXPECT_EQ(run(one, "begin immediate"), "ok");
  EXPECT_EQ(run(one, "select value from accounts where id = 1"), "100");
  EXPECT_EQ(run(two, "update accounts set value = 9 where id = 1"), "ok");
  EXPECT_EQ(run(one, "update accounts set value = 7 where id = 2"), "ok");

  EXPECT_EQ(run(one, "commit"), "serialization_failure");
}

}  // namespace
}  // namespace poolproof::mocks
