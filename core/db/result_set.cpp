#include <poolproof/core/db/result_set.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include <poolproof/core/ensure.h>

namespace poolproof {

ResultSet ResultSet::of_affected(std::uint64_t rows) {
  ResultSet result;
  result.affected_rows_ = rows;
  return result;
}

void ResultSet::add(Row row) {
  ensure(row.size() == columns_.size());
  rows_.push_back(std::move(row));
}

std::optional<std::size_t> ResultSet::find_column(std::string_view name) const noexcept {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  if (found == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(std::distance(columns_.begin(), found));
}

const Value& ResultSet::at(std::size_t row, std::string_view column) const {
  const auto place = find_column(column);
  ensure(place.has_value());
  ensure(row < rows_.size());
  return rows_[row][*place];
}

}  // namespace poolproof
