#include <poolproof/drivers/postgres/statement_cache.h>

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

PreparedStatement* StatementCache::find(std::string_view sql, std::span<const Value> parameters) {
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
  std::string name = std::move(oldest->name);
  erase(oldest);
  return name;
}

PreparedStatement& StatementCache::add(PreparedStatement statement) {
  statements_.push_front(std::move(statement));
  by_text_.emplace(statements_.front().sql, statements_.begin());
  return statements_.front();
}

void StatementCache::forget(const PreparedStatement& statement) {
  for (Place place = statements_.begin(); place != statements_.end(); ++place) {
    if (&*place == &statement) return erase(place);
  }
}

void StatementCache::clear() noexcept {
  by_text_.clear();
  statements_.clear();
}

void StatementCache::erase(Place place) {
  const auto [begin, end] = by_text_.equal_range(place->sql);
  for (auto at = begin; at != end; ++at) {
    if (at->second != place) continue;
    by_text_.erase(at);
    break;
  }
  statements_.erase(place);
}

}  // namespace poolproof::postgres
