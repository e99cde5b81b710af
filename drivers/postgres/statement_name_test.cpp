#include <gtest/gtest.h>

#include <set>
#include <vector>

#include <poolproof/drivers/postgres/postgres_types.h>
#include <poolproof/drivers/postgres/statement_name.h>

namespace poolproof::postgres {
namespace {

std::string digest_of(std::string_view bytes) {
  std::string text;
  for (const std::uint8_t byte : sha256(bytes)) {
    text += "0123456789abcdef"[byte >> 4U];
    text += "0123456789abcdef"[byte & 15U];
  }
  return text;
}

TEST(StatementName, HashesAsTheStandardSays) {
  EXPECT_EQ(digest_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(digest_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(digest_of(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(StatementName, IsTheSameForTheSameTextAndTypes) {
  const std::vector<Oid> types{oid_int8, oid_unknown};
  EXPECT_EQ(statement_name("select $1, $2", types), statement_name("select $1, $2", types));
  EXPECT_EQ(statement_name("select 1", {}), "poolproof_1de26dba5793d01a13c3787e9b247bc2");
}

TEST(StatementName, IsAnotherForEveryOtherTextOrTypes) {
  std::set<std::string> names;
  const std::vector<std::vector<Oid>> lists{
      {}, {oid_int8}, {oid_unknown}, {oid_int8, oid_int8}, {oid_int8, oid_unknown}};
  for (const char* sql : {"", "select 1", "select 1 ", "SELECT 1", "select $1"}) {
    for (const auto& types : lists)
      names.insert(statement_name(sql, types));
  }
  EXPECT_EQ(names.size(), 25U);
}

TEST(StatementName, IsShortEnoughForAServerToKeepAllOfIt) {
  EXPECT_EQ(statement_name(std::string(10'000, 'x'), {}).size(), 42U);
}

}  // namespace
}  // namespace poolproof::postgres
