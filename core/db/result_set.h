#pragma once
// What a statement answered: named columns and rows of values, all in memory. For results larger
// than memory DbClient::stream() shows one RowView after the other.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <poolproof/core/db/aggregate.h>
#include <poolproof/core/db/conversion.h>
#include <poolproof/core/db/db_error.h>
#include <poolproof/core/db/value.h>

namespace poolproof {

/// A column of a result. Made from its name alone where the type does not matter.
struct Column {
  Column(std::string its_name, std::string its_type = {})
      : name(std::move(its_name)), type(std::move(its_type)) {}
  Column(const char* its_name) : name(its_name) {}

  std::string name;
  std::string type;  ///< in the database's own words, e.g. "int8"; empty where it does not say

  friend bool operator==(const Column&, const Column&) = default;
};

/// One row, seen: two spans, to be passed by value. Valid as long as its result; in
/// DbClient::stream(), during the call. Any thread, as long as nobody changes the result.
///
/// Example:
///   const auto users = client.execute("select id, name from users", {});
///   if (!users) return;
///   for (const RowView user : *users) {
///     const auto name = user.get<std::optional<std::string>>("name");
///     if (name) std::cout << name->value_or("nobody") << "\n";
///   }
class RowView {
 public:
  RowView(std::span<const Column> columns, std::span<const Value> values) noexcept
      : columns_(columns), values_(values) {}

  [[nodiscard]] std::span<const Column> columns() const noexcept { return columns_; }
  /// As many as there are columns, in their order.
  [[nodiscard]] std::span<const Value> values() const noexcept { return values_; }
  /// In columns.
  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }

  /// The value in a column, counted from 0, or under the first column of that name, in exact
  /// spelling. It must exist: one that does not is a mistake of the program (ensure.h), which
  /// ends it; where the name comes from outside, get() says so with an error.
  [[nodiscard]] const Value& at(std::size_t column) const;
  [[nodiscard]] const Value& at(std::string_view column) const;

  /// The same as a T (conversion.h). Errors: conversion; undefined_name when there is no such
  /// column.
  template <class T>
  [[nodiscard]] std::expected<T, DbError> get(std::size_t column) const {
    if (column >= size()) return std::unexpected(no_column(std::to_string(column)));
    return read<T>(column);
  }
  template <class T>
  [[nodiscard]] std::expected<T, DbError> get(std::string_view column) const {
    const auto place = find_column(columns_, column);
    if (!place) return std::unexpected(no_column(column));
    return read<T>(*place);
  }

  /// All columns in order, as a tuple: `const auto [id, name] = *row.as<int, std::string>();`.
  /// Errors: conversion, also when the row has another number of columns.
  template <class... T>
  [[nodiscard]] std::expected<std::tuple<T...>, DbError> as() const {
    std::tuple<T...> fields{};
    if (auto error = fill(fields)) return std::unexpected(std::move(*error));
    return fields;
  }

  /// All columns in order, in the fields of an aggregate of 1 to 16 fields, which must be default
  /// constructible. Errors: as as().
  template <class Struct>
  [[nodiscard]] std::expected<Struct, DbError> into() const {
    Struct whole{};
    if (auto error = fill(tie_fields(whole))) return std::unexpected(std::move(*error));
    return whole;
  }

  /// Where the first column of that name stands; exact spelling.
  static std::optional<std::size_t> find_column(std::span<const Column> columns,
                                                std::string_view name) noexcept;

 private:
  [[nodiscard]] DbError no_column(std::string_view column) const;
  [[nodiscard]] DbError wrong_count(std::size_t fields) const;
  [[nodiscard]] DbError in_column(std::size_t column, DbError error) const;

  template <class T>
  std::expected<T, DbError> read(std::size_t column) const {
    auto value = convert<T>(values_[column]);
    if (!value) return std::unexpected(in_column(column, std::move(value.error())));
    return value;
  }

  template <class T>
  [[nodiscard]] std::optional<DbError> read_to(T& field, std::size_t column) const {
    auto value = read<T>(column);
    if (!value) return std::move(value.error());
    field = std::move(*value);
    return std::nullopt;
  }

  template <class Tuple>
  [[nodiscard]] std::optional<DbError> fill(Tuple&& fields) const {
    constexpr std::size_t count = std::tuple_size_v<std::remove_cvref_t<Tuple>>;
    if (count != size()) return wrong_count(count);
    std::optional<DbError> error;
    [&]<std::size_t... Places>(std::index_sequence<Places...>) {
      (void)(... && !(error = read_to(std::get<Places>(fields), Places)));
    }
    (std::make_index_sequence<count>());
    return error;
  }

