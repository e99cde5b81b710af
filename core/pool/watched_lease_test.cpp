// What is said of leases that are used as they must not be, and that nothing is said of others.

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>
#include <thread>

#include <poolproof/core/db/transaction_manager.h>
#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/fakes.h>

namespace poolproof {
namespace {

struct Misused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws what is said, with the name of the file before it, as long as it lives.
class ThrowingOnMisuse {
 public:
  ThrowingOnMisuse()
      : before_(set_ensure_handler([](std::source_location where, const std::string& sentence) {
          throw Misused(to_string(where) + ": " + sentence);
        })) {}
  ~ThrowingOnMisuse() { set_ensure_handler(before_); }
  ThrowingOnMisuse(const ThrowingOnMisuse&) = delete;
  ThrowingOnMisuse& operator=(const ThrowingOnMisuse&) = delete;

 private:
  EnsureHandler before_;
};

/// The line of whoever calls it.
std::string here(std::source_location where = std::source_location::current()) {
  return to_string(where);
}

std::string misuse_in(const std::function<void()>& act) {
  const ThrowingOnMisuse throwing;
  try {
    act();
  } catch (const Misused& misused) {
    return misused.what();
  }
  return "no misuse";
}

/// A session whose statements a test may take its time with.
class VisitedDatabase final : public DbClientFactory {
 public:
  std::function<void()> on_execute = [] {};

  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant) override {
    return std::make_unique<Session>(*this);
  }

 private:
  class Session final : public DbClient {
   public:
    explicit Session(VisitedDatabase& database) : database_(database) {}
    std::expected<ResultSet, DbError> execute(std::string_view, std::span<const Value>) override {
      database_.on_execute();
      ResultSet one({"n"});
      one.add({1});
      return one;
    }
    std::expected<void, DbError> ping() override { return {}; }
    std::expected<void, DbError> reset() override { return {}; }
    [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::sqlite; }

   private:
    VisitedDatabase& database_;
  };
};

struct WatchedLeaseTests : testing::Test {
  VisitedDatabase database;
  fakes::FakeClock clock;
  ConnectionPool pool{
      {.min_size = 0, .max_size = 1, .misuse_checks = MisuseChecks::on}, database, clock};
};

TEST_F(WatchedLeaseTests, AClientKeptPastItsLeaseIsFoundOutWhoeverHasTheSession) {
  std::optional<Lease> lease = std::move(*pool.acquire());
  const std::string taken = here();  // Of the line before, as the others.
  DbClient& kept = lease->client();
  const std::string asked = here();
  lease->release();
  const std::string released = here();
  const auto next = pool.acquire();

  const std::string said = misuse_in([&] { static_cast<void>(kept.execute("select 1", {})); });

  const auto line_before = [](const std::string& place) {
    const std::size_t colon = place.find(':');
    return place.substr(0, colon + 1) + std::to_string(std::stoi(place.substr(colon + 1)) - 1);
  };
  EXPECT_EQ(said, line_before(asked) +
                      ": the client that was asked for here was used by execute after the end of "
                      "its lease, taken at " +
                      line_before(taken) + " and released at " + line_before(released));
}

TEST_F(WatchedLeaseTests, SoIsOneWhoseLeaseWentOutOfScope) {
  DbClient* kept = nullptr;
  {
    const auto lease = pool.acquire();
    kept = &lease->client();
  }

  const std::string said = misuse_in([&] { static_cast<void>(kept->ping()); });

  EXPECT_TRUE(std::regex_match(
      said, std::regex("watched_lease_test\\.cpp:[0-9]+: the client that was asked for here was "
                       "used by ping after the end of its lease, taken at "
                       "watched_lease_test\\.cpp:[0-9]+")))
      << said;
}

TEST_F(WatchedLeaseTests, TwoThreadsAtOnceAreFoundOut) {
  const auto lease = pool.acquire();
  DbClient& client = lease->client();
  std::string said;
  database.on_execute = [&] {
    std::thread([&] {
      said = misuse_in([&] { static_cast<void>(lease->client().execute("select 2", {})); });
    }).join();
  };

  EXPECT_TRUE(client.execute("select 1", {}));

  EXPECT_TRUE(std::regex_match(
      said, std::regex("watched_lease_test\\.cpp:[0-9]+: the client that was asked for here was "
                       "used by execute while another thread, which asked for it at "
                       "watched_lease_test\\.cpp:[0-9]+, was in execute; it is that of the lease, "
                       "taken at watched_lease_test\\.cpp:[0-9]+")))
      << said;
}

TEST_F(WatchedLeaseTests, ALeaseThatEndsUnderAStatementIsFoundOut) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // What dies has threads.
  EXPECT_DEATH(
      {
        std::optional<Lease> lease = std::move(*pool.acquire());
        database.on_execute = [&] { std::thread([&] { lease->release(); }).join(); };
        static_cast<void>(lease->client().execute("select 1", {}));
      },
      "watched_lease_test\\.cpp:[0-9]+: a lease ended while execute was under way on its client, "
      "which was asked for at watched_lease_test\\.cpp:[0-9]+; it is the lease, taken at "
      "watched_lease_test\\.cpp:[0-9]+");
}

