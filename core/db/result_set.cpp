#include <poolproof/core/db/result_set.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include <poolproof/core/ensure.h>

namespace poolproof {

const Value& RowView::at(std::size_t column) const {
  ensure(column < values_.size());
  return values_[column];
}

const Value& RowView::at(std::string_view column) const {
  const auto place = find_column(columns_, column);
  ensure(place.has_value());
  return values_[*place];
}

std::optional<std::size_t> RowView::find_column(std::span<const Column> columns,
                                                std::string_view name) noexcept {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const Column& column) { return column.name == name; });
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(std::distance(columns.begin(), found));
}

DbError RowView::no_column(std::string_view column) const {
  std::string message = "no column ";
  message.append(column).append("; there are:");
  for (const Column& there : columns_)
    message.append(" ").append(there.name);
  return {DbErrorKind::undefined_name, std::move(message)};
}

DbError RowView::wrong_count(std::size_t fields) const {
  return {DbErrorKind::conversion, "a row of " + std::to_string(size()) +
                                       " columns cannot be read into " + std::to_string(fields) +
                                       " fields"};
}

DbError RowView::in_column(std::size_t column, DbError error) const {
  error.message = "column " + columns_[column].name + ": " + error.message;
  return error;
}

ResultSet ResultSet::of_affected(std::uint64_t rows) {
  ResultSet result;
  result.affected_rows_ = rows;
  return result;
}

std::span<Value> ResultSet::add_row() {
  ensure(columns_ != nullptr);
  const std::size_t begin = values_.size();
  values_.resize(begin + columns_->size());
  ++size_;
  return std::span(values_).subspan(begin);
}

void ResultSet::add(Row row) {
  ensure(row.size() == columns().size());
  std::ranges::move(row, add_row().begin());
}

void ResultSet::append(ResultSet&& more) {
  ensure(more.columns().size() == columns().size());
  values_.insert(values_.end(), std::make_move_iterator(more.values_.begin()),
                 std::make_move_iterator(more.values_.end()));
  size_ += more.size_;
  affected_rows_ += more.affected_rows_;
}

RowView ResultSet::row(std::size_t row) const {
  ensure(row < size());
  const std::size_t width = columns_->size();
  return {*columns_, std::span(values_).subspan(row * width, width)};
}

const ResultSet::Columns& ResultSet::no_columns() noexcept {
  static const Columns none;
  return none;
}

}  // namespace poolproof