  std::span<const Column> columns_;
  std::span<const Value> values_;
};

/// A table. Statements that return no rows leave it empty and say how many rows they touched. All
/// of it is in memory, one Value after the other, row by row; clients of a database may share the
/// columns among results of one statement. Reading from many threads is safe, writing is not.
class ResultSet {
 public:
  using Columns = std::vector<Column>;
  using Row = std::vector<Value>;

  /// Goes through the rows as RowViews.
  class Iterator {
   public:
    using value_type = RowView;
    using difference_type = std::ptrdiff_t;

    Iterator() noexcept = default;
    RowView operator*() const { return result_->row(place_); }
    Iterator& operator++() noexcept {
      ++place_;
      return *this;
    }
    Iterator operator++(int) noexcept {
      const Iterator before = *this;
      ++place_;
      return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    friend class ResultSet;
    Iterator(const ResultSet& result, std::size_t place) noexcept
        : result_(&result), place_(place) {}
    const ResultSet* result_ = nullptr;
    std::size_t place_ = 0;
  };

  ResultSet() = default;
  explicit ResultSet(Columns columns)
      : columns_(std::make_shared<const Columns>(std::move(columns))) {}
  /// With columns that are those of other results, too.
  explicit ResultSet(std::shared_ptr<const Columns> columns) noexcept
      : columns_(std::move(columns)) {}
  /// No columns and no rows: what `insert`, `update` and `delete` answer.
  static ResultSet of_affected(std::uint64_t rows);

  /// One more row of nulls, to be assigned to before there is another, which ends the span.
  std::span<Value> add_row();
  /// A row must have one value for each column.
  void add(Row row);
  /// The rows of another answer to the same statement, behind those that are there; what it
  /// touched is counted in. Its columns must be as many.
  void append(ResultSet&& more);
  /// Memory for so many rows in all, so that adding them does not allocate but for long values.
  void reserve(std::size_t rows) { values_.reserve(rows * columns().size()); }
  void set_affected_rows(std::uint64_t rows) noexcept { affected_rows_ = rows; }

  [[nodiscard]] const Columns& columns() const noexcept {
    return columns_ != nullptr ? *columns_ : no_columns();
  }
  /// All of them, row by row: size() times columns().size().
  [[nodiscard]] const std::vector<Value>& values() const noexcept { return values_; }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return columns_ != nullptr ? size_ : 0; }
  /// Rows inserted, updated or deleted by the statement, also where it returns some.
  [[nodiscard]] std::uint64_t affected_rows() const noexcept { return affected_rows_; }

  /// Counted from 0. It must exist.
  [[nodiscard]] RowView row(std::size_t row) const;
  [[nodiscard]] RowView operator[](std::size_t place) const { return row(place); }
  [[nodiscard]] Iterator begin() const noexcept { return {*this, 0}; }
  [[nodiscard]] Iterator end() const noexcept { return {*this, size()}; }

  /// Every row as a Struct (RowView::into), in the order of the rows. Errors: conversion, of the
  /// first row that has one; then no row is given.
  template <class Struct>
  [[nodiscard]] std::expected<std::vector<Struct>, DbError> into() const {
    std::vector<Struct> all;
    all.reserve(size());
    for (const RowView row : *this) {
      auto one = row.into<Struct>();
      if (!one) return std::unexpected(std::move(one.error()));
      all.push_back(std::move(*one));
    }
    return all;
  }

  /// Where the first column of that name stands; exact spelling.
  [[nodiscard]] std::optional<std::size_t> find_column(std::string_view name) const noexcept {
    return RowView::find_column(columns(), name);
  }

  /// The value in `row`, counted from 0, under the column of that name. Both must exist.
  [[nodiscard]] const Value& at(std::size_t place, std::string_view column) const {
    return row(place).at(column);
  }

  friend bool operator==(const ResultSet& one, const ResultSet& other) noexcept {
    return one.columns() == other.columns() && one.size() == other.size() &&
           one.values_ == other.values_ && one.affected_rows_ == other.affected_rows_;
  }

 private:
  static const Columns& no_columns() noexcept;

  std::shared_ptr<const Columns> columns_;  // null: none, and no rows
  std::vector<Value> values_;               // one row after the other
  std::size_t size_ = 0;                    // in rows, which may have no columns
  std::uint64_t affected_rows_ = 0;
};

}  // namespace poolproof
