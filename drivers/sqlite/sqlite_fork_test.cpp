// What becomes of sessions in a child of the process that opened them: docs/fork.md.

#include <sys/wait.h>
#include <unistd.h>

#include <poolproof/drivers/sqlite/sqlite_test_database.h>

namespace poolproof {
namespace {

/// The exit code of a child that has run `body`, whose answer it is.
template <class Body>
int in_child(Body&& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class SqliteFork : public testing::Test {
 protected:
  SqliteFork() { (void)client_->execute("create table t (n integer)", {}); }

  [[nodiscard]] std::string count() {
    const TestSession other(std::move(factory_.connect(Instant::max()).value()));
    return to_string(other.ask("select count(*) from t"));
  }

  TemporaryFolder folder_;
  SteadyClock clock_;
  SqliteFactory factory_{{.path = folder_.file("test.db"), .busy_timeout = milliseconds(20)},
                         clock_};
  std::unique_ptr<DbClient> client_ = std::move(factory_.connect(Instant::max()).value());
};

TEST_F(SqliteFork, ASessionRefusesToWorkInAChild) {
  const int code = in_child([&] {
    const auto answer = client_->execute("select 1", {});
    const bool is_refused =
        !answer && to_string(answer.error()) ==
                       "connection_lost: the session belongs to the process that this one was "
                       "forked from: open another in: select 1";
    if (!is_refused) return 1;
    if (client_->ping() || client_->reset()) return 2;
    return client_->is_known_dead() ? 0 : 3;
  });

  EXPECT_EQ(code, 0);
  EXPECT_FALSE(client_->is_known_dead());
  EXPECT_TRUE(client_->execute("insert into t values (1)", {}));
}

TEST_F(SqliteFork, AChildThatDropsASessionLeavesTheParentsTransactionAndLocksAlone) {
  ASSERT_TRUE(client_->execute("begin immediate", {}));
  ASSERT_TRUE(client_->execute("insert into t values (1)", {}));
  const int code = in_child([&] {
    client_.reset();
    return 0;
  });

  EXPECT_EQ(code, 0);
  const auto other = std::move(factory_.connect(Instant::max()).value());
  EXPECT_EQ(other->execute("insert into t values (2)", {}).error().kind, DbErrorKind::busy);
  EXPECT_TRUE(client_->execute("commit", {}));
  EXPECT_EQ(count(), "1");
}

TEST_F(SqliteFork, AChildOpensSessionsOfItsOwn) {
  ASSERT_TRUE(client_->execute("begin immediate", {}));
  const int while_parent_writes = in_child([&] {
    const auto own = factory_.connect(Instant::max());
    if (!own) return 1;
    const auto refused = (*own)->execute("insert into t values (2)", {});
    return !refused && refused.error().kind == DbErrorKind::busy ? 0 : 2;
  });
  ASSERT_TRUE(client_->execute("commit", {}));
  const int afterwards = in_child([&] {
    const auto own = factory_.connect(Instant::max());
    return own && (*own)->execute("insert into t values (3)", {}) ? 0 : 1;
  });

  EXPECT_EQ(while_parent_writes, 0);
  EXPECT_EQ(afterwards, 0);
  EXPECT_EQ(count(), "1");
}

}  // namespace
}  // namespace poolproof
