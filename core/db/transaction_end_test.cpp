// Transactions that end otherwise than by commit() or rollback(), and clients that notice.

#include <gtest/gtest.h>

#include <poolproof/core/db/scripted_session.h>

namespace poolproof {
namespace {

using fakes::said;
using std::chrono::seconds;

const DbError timed_out{.kind = DbErrorKind::timed_out, .message = "too late"};

/// Its client says whether a transaction is open.
class WatchedSession : public fakes::ScriptedSession {
 public:
  explicit WatchedSession(Dialect dialect) {
    script.knows_transactions = true;
    script.dialect = dialect;
  }
};

TEST(TransactionEnd, DoomsWhatAnErrorHasEnded) {
  WatchedSession session(Dialect::sqlite);
  session.script.errors["insert or rollback"] = {.kind = DbErrorKind::unique_violation};
  session.script.ends_at = "insert or rollback";
  Transaction transaction = session.begin();
  EXPECT_EQ(said(transaction.execute("insert or rollback")), "unique_violation");

  EXPECT_EQ(said(transaction.execute("insert")),
            "transaction_aborted: only a rollback is possible after: unique_violation");
  EXPECT_EQ(said(transaction.commit()), "unique_violation");
  EXPECT_EQ(said(transaction.rollback()), "ok");
  EXPECT_EQ(session.sent(), "begin immediate; insert or rollback");
  EXPECT_TRUE(transaction.is_session_clean());
}

TEST(TransactionEnd, LetsAnErrorThatEndedNothingPass) {
  WatchedSession session(Dialect::sqlite);
  session.script.errors["insert"] = {.kind = DbErrorKind::unique_violation};
  Transaction transaction = session.begin();
  EXPECT_EQ(said(transaction.execute("insert")), "unique_violation");

  EXPECT_EQ(said(transaction.commit()), "ok");
}

TEST(TransactionEnd, AsksPostgresqlForARollbackAllTheSame) {
  WatchedSession session(Dialect::postgresql);
  session.script.errors["update"] = timed_out;
  session.script.ends_at = "update";
  session.script.errors["rollback"] = {.kind = DbErrorKind::connection_lost};
  Transaction transaction = session.begin();
  EXPECT_EQ(said(transaction.execute("update")), "timed_out: too late");

  EXPECT_EQ(said(transaction.rollback()), "connection_lost");
  EXPECT_FALSE(transaction.is_session_clean());
}

TEST(TransactionEnd, IsAmbiguousWhereAStatementHidIt) {
  const std::string told =
      "ambiguous_commit: a statement ended the transaction, which may have taken effect in: call";
  WatchedSession session(Dialect::postgresql);
  session.script.ends_at = "call";
  Transaction transaction = session.begin({.deadline = session.clock.now() + seconds(1)});
  EXPECT_EQ(said(transaction.execute("call")), told);

  EXPECT_EQ(said(transaction.execute("insert")), told);
  EXPECT_EQ(said(transaction.commit()), told);
  EXPECT_EQ(said(transaction.rollback()), told);
  EXPECT_EQ(session.sent(), "begin; call");
  EXPECT_FALSE(transaction.is_session_clean());
  EXPECT_EQ(session.script.deadline, Instant::max());
}

TEST(TransactionEnd, IsNoticedBeforeTheCommit) {
  WatchedSession session(Dialect::postgresql);
  Transaction transaction = session.begin();
  EXPECT_EQ(said(transaction.execute("insert")), "ok");
  EXPECT_EQ(said(session.client().execute("rollback", {})), "ok");

  EXPECT_EQ(said(transaction.commit()),
            "ambiguous_commit: other users of the session ended the transaction, which may have "
            "taken effect");
  EXPECT_EQ(transaction.state(), TransactionState::ambiguous);
  EXPECT_EQ(session.sent(), "begin; insert; rollback");
}

TEST(TransactionEnd, IsNoticedBeforeWhatWouldTakeEffectAtOnce) {
  const std::string told =
      "ambiguous_commit: other users of the session ended the transaction, which may have taken "
      "effect";
  WatchedSession session(Dialect::postgresql);
  Transaction transaction = session.begin();
  EXPECT_EQ(said(session.client().execute("commit", {})), "ok");

  EXPECT_EQ(said(transaction.execute("insert")), told);
  EXPECT_EQ(said(transaction.savepoint()), told);
  EXPECT_EQ(session.sent(), "begin; commit");
}

TEST(TransactionEnd, LetsSqliteWriteAgainWhoeverBroughtItAbout) {
  WatchedSession session(Dialect::sqlite);
  Transaction transaction = session.begin({.is_read_only = true});
  EXPECT_EQ(said(session.client().execute("rollback", {})), "ok");

  EXPECT_EQ(transaction.commit().error().kind, DbErrorKind::ambiguous_commit);
  EXPECT_EQ(session.sent(),
            "begin deferred; pragma query_only = on; rollback; pragma query_only = off");
}

TEST(TransactionEnd, IsNoticedByAStreamToo) {
  WatchedSession session(Dialect::postgresql);
  session.script.ends_at = "call";
  Transaction transaction = session.begin();

  const auto shown = transaction.stream("call", {}, [](RowView) { return true; });
  EXPECT_EQ(shown.error().kind, DbErrorKind::ambiguous_commit);
  EXPECT_EQ(transaction.state(), TransactionState::ambiguous);
}

TEST(TransactionEnd, IsNotLeftToAStreamEither) {
  WatchedSession session(Dialect::postgresql);
  Transaction transaction = session.begin();

  const auto shown = transaction.stream("/**/commit", {}, [](RowView) { return true; });
  EXPECT_EQ(shown.error().kind, DbErrorKind::misuse);
  EXPECT_EQ(session.sent(), "begin");
}

TEST(TransactionEnd, ACommitThatOnlyWaitedIsNotAmbiguous) {
  WatchedSession session(Dialect::sqlite);
  session.script.errors["commit"] = timed_out;
  {
    Transaction transaction = session.begin({.deadline = session.clock.now() + seconds(1)});
    EXPECT_EQ(said(transaction.commit()), "timed_out: too late");
    EXPECT_EQ(transaction.state(), TransactionState::doomed);
  }
  EXPECT_EQ(session.sent(), "begin immediate; commit; rollback");
  EXPECT_EQ(session.script.deadline, Instant::max());
}

TEST(TransactionEnd, ACommitThatWasGivenUpIsAmbiguousAndLeavesNoDeadline) {
  WatchedSession session(Dialect::postgresql);
  session.script.errors["commit"] = timed_out;
  session.script.ends_at = "commit";
  Transaction transaction = session.begin({.deadline = session.clock.now() + seconds(1)});

  EXPECT_EQ(said(transaction.commit()),
            "ambiguous_commit: whether the commit took effect is not known: timed_out: too late");
  EXPECT_EQ(session.script.deadline, Instant::max());
}

TEST(TransactionEnd, ALostSessionLeavesNoDeadline) {
  WatchedSession session(Dialect::postgresql);
  session.script.errors["rollback"] = {.kind = DbErrorKind::connection_lost};
  {
    const Transaction transaction = session.begin({.deadline = session.clock.now() + seconds(1)});
  }
  EXPECT_EQ(session.script.deadline, Instant::max());
}

TEST(TransactionEnd, IsARollbackWherePostgresqlCalledItAMisuse) {
  WatchedSession session(Dialect::postgresql);
  session.script.errors["one; two"] = {.kind = DbErrorKind::misuse, .code = "42601"};
  Transaction transaction = session.begin();
  EXPECT_EQ(said(transaction.execute("one; two")), "misuse (42601)");

  EXPECT_EQ(transaction.state(), TransactionState::failed);
  EXPECT_EQ(said(transaction.commit()), "misuse (42601)");
}

TEST(TransactionEnd, KeepsItsFirstFailureBeyondTheDeadline) {
  WatchedSession session(Dialect::postgresql);
  session.script.errors["insert"] = {.kind = DbErrorKind::read_only, .message = "a standby"};
  Transaction transaction = session.begin({.deadline = session.clock.now() + seconds(1)});
  Savepoint point = transaction.savepoint().value();
  EXPECT_EQ(said(transaction.execute("insert")), "read_only: a standby");
  session.clock.advance(seconds(1));

  EXPECT_EQ(said(point.rollback()), "timed_out: the transaction's deadline has passed");
  EXPECT_EQ(to_string(*transaction.failure()), "read_only: a standby");
}

TEST(TransactionEnd, LeavesASessionCleanThatItCameTooLateFor) {
  WatchedSession session(Dialect::postgresql);

  EXPECT_TRUE(is_session_clean_after(deadline_has_passed(), session.client()));
  EXPECT_FALSE(is_session_clean_after(timed_out, session.client()));
}

TEST(TransactionEnd, KeepsWhatTheDatabaseAnswered) {
  WatchedSession session(Dialect::mysql);
  session.script.errors["insert"] = {DbErrorKind::unique_violation, "the first"};
  session.script.errors["update"] = {.kind = DbErrorKind::busy};
  Transaction transaction = session.begin();
  for (const char* const sql : {"insert", "update", "insert", "commit"})
    static_cast<void>(transaction.execute(sql));
  EXPECT_EQ(said(transaction.rollback()), "ok");

  ASSERT_EQ(transaction.errors().size(), 2U);
  EXPECT_EQ(to_string(transaction.errors()[0]), "unique_violation: the first");
  EXPECT_EQ(transaction.errors()[1].kind, DbErrorKind::busy);
}

}  // namespace
}  // namespace poolproof
