#include <gtest/gtest.h>

#include <limits>

#include <poolproof/drivers/postgres/server_for_test.h>

namespace poolproof::postgres {
namespace {

TEST(PostgresValues, EveryKindComesBackAsItWent) {
  const auto client = connect_for_test();
  for (const Value& value :
       {Value(true), Value(42), Value(std::numeric_limits<std::int64_t>::min()), Value(0.1),
        Value("it's"), Value(Blob{std::byte{0}, std::byte{255}}), Value(Blob{}),
        Value(Timestamp(std::chrono::microseconds(-1))), Value(*Decimal::parse("-12.50")),
        Value()}) {
    EXPECT_EQ(value_of(*client, "select $1", {value}), value) << to_string(value);
  }
}

}  // namespace
}  // namespace poolproof::postgres
