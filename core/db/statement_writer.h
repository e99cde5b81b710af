#pragma once
// Writes one statement from left to right, numbering its parameters. Which clause comes when:
// query_text.cpp.

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/core/db/db_error.h>
#include <poolproof/core/db/dialect.h>
#include <poolproof/core/db/expression.h>
#include <poolproof/core/db/statement.h>

namespace poolproof {

class StatementWriter;

/// The clauses in their order: query_text.cpp.
void write_statement(StatementWriter& writer, const QueryParts& parts);

class StatementWriter {
 public:
  explicit StatementWriter(Dialect dialect) noexcept : dialect_(dialect) {}

  [[nodiscard]] Dialect dialect() const noexcept { return dialect_; }

  void write(std::string_view words) { text_ += words; }
  void write(const Expression& expression);
  /// With commas between them.
  void write(std::span<const Expression> list);

  /// A placeholder for each of them, with commas between them.
  void write(std::span<const Value> values);

  /// The statement is not to be had; of several reasons the first is told.
  void fail(std::string sentence);

  /// What has been written. Errors: misuse.
  [[nodiscard]] std::expected<Statement, DbError> finish() &&;

 private:
  void add(const piece::Words& words) { write(words.text); }
  void add(const piece::Name& name) { write(quoted(name.name)); }
  void add(const piece::Incoming& incoming) {
    write(incoming_value(dialect_, quoted(incoming.name)));
  }
  void add(const piece::Bound& bound) { add(bound.value); }
  void add(const Value& value);
  void add(const piece::Fragment& fragment);
  void add(const piece::Query& query);
  void add(const piece::Mistake& mistake) { fail(mistake.sentence); }

  std::string quoted(std::string_view name);
  void check_values(const piece::Fragment& fragment, const std::vector<std::size_t>& placeholders);
  void check_open_placeholders();

  const Dialect dialect_;
  std::string text_;
  std::vector<Value> parameters_;
  std::vector<std::size_t> open_placeholders_;  // the N of each $N, in order of the text
  std::optional<std::string> mistake_;
};

}  // namespace poolproof
