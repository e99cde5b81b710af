#include <poolproof/core/db/result_set.h>

#include <gtest/gtest.h>

#include <stdexcept>

#include <poolproof/core/ensure.h>

namespace poolproof {
namespace {

struct FactDoesNotHold : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Turns a broken fact into an exception as long as it lives.
class ThrowOnMistake {
 public:
  ThrowOnMistake()
      : before_(set_ensure_handler([](std::source_location where, const std::string&) {
          throw FactDoesNotHold(where.function_name());
        })) {}
  ~ThrowOnMistake() { set_ensure_handler(before_); }
  ThrowOnMistake(const ThrowOnMistake&) = delete;
  ThrowOnMistake& operator=(const ThrowOnMistake&) = delete;

 private:
  EnsureHandler before_;
};

TEST(ResultSet, FindsValuesByRowAndColumn) {
  ResultSet result({"id", "name"});
  result.add({1, "Ada"});
  result.add({2, "Grace"});

  EXPECT_EQ(result.size(), 2U);
  EXPECT_EQ(result.at(1, "name"), Value("Grace"));
  EXPECT_EQ(result.find_column("name"), 1U);
  EXPECT_EQ(result.find_column("Name"), std::nullopt);
}

TEST(ResultSet, HasRowsToBeAssignedTo) {
  ResultSet result({"id", "name"});
  result.add({1, "Ada"});
  const auto row = result.add_row();
  EXPECT_EQ(row.size(), 2U);
  EXPECT_EQ(result.row(1).at("name"), Value());

  row[1] = Value("Grace");

  EXPECT_EQ(result.values(), (std::vector<Value>{1, "Ada", nullptr, "Grace"}));
}

TEST(ResultSet, CountsRowsThatHaveNoColumns) {
  ResultSet result(ResultSet::Columns{});
  result.add({});
  result.add({});

  EXPECT_EQ(result.size(), 2U);
  EXPECT_EQ(result.row(1).size(), 0U);
}

TEST(ResultSet, IsEmptyWhenItHasBeenMovedFrom) {
  ResultSet result({"id"});
  result.add({1});

  const ResultSet whole = std::move(result);

  EXPECT_EQ(whole.size(), 1U);
  EXPECT_EQ(result.size(), 0U);
  EXPECT_TRUE(result.columns().empty());
}

TEST(ResultSet, IsEqualToOneWithColumnsOfItsOwn) {
  const auto columns = std::make_shared<const ResultSet::Columns>(ResultSet::Columns{"id"});
  ResultSet one(columns), same(columns), other({"id"});
  one.add({1});
  same.add({1});
  other.add({1});

  EXPECT_EQ(one, same);
  EXPECT_EQ(one, other);
  other.add({2});
  EXPECT_NE(one, other);
}

TEST(ResultSet, RefusesARowOfAnotherLength) {
  const ThrowOnMistake mistakes;
  ResultSet result({"id", "name"});

  EXPECT_THROW(result.add({1}), FactDoesNotHold);
  EXPECT_TRUE(result.empty());
}

TEST(ResultSet, RefusesAPlaceItDoesNotHave) {
  const ThrowOnMistake mistakes;
  ResultSet result({"id"});
  result.add({1});

  EXPECT_THROW((void)result.at(1, "id"), FactDoesNotHold);
  EXPECT_THROW((void)result.at(0, "name"), FactDoesNotHold);
}

TEST(ResultSet, SaysHowManyRowsAStatementTouched) {
  EXPECT_EQ(ResultSet::of_affected(3).affected_rows(), 3U);
  EXPECT_TRUE(ResultSet::of_affected(3).empty());
}

/// What a user of the library would write.
struct User {
  std::int64_t id = 0;
  std::string name;
  std::optional<std::string> email;
  std::optional<double> score;
};

struct OnlyName {
  std::string name;
};

/// One field of each type that a column is read as.
struct Everything {
  bool is_true = false;
  std::int16_t integer = 0;
  double real = 0;
  float narrow = 0;
  std::string text;
  Blob blob;
  Timestamp timestamp;
  Decimal decimal;
  Value anything;
  std::optional<Blob> no_blob;
  std::optional<Timestamp> no_timestamp;
  std::optional<Decimal> no_decimal;
  std::optional<bool> no_boolean;
  std::optional<Value> no_value;
  std::optional<float> no_float;
  std::uint32_t last = 0;
};

ResultSet two_users() {
  ResultSet result({{"id", "int8"}, {"name", "text"}, {"email", "text"}, {"score", "float8"}});
  result.add({1, "Ada", "ada@example.org", 1.5});
  result.add({2, "Grace", nullptr, nullptr});
  return result;
}

/// The sentence of an error.
template <class T>
std::string sentence_of(const std::expected<T, DbError>& answer) {
  return answer.has_value() ? "no error" : to_string(answer.error());
}

TEST(RowView, GivesItsColumnsAsATuple) {
  ResultSet result({"id", "name"});
  result.add({42, "Ada"});

  const auto [id, name] = *result[0].as<int, std::string>();

  EXPECT_EQ(id, 42);
  EXPECT_EQ(name, "Ada");
}

TEST(RowView, GivesAStructWithOptionalFields) {
  const ResultSet result = two_users();

  const auto ada = result[0].into<User>().value();
  const auto grace = result[1].into<User>().value();

  EXPECT_EQ(ada.id, 1);
  EXPECT_EQ(ada.email, "ada@example.org");
  EXPECT_EQ(ada.score, 1.5);
  EXPECT_EQ(grace.name, "Grace");
  EXPECT_EQ(grace.email, std::nullopt);
  EXPECT_EQ(grace.score, std::nullopt);
}

TEST(RowView, GivesAStructOfOneFieldAndOfSixteen) {
  const std::vector<Column> columns(16, Column("column"));
  const std::vector<Value> values{true,        -7,        0.5,     0.25,    "text",  Blob{},
                                  Timestamp{}, Decimal{}, 1,       nullptr, nullptr, nullptr,
                                  nullptr,     nullptr,   nullptr, 9};
  const RowView wide(columns, values);
  const RowView narrow({columns.data(), 1}, {&values[4], 1});

  const auto everything = wide.into<Everything>();

  ASSERT_TRUE(everything.has_value()) << to_string(everything.error());
  EXPECT_EQ(everything->integer, -7);
  EXPECT_EQ(everything->anything, Value(1));
  EXPECT_EQ(everything->no_value, std::nullopt);
  EXPECT_EQ(everything->last, 9U);
  EXPECT_EQ(narrow.into<OnlyName>()->name, "text");
}

TEST(RowView, GivesOneValueByPlaceAndByName) {
  const ResultSet result = two_users();

  EXPECT_EQ(result[0].get<std::string>(1), "Ada");
  EXPECT_EQ(result[0].get<std::string>("name"), "Ada");
  EXPECT_EQ(result[1].get<std::optional<std::string>>("email").value(), std::nullopt);
  EXPECT_EQ(result[0].at(0), Value(1));
  EXPECT_EQ(result[0].at("id"), Value(1));
}

TEST(RowView, SaysWhichColumnIsNotThere) {
  const ResultSet result = two_users();

  EXPECT_EQ(sentence_of(result[0].get<int>("age")),
            "undefined_name: no column age; there are: id name email score");
  EXPECT_EQ(sentence_of(result[0].get<int>(4)),
            "undefined_name: no column 4; there are: id name email score");
}

TEST(RowView, SaysWhichColumnCannotBeRead) {
  const ResultSet result = two_users();

  EXPECT_EQ(sentence_of(result[0].get<int>("name")),
            "conversion: column name: a text cannot be read as integer: it is of another kind");
  EXPECT_EQ(sentence_of(result[1].as<int, std::string, std::string, double>()),
            "conversion: column email: a null cannot be read as text");
}

TEST(RowView, CountsTheFieldsBeforeItReads) {
  const ResultSet result = two_users();

  EXPECT_EQ(sentence_of(result[0].as<int>()),
            "conversion: a row of 4 columns cannot be read into 1 fields");
  EXPECT_EQ(sentence_of(result[0].into<OnlyName>()),
            "conversion: a row of 4 columns cannot be read into 1 fields");
}

TEST(ResultSet, GivesAllRowsAsStructs) {
  const auto users = two_users().into<User>().value();

  ASSERT_EQ(users.size(), 2U);
  EXPECT_EQ(users[0].name, "Ada");
  EXPECT_EQ(users[1].name, "Grace");
}

TEST(ResultSet, GivesTheFirstErrorOfItsRows) {
  ResultSet result({"name"});
  result.add({"Ada"});
  result.add({nullptr});
  result.add({7});

  EXPECT_EQ(sentence_of(result.into<OnlyName>()),
            "conversion: column name: a null cannot be read as text");
}

TEST(ResultSet, ShowsItsRowsInOrder) {
  std::vector<std::string> names;
  const ResultSet result = two_users();
  for (const RowView row : result)
    names.push_back(row.get<std::string>("name").value());

  EXPECT_EQ(names, (std::vector<std::string>{"Ada", "Grace"}));
  EXPECT_EQ(std::distance(result.begin(), result.end()), 2);
}

TEST(ResultSet, KeepsTheTypesOfItsColumnsInTheDatabasesWords) {
  EXPECT_EQ(two_users().columns()[0], Column("id", "int8"));
  EXPECT_EQ(two_users()[0].columns()[3].type, "float8");
}

TEST(ResultSet, MaySayHowManyRowsItTouchedAndReturnSome) {
  ResultSet result = two_users();
  result.set_affected_rows(2);

  EXPECT_EQ(result.affected_rows(), 2U);
  EXPECT_EQ(result.size(), 2U);
}

}  // namespace
}  // namespace poolproof
