#pragma once
// What a statement answered: named columns and rows of values, all in memory.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <poolproof/core/db/value.h>

namespace poolproof {

/// A table. Statements that return no rows leave it empty and say how many rows they touched.
class ResultSet {
 public:
  using Row = std::vector<Value>;

  ResultSet() = default;
  explicit ResultSet(std::vector<std::string> columns) : columns_(std::move(columns)) {}
  static ResultSet of_affected(std::uint64_t rows);

  /// A row must have one value for each column.
  void add(Row row);

  [[nodiscard]] const std::vector<std::string>& columns() const noexcept { return columns_; }
  [[nodiscard]] const std::vector<Row>& rows() const noexcept { return rows_; }
  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
  /// Rows inserted, updated or deleted by a statement that returns none.
  [[nodiscard]] std::uint64_t affected_rows() const noexcept { return affected_rows_; }

  /// Where the first column of that name stands; exact spelling.
  [[nodiscard]] std::optional<std::size_t> find_column(std::string_view name) const noexcept;

  /// The value in `row`, counted from 0, under the column of that name. Both must exist.
  [[nodiscard]] const Value& at(std::size_t row, std::string_view column) const;

  friend bool operator==(const ResultSet&, const ResultSet&) = default;

 private:
  std::vector<std::string> columns_;
  std::vector<Row> rows_;  // each as long as columns_
  std::uint64_t affected_rows_ = 0;
};

}  // namespace poolproof
