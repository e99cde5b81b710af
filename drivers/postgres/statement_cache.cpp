#include <poolproof/drivers/postgres/statement_cache.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace poolproof::postgres {
namespace {

bool goes_with(const std::vector<Oid>& types, std::span<const Value> parameters) noexcept {
  if (types.size() != parameters.size()) return false;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (!parameters[i].is_null() && type_of(parameters[i]) != types[i]) return false;
  }
  return true;
}

}  // namespace

KnownStatement* StatementCache::find(std::string_view sql, std::span<const Value> parameters) {
  if (!statements_.empty() && statements_.front().sql == sql &&
      goes_with(statements_.front().types, parameters)) {
    return &statements_.front();
  }
  const auto [begin, end] = by_text_.equal_range(sql);
  for (auto at = begin; at != end; ++at) {
    const Place place = at->second;
    if (!goes_with(place->types, parameters)) continue;
    statements_.splice(statements_.begin(), statements_, place);
    return &*place;
  }
  return nullptr;
}

std::string StatementCache::take_oldest() {
  const Place oldest = std::prev(statements_.end());
  const auto [begin, end] = by_text_.equal_range(oldest->sql);
  by_text_.erase(std::find_if(begin, end, [&](const auto& at) { return at.second == oldest; }));
  std::string name = oldest->is_prepared ? std::move(oldest->name) : std::string();
  statements_.erase(oldest);
  return name;
}

KnownStatement& StatementCache::add(KnownStatement statement) {
  statements_.push_front(std::move(statement));
  by_text_.emplace(statements_.front().sql, statements_.begin());
  return statements_.front();
}

std::vector<std::string> StatementCache::take_prepared() {
  std::vector<std::string> names;
  for (KnownStatement& statement : statements_) {
    if (std::exchange(statement.is_prepared, false)) names.push_back(statement.name);
  }
  return names;
}

}  // namespace poolproof::postgres
