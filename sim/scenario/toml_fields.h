#pragma once
// Reads the fields of one TOML table and remembers the first line of the file that is wrong.
// Private to sim/scenario.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <toml++/toml.h>

#include <poolproof/core/clock.h>

namespace poolproof::sim {

/// Gathers what is wrong and keeps the one that is nearest to the file's beginning.
class Complaints {
 public:
  explicit Complaints(std::string_view source) : source_(source) {}

  /// `subject` is the field and, where there is one, its value.
  void add(std::uint32_t line, std::string_view subject, std::string_view rule);

  /// "<source>:<line>: <subject>: <rule>"; nothing when nothing was wrong.
  [[nodiscard]] const std::optional<std::string>& first() const noexcept { return first_; }

 private:
  std::string source_;
  std::uint32_t first_line_ = 0;
  std::optional<std::string> first_;
};

/// A value as a complaint shows it: strings quoted, long ones cut, tables and arrays only named.
std::string shown(const toml::node& value);

/// `text` with its control characters written as "\x0a".
std::string one_line(std::string_view text);

/// Of a whole number; both may be reached.
struct Bounds {
  std::uint64_t min = 0;
  std::uint64_t max = 0;
};

/// Each read leaves `into` as it is when the field is missing or wrong; a wrong one is complained
/// about.
class TableReader {
 public:
  /// `path` is how complaints call the table, as "clients[0]"; empty for the file itself.
  TableReader(const toml::table& table, std::string path, Complaints& complaints)
      : table_(&table), path_(std::move(path)), complaints_(&complaints) {}

  void refuse_others(std::initializer_list<std::string_view> known);

  [[nodiscard]] const toml::node* find(std::string_view key) const { return table_->get(key); }
  [[nodiscard]] const toml::table* table(std::string_view key);
  [[nodiscard]] const toml::array* array(std::string_view key);

  void read(std::string_view key, bool& into);
  void read(std::string_view key, Duration& into);
  void read(std::string_view key, std::string& into);
  template <typename Number>
  void read(std::string_view key, Number& into, Bounds bounds) {
    if (const auto number = number_within(key, bounds)) into = static_cast<Number>(*number);
  }

  /// Complains about the field `key`, or, where it is missing, about the table.
  void refuse(std::string_view key, std::string_view rule);
  /// Complains about `key` with a value that is not written there (a default).
  void refuse(std::string_view key, std::string_view value, std::string_view rule);

  [[nodiscard]] std::string name_of(std::string_view key) const;

 private:
  [[nodiscard]] std::optional<std::uint64_t> number_within(std::string_view key, Bounds bounds);
  [[nodiscard]] std::uint32_t line_of(std::string_view key) const;

  const toml::table* table_;
  std::string path_;
  Complaints* complaints_;
};

}  // namespace poolproof::sim