TEST_F(WatchedLeaseTests, OneThreadAfterTheOtherIsNoMisuse) {
  std::optional<Lease> lease = std::move(*pool.acquire());
  const std::string said = misuse_in([&] {
    EXPECT_TRUE(lease->client().execute("select 1", {}));
    std::thread([&] {
      EXPECT_TRUE(lease->client().execute("select 1", {}));
      lease->release();
    }).join();
    EXPECT_TRUE(pool.acquire()->client().ping());
  });

  EXPECT_EQ(said, "no misuse");
}

TEST_F(WatchedLeaseTests, ACallFromTheVisitorOfAStreamIsTheDriversToJudge) {
  const auto lease = pool.acquire();
  DbClient& client = lease->client();

  const std::string said = misuse_in([&] {
    EXPECT_TRUE(client.stream("select 1", {}, [&](RowView) { return client.ping().has_value(); }));
  });

  EXPECT_EQ(said, "no misuse");
}

TEST_F(WatchedLeaseTests, TransactionsAndReportsPassThrough) {
  TransactionManager transactions(pool);
  const std::string said = misuse_in([&] {
    EXPECT_TRUE(transactions.run([](Transaction& transaction) -> std::expected<void, DbError> {
      EXPECT_TRUE(transaction.execute("select 1", {}));
      return {};
    }));
    auto lease = pool.acquire();
    lease->report({DbErrorKind::connection_lost, "gone"});
  });

  EXPECT_EQ(said, "no misuse");
  EXPECT_EQ(pool.metrics().closes, 1U);
}

TEST_F(WatchedLeaseTests, ThousandsOfLeasesAreWatchedOneAfterTheOther) {
  const std::string said = misuse_in([&] {
    for (int i = 0; i < 5000; ++i)
      EXPECT_TRUE(pool.acquire()->client().execute("select 1", {}));
  });

  EXPECT_EQ(said, "no misuse");
}

TEST(UnwatchedLease, HandsOutTheSessionItself) {
  VisitedDatabase database;
  fakes::FakeClock clock;
  ConnectionPool pool({.min_size = 0, .max_size = 1, .misuse_checks = MisuseChecks::off}, database,
                      clock);

  const auto lease = pool.acquire();

  EXPECT_EQ(&lease->client(), lease->connection().client.get());
}

TEST(ReleasedLease, NamesTheLineOfItsUseAndOfItsReleaseInEveryBuild) {
  VisitedDatabase database;
  fakes::FakeClock clock;
  ConnectionPool pool({.min_size = 0, .max_size = 1, .misuse_checks = MisuseChecks::off}, database,
                      clock);
  auto lease = pool.acquire();
  lease->release();

  EXPECT_TRUE(std::regex_match(
      misuse_in([&] { static_cast<void>(lease->client()); }),
      std::regex("watched_lease_test\\.cpp:[0-9]+: a lease was used after it had been released at "
                 "watched_lease_test\\.cpp:[0-9]+")));
  EXPECT_TRUE(
      std::regex_match(misuse_in([&] { static_cast<void>((*lease)->ping()); }),
                       std::regex("lease\\.h:[0-9]+: a lease was used after it had been released "
                                  "at watched_lease_test\\.cpp:[0-9]+")));
  EXPECT_TRUE(
      std::regex_match(misuse_in([] { static_cast<void>(Lease().connection()); }),
                       std::regex("watched_lease_test\\.cpp:[0-9]+: a lease was used that holds "
                                  "no connection: it was moved from, or never held one")));
}

}  // namespace
}  // namespace poolproof
