// What becomes of sessions in a child of the process that opened them: docs/fork.md.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <poolproof/drivers/postgres/server_for_test.h>

namespace poolproof::postgres {
namespace {

template <class Body>
int in_child(Body&& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(PostgresFork, ASessionRefusesToWorkInAChild) {
  const auto client = connect_for_test();
  const int code = in_child([&] {
    const auto answer = client->execute("select 1", {});
    const bool is_refused =
        !answer && to_string(answer.error()) ==
                       "connection_lost: the session belongs to the process that this one was "
                       "forked from: open another in: select 1";
    if (!is_refused) return 1;
    if (client->ping() || client->reset()) return 2;
    return client->is_known_dead() ? 0 : 3;
  });

  EXPECT_EQ(code, 0);
  EXPECT_FALSE(client->is_known_dead());
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
}

TEST(PostgresFork, AChildThatDropsASessionLeavesTheParentsAlone) {
  auto client = connect_for_test();
  answer(*client, "create table forked(n int4)");
  answer(*client, "begin");
  answer(*client, "insert into forked values (1)");
  const Value process = value_of(*client, "select pg_backend_pid()");
  const int code = in_child([&] {
    client.reset();
    return 0;
  });

  EXPECT_EQ(code, 0);
  EXPECT_EQ(value_of(*client, "select pg_backend_pid()"), process);
  answer(*client, "commit");
  EXPECT_EQ(value_of(*client, "select count(*) from forked"), Value(1));
}

TEST(PostgresFork, AChildOpensSessionsOfItsOwn) {
  PostgresFactory factory({.address = address_for_test()}, clock_for_test());
  const auto client = std::move(factory.connect(Instant::max()).value());
  answer(*client, "create table forked_too(n int4)");
  const int code = in_child([&] {
    const auto own = factory.connect(Instant::max());
    return own && (*own)->execute("insert into forked_too values (1)", {}) ? 0 : 1;
  });

  EXPECT_EQ(code, 0);
  EXPECT_EQ(value_of(*client, "select count(*) from forked_too"), Value(1));
}

}  // namespace
}  // namespace poolproof::postgres
