#include <poolproof/core/db/transaction.h>

#include <gtest/gtest.h>

#include <poolproof/core/db/scripted_session.h>

namespace poolproof {
namespace {

using fakes::said;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Session = fakes::ScriptedSession;
using Lines = std::vector<std::string>;

const DbError conflict{.kind = DbErrorKind::serialization_failure, .message = "try again"};
const DbError rejected{.kind = DbErrorKind::rejected, .message = "no"};
const DbError lost{.kind = DbErrorKind::connection_lost, .message = "gone"};

Lines begun_by(Dialect dialect, const TransactionOptions& options) {
  const auto statements = statements_to_begin(dialect, options);
  return statements ? *statements : Lines{to_string(statements.error())};
}

TEST(IsolationLevel, IsNamedAsSqlDoes) {
  EXPECT_EQ(to_string(Isolation::repeatable_read), "repeatable read");
  EXPECT_EQ(to_string(Isolation::server_default), "server default");
}

TEST(TransactionBegin, SaysEachOptionInPostgresqlsWords) {
  EXPECT_EQ(begun_by(Dialect::postgresql, {}), Lines{"begin"});
  EXPECT_EQ(begun_by(Dialect::postgresql, {.isolation = Isolation::read_committed}),
            Lines{"begin isolation level read committed"});
  EXPECT_EQ(begun_by(Dialect::postgresql, {.isolation = Isolation::serializable,
                                           .is_read_only = true,
                                           .is_deferrable = true}),
            Lines{"begin isolation level serializable read only deferrable"});
}

TEST(TransactionBegin, SetsMysqlsLevelBeforeItStarts) {
  EXPECT_EQ(begun_by(Dialect::mysql, {}), Lines{"start transaction"});
  EXPECT_EQ(
      begun_by(Dialect::mysql, {.isolation = Isolation::repeatable_read, .is_read_only = true}),
      (Lines{"set transaction isolation level repeatable read", "start transaction read only"}));
}

TEST(TransactionBegin, TakesSqlitesWriteLockAtOnceUnlessItOnlyReads) {
  EXPECT_EQ(begun_by(Dialect::sqlite, {.isolation = Isolation::serializable}),
            Lines{"begin immediate"});
  EXPECT_EQ(begun_by(Dialect::sqlite, {.is_read_only = true}),
            (Lines{"begin deferred", "pragma query_only = on"}));
}

TEST(TransactionBegin, RefusesDeferrableWhereThereIsNoSuchThing) {
  EXPECT_EQ(begun_by(Dialect::sqlite, {.is_deferrable = true}),
            Lines{"misuse: sqlite has no deferrable transactions"});
  EXPECT_EQ(begun_by(Dialect::mysql, {.is_deferrable = true}),
            Lines{"misuse: mysql has no deferrable transactions"});
}

TEST(TransactionBegin, SendsNothingOnceItsDeadlineHasPassed) {
  Session session;

  EXPECT_EQ(session.failed_begin({.deadline = session.clock.now()}),
            "timed_out: the transaction's deadline has passed");
  EXPECT_EQ(session.sent(), "");
}

TEST(TransactionBegin, LeavesNoDeadlineBehindWhenItFails) {
  Session session;
  session.script.errors["begin"] = lost;

  EXPECT_EQ(session.failed_begin({.deadline = session.clock.now() + seconds(1)}),
            "connection_lost: gone");
  EXPECT_EQ(session.sent(), "begin");
  EXPECT_EQ(session.script.deadline, Instant::max());
}

TEST(TransactionBegin, RefusesASessionThatIsInATransactionAlready) {
  Session session;
  session.script.knows_transactions = true;
  const Instant deadline = session.clock.now() + seconds(1);
  Transaction outer = session.begin({.deadline = deadline});

  EXPECT_EQ(session.failed_begin(),
            "misuse: the session is in a transaction already: use nested() within it");
  EXPECT_EQ(session.script.deadline, deadline);
  EXPECT_EQ(said(outer.commit()), "ok");
  EXPECT_EQ(session.sent(), "begin; commit");
}

TEST(TransactionBegin, LeavesNothingBehindWhenItFailsHalfWay) {
  Session session;
  session.script.dialect = Dialect::sqlite;
  session.script.errors["pragma query_only = on"] = rejected;

  EXPECT_EQ(session.failed_begin({.is_read_only = true}), "rejected: no");
  EXPECT_EQ(session.sent(),
            "begin deferred; pragma query_only = on; rollback; pragma query_only = off");
  EXPECT_EQ(session.script.deadline, Instant::max());
}

TEST(TransactionBegin, LosesASessionThatItCannotLeaveAsItWas) {
  for (const std::string_view undo : {"rollback", "pragma query_only = off"}) {
    Session session;
    session.script.dialect = Dialect::sqlite;
    session.script.errors["pragma query_only = on"] = rejected;
    session.script.errors[std::string(undo)] = conflict;

    EXPECT_EQ(session.failed_begin({.is_read_only = true}), "connection_lost: no");
  }
}

TEST(TransactionBegin, SaysWhatWasAnsweredWhereThatSaysEnoughOfTheSession) {
  Session session;
  session.script.knows_transactions = true;
  session.script.errors["begin"] = {.kind = DbErrorKind::read_only, .message = "a standby"};
  session.script.takes_effect = "begin";
  session.script.errors["rollback"] = rejected;

  EXPECT_EQ(session.failed_begin(), "read_only: a standby");
}

TEST(TransactionBegin, TakesBackWhatTookEffectAlthoughItFailed) {
  Session session;
  session.script.knows_transactions = true;
  session.script.errors["begin"] = {.kind = DbErrorKind::timed_out, .message = "too late"};
  session.script.takes_effect = "begin";

  EXPECT_EQ(session.failed_begin(), "timed_out: too late");
  EXPECT_EQ(session.sent(), "begin; rollback");
}

TEST(Transaction, RollsBackUnlessCommitted) {
  Session session;
  {
    Transaction transaction = session.begin();
    EXPECT_EQ(said(transaction.execute("insert")), "ok");
  }
  EXPECT_EQ(session.sent(), "begin; insert; rollback");
}

TEST(Transaction, KeepsWhatWasCommitted) {
  Session session;
  {
    Transaction transaction = session.begin();
    EXPECT_EQ(said(transaction.commit()), "ok");
    EXPECT_TRUE(transaction.is_session_clean());
  }
  EXPECT_EQ(session.sent(), "begin; commit");
}

TEST(Transaction, MovesWithItsDuties) {
  Session session;
  {
    Transaction first = session.begin();
    const Transaction second = std::move(first);
  }
  EXPECT_EQ(session.sent(), "begin; rollback");
}

TEST(Transaction, IsOfNoUseOnceMovedAway) {
  const std::string told =
      "misuse: the transaction was moved away: what became of it is not known here";
  Session session;
  Transaction first = session.begin();
  Transaction second = std::move(first);

  EXPECT_EQ(first.state(), TransactionState::moved_away);
  EXPECT_EQ(said(first.execute("insert")), told);
  EXPECT_EQ(said(first.commit()), told);
  EXPECT_EQ(said(first.rollback()), told);
  EXPECT_FALSE(first.is_session_clean());
  EXPECT_EQ(said(second.commit()), "ok");
  EXPECT_EQ(session.sent(), "begin; commit");
}

TEST(Transaction, SetsTheDeadlineForItsStatementsAndTakesItBack) {
  Session session;
  const Instant deadline = session.clock.now() + seconds(1);
  Transaction transaction = session.begin({.deadline = deadline});
  EXPECT_EQ(session.script.deadline, deadline);

  EXPECT_EQ(said(transaction.commit()), "ok");
  EXPECT_EQ(session.script.deadline, Instant::max());
}

TEST(Transaction, LeavesTheClientsDeadlineWhereItHasNone) {
  Session session;
  const Instant deadline = session.clock.now() + seconds(1);
  session.client().set_deadline(deadline);
  Transaction transaction = session.begin();
  EXPECT_EQ(session.script.deadline, deadline);

  EXPECT_EQ(said(transaction.commit()), "ok");
  EXPECT_EQ(session.script.deadline, deadline);
}

TEST(Transaction, SendsNeitherStatementNorCommitAfterItsDeadline) {
  Session session;
  Transaction transaction = session.begin({.deadline = session.clock.now() + seconds(1)});
  session.clock.advance(seconds(1));

  EXPECT_EQ(said(transaction.commit()), "timed_out: the transaction's deadline has passed");
  EXPECT_EQ(said(transaction.execute("insert")),
            "transaction_aborted: only a rollback is possible after: timed_out: the transaction's "
            "deadline has passed");
  EXPECT_EQ(session.sent(), "begin");
}

TEST(Transaction, GivesARollbackItsOwnTime) {
  Session session;
  const Instant deadline = session.clock.now() + seconds(1);
  Transaction transaction =
      session.begin({.deadline = deadline, .rollback_timeout = milliseconds(20)});
  session.clock.advance(seconds(5));
  Instant seen{};
  session.script.on_statement = [&] { seen = session.script.deadline; };

  EXPECT_EQ(said(transaction.rollback()), "ok");
  EXPECT_EQ(seen, session.clock.now() + milliseconds(20));
  EXPECT_EQ(said(transaction.rollback()), "ok");  // Nothing to do.
  EXPECT_EQ(session.sent(), "begin; rollback");
}

TEST(Transaction, RefusesWhatComesAfterItsEnd) {
  Session session;
  Transaction transaction = session.begin();
  EXPECT_EQ(said(transaction.commit()), "ok");

  EXPECT_EQ(said(transaction.execute("insert")), "misuse: the transaction has ended");
  EXPECT_EQ(said(transaction.commit()), "misuse: the transaction has ended");
  EXPECT_EQ(said(transaction.rollback()), "misuse: the transaction has ended");
}

TEST(Transaction, RefusesStatementsThatWouldEndItBehindItsBack) {
  Session session;
  Transaction transaction = session.begin();

  EXPECT_EQ(said(transaction.execute(" COMMIT")),
            "misuse: use commit(), rollback() or savepoint() instead in:  COMMIT");
  EXPECT_EQ(said(transaction.execute("committed")), "ok");
  EXPECT_EQ(said(transaction.commit()), "ok");  // The database saw no mistake.
}

TEST(Transaction, InPostgresqlOnlyARollbackIsPossibleAfterAnError) {
  Session session;
  session.script.errors["insert"] = rejected;
  Transaction transaction = session.begin();
  EXPECT_EQ(said(transaction.execute("insert")), "rejected: no");

  EXPECT_EQ(said(transaction.execute("select")),
            "transaction_aborted: only a rollback is possible after: rejected: no");
  EXPECT_EQ(said(transaction.commit()), "rejected: no");
  EXPECT_EQ(said(transaction.rollback()), "ok");
  EXPECT_EQ(session.sent(), "begin; insert; rollback");
}

TEST(Transaction, ElsewhereAnErrorEndsItsStatementOnly) {
  Session session;
  session.script.dialect = Dialect::mysql;
  session.script.errors["insert"] = rejected;
  Transaction transaction = session.begin();
  EXPECT_EQ(said(transaction.execute("insert")), "rejected: no");

  EXPECT_EQ(said(transaction.commit()), "ok");
}

TEST(Transaction, NowhereDoesOneThatLostGoOn) {
  Session session;
  session.script.dialect = Dialect::mysql;
  session.script.errors["update"] = {.kind = DbErrorKind::deadlock};
  Transaction transaction = session.begin();
  EXPECT_EQ(said(transaction.execute("update")), "deadlock");

  // In MySQL it would take effect at once: the deadlock has ended the transaction.
  EXPECT_EQ(said(transaction.execute("insert")),
            "transaction_aborted: only a rollback is possible after: deadlock");
  EXPECT_EQ(said(transaction.commit()), "deadlock");
}

TEST(Transaction, ACommitWhoseAnswerWasLostIsAmbiguous) {
  for (const DbErrorKind kind : {DbErrorKind::connection_lost, DbErrorKind::timed_out}) {
    Session session;
    session.script.errors["commit"] = {.kind = kind, .message = "gone"};
    Transaction transaction = session.begin();

    EXPECT_EQ(said(transaction.commit()),
              "ambiguous_commit: whether the commit took effect is not known: " +
                  std::string(to_string(kind)) + ": gone");
    EXPECT_FALSE(transaction.is_session_clean());
    EXPECT_EQ(said(transaction.rollback()),
              "ambiguous_commit: the transaction's session was lost during its commit");
    EXPECT_EQ(session.sent(), "begin; commit");
  }
}

TEST(Transaction, AnAmbiguousCommitSaysEverythingOnce) {
  Session session;
  session.script.errors["commit"] = {.kind = DbErrorKind::ambiguous_commit,
                                     .message = "terminated by an administrator",
                                     .code = "57P01",
                                     .statement = "commit"};
  Transaction transaction = session.begin();

  EXPECT_EQ(said(transaction.commit()),
            "ambiguous_commit (57P01): whether the commit took effect is not known: terminated by "
            "an administrator in: commit");
}

TEST(Transaction, ACommitDuringWhichTheClientThrewIsAmbiguous) {
  Session session;
  session.script.throws_at = "commit";
  Transaction transaction = session.begin();

  EXPECT_EQ(said(transaction.commit()),
            "ambiguous_commit: whether the commit took effect is not known: exception: the driver "
            "fell over");
  EXPECT_EQ(transaction.state(), TransactionState::ambiguous);
}

TEST(Transaction, ACommitThatTheServerRefusedIsNot) {
  Session session;
  session.script.errors["commit"] = conflict;
  Transaction transaction = session.begin();

  EXPECT_EQ(said(transaction.commit()), "serialization_failure: try again");
  EXPECT_EQ(said(transaction.rollback()), "ok");
  EXPECT_TRUE(transaction.is_session_clean());
}

TEST(Transaction, ARollbackThatFailedLosesTheSession) {
  Session session;
  session.script.errors["rollback"] = rejected;
  Transaction transaction = session.begin();

  EXPECT_EQ(said(transaction.rollback()), "rejected: no");
  EXPECT_EQ(transaction.state(), TransactionState::lost);
  EXPECT_FALSE(transaction.is_session_clean());
}

TEST(Transaction, AStatementThatLostTheSessionLeavesNothingToRollBack) {
  Session session;
  session.script.errors["insert"] = lost;
  {
    Transaction transaction = session.begin();
    EXPECT_EQ(said(transaction.execute("insert")), "connection_lost: gone");
    EXPECT_EQ(said(transaction.commit()),
              "connection_lost: the transaction's session was lost before");
  }
  EXPECT_EQ(session.sent(), "begin; insert");
}

TEST(Transaction, SqliteMayWriteAgainAfterOneThatOnlyRead) {
  Session session;
  session.script.dialect = Dialect::sqlite;
  Transaction transaction = session.begin({.is_read_only = true});

  EXPECT_EQ(said(transaction.commit()), "ok");
  EXPECT_EQ(session.sent(),
            "begin deferred; pragma query_only = on; commit; pragma query_only = off");
  EXPECT_TRUE(transaction.is_session_clean());
}

TEST(Transaction, ASessionThatStaysReadOnlyIsNotClean) {
  Session session;
  session.script.dialect = Dialect::sqlite;
  session.script.errors["pragma query_only = off"] = rejected;
  Transaction transaction = session.begin({.is_read_only = true});

  EXPECT_EQ(said(transaction.commit()), "ok");
  EXPECT_FALSE(transaction.is_session_clean());
}

TEST(Transaction, SqliteMayWriteAgainAfterARollbackThatFailed) {
  Session session;
  session.script.dialect = Dialect::sqlite;
  session.script.errors["rollback"] = rejected;
  Transaction transaction = session.begin({.is_read_only = true});

  EXPECT_EQ(said(transaction.rollback()), "rejected: no");
  EXPECT_EQ(session.sent(),
            "begin deferred; pragma query_only = on; rollback; pragma query_only = off");
  EXPECT_FALSE(transaction.is_session_clean());
}

TEST(Transaction, StreamsAndLetsPassWhatTheVisitorThrows) {
  Session session;
  Transaction transaction = session.begin();
  EXPECT_EQ(transaction.stream("select", {}, [](RowView) { return true; }), 0U);

  session.script.errors["select"] = rejected;
  const auto failed = transaction.stream("select", {}, [](RowView) { return true; });
  EXPECT_EQ(failed.error().kind, DbErrorKind::rejected);
  EXPECT_EQ(transaction.state(), TransactionState::failed);
}

}  // namespace
}  // namespace poolproof
