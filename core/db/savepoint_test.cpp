#include <gtest/gtest.h>

#include <array>
#include <utility>

#include <poolproof/core/db/scripted_session.h>

namespace poolproof {
namespace {

using fakes::said;
using Session = fakes::ScriptedSession;

const DbError refused_insert{.kind = DbErrorKind::rejected, .message = "no"};
const DbError lost_race{.kind = DbErrorKind::serialization_failure, .message = "try again"};

TEST(Savepoint, UndoesWhatCameAfterItUnlessReleased) {
  Session session;
  Transaction transaction = session.begin();
  {
    auto kept = transaction.savepoint();
    EXPECT_EQ(said(kept->release()), "ok");
    const auto undone = transaction.savepoint();
  }
  EXPECT_EQ(said(transaction.commit()), "ok");
  EXPECT_EQ(session.sent(),
            "begin; savepoint savepoint_1; release savepoint savepoint_1; savepoint savepoint_2; "
            "rollback to savepoint savepoint_2; release savepoint savepoint_2; commit");
}

TEST(Savepoint, LetsPostgresqlGoOnAfterAnError) {
  Session session;
  session.script.errors["insert"] = refused_insert;
  Transaction transaction = session.begin();
  auto point = transaction.savepoint();
  EXPECT_EQ(said(transaction.execute("insert")), "rejected: no");

  EXPECT_EQ(said(point->rollback()), "ok");
  EXPECT_EQ(said(transaction.commit()), "ok");
}

TEST(Savepoint, DoesNotHelpOneThatLost) {
  Session session;
  session.script.errors["update"] = lost_race;
  Transaction transaction = session.begin();
  auto point = transaction.savepoint();
  EXPECT_EQ(said(transaction.execute("update")), "serialization_failure: try again");

  EXPECT_EQ(said(point->rollback()), "serialization_failure: try again");
  EXPECT_EQ(said(transaction.commit()), "serialization_failure: try again");
}

/// What is said by a savepoint's rollback, and then by the commit, after an update failed.
std::string after_update(Session& session, DbErrorKind kind) {
  session.script.errors["update"] = {.kind = kind};
  Transaction transaction = session.begin();
  auto point = transaction.savepoint();
  EXPECT_EQ(said(transaction.execute("update")), to_string(kind));
  const std::string undone = said(point->rollback());
  return undone + ", " + said(transaction.commit());
}

constexpr std::array kinds_that_end_little{
    DbErrorKind::busy, DbErrorKind::timed_out, DbErrorKind::resource_exhausted,
    DbErrorKind::statement_outdated, DbErrorKind::transaction_aborted};

TEST(Savepoint, HelpsPostgresqlAfterWhatEndedItsStatementOnly) {
  for (const DbErrorKind kind : kinds_that_end_little) {
    Session session;
    EXPECT_EQ(after_update(session, kind), "ok, ok");
  }
}

TEST(Savepoint, HelpsWhereTheClientSaysThatTheTransactionIsOpen) {
  for (const DbErrorKind kind : kinds_that_end_little) {
    Session session;
    session.script.dialect = Dialect::sqlite;
    session.script.knows_transactions = true;
    EXPECT_EQ(after_update(session, kind), "ok, ok");
  }
}

TEST(Savepoint, IsNotReliedOnWhereNobodyCanSayWhetherItIs) {
  for (const DbErrorKind kind : kinds_that_end_little) {
    Session session;
    session.script.dialect = Dialect::mysql;
    const std::string name(to_string(kind));
    EXPECT_EQ(after_update(session, kind), name + ", " + name);
  }
}

TEST(Savepoint, DoesNotHelpOnceTheDeadlineHasPassed) {
  Session session;
  session.script.errors["update"] = {.kind = DbErrorKind::timed_out};
  Transaction transaction =
      session.begin({.deadline = session.clock.now() + std::chrono::seconds(1)});
  auto point = transaction.savepoint();
  session.script.on_statement = [&] { session.clock.advance(std::chrono::seconds(1)); };
  EXPECT_EQ(said(transaction.execute("update")), "timed_out");

  EXPECT_EQ(said(point->rollback()), "timed_out: the transaction's deadline has passed");
  EXPECT_EQ(session.sent(), "begin; savepoint savepoint_1; update");
}

TEST(Savepoint, MustEndBeforeTheCommit) {
  Session session;
  Transaction transaction = session.begin();
  auto point = transaction.savepoint();

  EXPECT_EQ(said(transaction.commit()), "misuse: a savepoint is still open");
  EXPECT_EQ(said(point->release()), "ok");
  EXPECT_EQ(said(point->release()), "misuse: the savepoint has ended");
  EXPECT_EQ(said(point->rollback()), "misuse: the savepoint has ended");
  EXPECT_EQ(said(transaction.commit()), "ok");
}

TEST(Savepoint, EndsTheNewerOnesWithIt) {
  Session session;
  Transaction transaction = session.begin();
  auto older = transaction.savepoint();
  auto newer = transaction.savepoint();

  EXPECT_EQ(said(older->rollback()), "ok");
  EXPECT_EQ(said(newer->release()), "misuse: the savepoint has ended");
}

TEST(Savepoint, ThatCannotBeUndoneDoomsTheWhole) {
  Session session;
  session.script.errors["rollback to savepoint savepoint_1"] = refused_insert;
  Transaction transaction = session.begin();
  auto point = transaction.savepoint();

  EXPECT_EQ(said(point->rollback()), "rejected: no");
  EXPECT_EQ(said(transaction.commit()), "rejected: no");
}

TEST(NestedTransaction, IsKeptWhenItsWorkSucceeds) {
  Session session;
  Transaction transaction = session.begin();

  const auto answer = transaction.nested([](Transaction& inner) -> std::expected<int, DbError> {
    if (auto done = inner.execute("insert"); !done) return std::unexpected(done.error());
    return 42;
  });

  EXPECT_EQ(answer, 42);
  EXPECT_EQ(session.sent(), "begin; savepoint savepoint_1; insert; release savepoint savepoint_1");
}

TEST(NestedTransaction, IsUndoneWhenItsWorkFails) {
  Session session;
  session.script.errors["insert"] = refused_insert;
  Transaction transaction = session.begin();

  const auto answer =
      transaction.nested([](Transaction& inner) { return inner.execute("insert"); });

  EXPECT_EQ(said(answer), "rejected: no");
  EXPECT_EQ(said(transaction.commit()), "ok");
}

TEST(NestedTransaction, IsUndoneWhenItsWorkHidAnError) {
  Session session;
  session.script.errors["insert"] = refused_insert;
  Transaction transaction = session.begin();

  const auto answer = transaction.nested([](Transaction& inner) -> std::expected<void, DbError> {
    static_cast<void>(inner.execute("insert"));
    return {};
  });

  EXPECT_EQ(said(answer), "transaction_aborted: only a rollback is possible after: rejected: no");
  EXPECT_EQ(said(transaction.commit()), "ok");
}

TEST(NestedTransaction, IsUndoneWhenItsWorkThrows) {
  Session session;
  Transaction transaction = session.begin();

  EXPECT_THROW(static_cast<void>(transaction.nested(
                   [](Transaction&) -> std::expected<void, DbError> { throw 42; })),
               int);
  EXPECT_EQ(said(transaction.commit()), "ok");
  EXPECT_EQ(session.sent(),
            "begin; savepoint savepoint_1; rollback to savepoint savepoint_1; release savepoint "
            "savepoint_1; commit");
}

TEST(Savepoint, IsNotOpenAnyMoreWhenItIsDroppedTooLateToBeUndone) {
  Session session;
  Transaction transaction =
      session.begin({.deadline = session.clock.now() + std::chrono::seconds(1)});
  {
    const auto dropped = transaction.savepoint();
    session.clock.advance(std::chrono::seconds(1));
  }

  Transaction moved(std::move(transaction));
  EXPECT_EQ(said(moved.commit()), "timed_out: the transaction's deadline has passed");
  EXPECT_EQ(said(moved.rollback()), "ok");
}

TEST(Savepoint, IsNotOpenAnyMoreWhenTheSessionIsLostWhileOneWithinItIsDropped) {
  Session session;
  session.script.errors["rollback to savepoint savepoint_2"] = {
      .kind = DbErrorKind::connection_lost, .message = "gone"};
  Transaction transaction = session.begin();
  {
    const auto outer = transaction.savepoint();
    const auto inner = transaction.savepoint();
  }

  const Transaction moved(std::move(transaction));
  EXPECT_EQ(moved.state(), TransactionState::lost);
}

}  // namespace
}  // namespace poolproof
