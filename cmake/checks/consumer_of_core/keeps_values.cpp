// Values in the ways that people keep them, none of which may warn where warnings are errors.
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <poolproof/core/db/query_builder.h>

using poolproof::Value;

// Not in an unnamed namespace, where each would be called once and so compiled in another way.
std::vector<Value> numbers(int count) {
  std::vector<Value> values;
  for (int n = 0; n < count; ++n)
    values.push_back(n);
  return values;
}

std::vector<Value> texts(const std::vector<std::optional<std::string>>& given) {
  std::vector<Value> values;
  for (const auto& text : given)
    values.push_back(text);
  values.emplace_back("last");
  return values;
}

std::vector<std::vector<Value>> rows(int count) {
  std::vector<std::vector<Value>> all;
  for (int n = 0; n < count; ++n)
    all.push_back({n, "name", nullptr, true, std::string("text"), 1.5});
  return all;
}

std::vector<Value> in_front(int count) {
  std::vector<Value> values(1);
  for (int n = 0; n < count; ++n) {
    const Value value(n);
    values.insert(values.begin(), value);
    values.back() = Value(1.5);
  }
  values.erase(values.begin());
  return values;
}

Value one_of_two(bool is_number) {
  Value one, other("text");
  if (is_number)
    one = 7;
  else
    one = std::string("seven");
  std::swap(one, other);
  return other;
}

std::map<std::string, Value> by_name(int count) {
  std::map<std::string, Value> values;
  for (int n = 0; n < count; ++n)
    values[std::to_string(n)] = n;
  return values;
}

int main() {
  const poolproof::QueryBuilder query(poolproof::Dialect::sqlite);
  const auto statement = query.select("id").from("t").where("id = $1", 7).to_sql();
  const bool is_right = statement && statement->parameters == std::vector<Value>{7} &&
                        numbers(9).back() == Value(8) && texts({"a", {}}).at(1).is_null() &&
                        rows(3).back().front() == Value(2) && in_front(2).size() == 2 &&
                        one_of_two(true) == Value(7) && by_name(2).at("1") == Value(1);
  return is_right ? EXIT_SUCCESS : EXIT_FAILURE;
}
