#pragma once
// Values as PostgreSQL sends and takes them.

#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/core/db/db_error.h>
#include <poolproof/core/db/result_set.h>
#include <poolproof/drivers/postgres/libpq.h>

namespace poolproof::postgres {

/// The type that a parameter is sent as. 0: the server finds out.
Oid type_of(const Value& value) noexcept;

/// A parameter list as libpq wants it. The values must outlive it.
class Parameters {
 public:
  /// Errors: misuse, for what PostgreSQL cannot hold: text with a NUL, a timestamp beyond its
  /// calendar.
  static std::expected<Parameters, DbError> encode(std::span<const Value> values);

  [[nodiscard]] int count() const noexcept { return static_cast<int>(pointers_.size()); }
  [[nodiscard]] const char* const* values() const noexcept { return pointers_.data(); }
  [[nodiscard]] const int* lengths() const noexcept { return lengths_.data(); }
  [[nodiscard]] const int* formats() const noexcept { return formats_.data(); }

 private:
  void add(std::string_view bytes, int format);

  std::vector<std::string> numbers_;  // what is not in the values themselves
  std::vector<const char*> pointers_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

/// The columns of the answers to one statement, which are mostly the same each time. In text
/// format.
class KnownColumns {
 public:
  /// Those of `result`: the ones of before if they are the same.
  std::shared_ptr<const ResultSet::Columns> of(const PGresult* result);

 private:
  [[nodiscard]] bool are_those_of(const PGresult* result) const noexcept;

  std::vector<Oid> types_;
  std::shared_ptr<const ResultSet::Columns> columns_;
};

/// Assigns one row of it to as many values. Errors: conversion, for an infinite timestamp.
std::expected<void, DbError> read_row(const PGresult* result, int row, std::span<Value> values);

}  // namespace poolproof::postgres
