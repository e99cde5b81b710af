#include <poolproof/core/db/statement_writer.h>

#include <algorithm>
#include <utility>
#include <variant>

#include <poolproof/core/db/query_parts.h>
#include <poolproof/core/db/sql_fragment.h>

namespace poolproof {
namespace {

std::size_t highest(const std::vector<std::size_t>& numbers) {
  return numbers.empty() ? 0 : *std::max_element(numbers.begin(), numbers.end());
}

/// "$3 without $2": of the numbers from 1 to the highest, the first that is not there.
std::optional<std::string> first_gap(std::vector<std::size_t> numbers) {
  std::sort(numbers.begin(), numbers.end());
  std::size_t before = 0;
  for (const std::size_t number : numbers) {
    if (number > before + 1)
      return "$" + std::to_string(number) + " without $" + std::to_string(before + 1);
    before = number;
  }
  return std::nullopt;
}

std::string counted(std::size_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

}  // namespace

void StatementWriter::fail(std::string sentence) {
  if (!mistake_) mistake_ = std::move(sentence);
}

void StatementWriter::write(const Expression& expression) {
  for (const Expression::Piece& piece : expression.pieces())
    std::visit([this](const auto& held) { add(held); }, piece);
}

void StatementWriter::write(std::span<const Expression> list) {
  for (std::size_t place = 0; place < list.size(); ++place) {
    if (place != 0) write(", ");
    write(list[place]);
  }
}

void StatementWriter::write(std::span<const Value> values) {
  for (const Value& value : values) {
    if (&value != values.data()) write(", ");
    add(value);
  }
}

std::string StatementWriter::quoted(std::string_view name) {
  auto identifier = quote_identifier(dialect_, name);
  if (identifier) return std::move(*identifier);
  fail(std::move(identifier.error().message));
  return {};
}

void StatementWriter::add(const Value& value) {
  parameters_.push_back(value);
  // SQLite, too, takes the next number then, and numbers written out cost it quadratic time.
  const bool is_next = dialect_ == Dialect::sqlite;
  write(is_next ? "?" : placeholder(dialect_, parameters_.size()));
}

void StatementWriter::check_values(const piece::Fragment& fragment,
                                   const std::vector<std::size_t>& placeholders) {
  const std::size_t wanted = highest(placeholders);
  const std::string subject = "the fragment \"" + fragment.text + "\" ";
  if (wanted != fragment.values.size()) {
    fail(subject + "has placeholders for " + counted(wanted, "value") + ", but was given " +
         std::to_string(fragment.values.size()));
  } else if (const auto gap = first_gap(placeholders)) {
    fail(subject + "has " + *gap);
  }
}

void StatementWriter::add(const piece::Fragment& fragment) {
  const auto parts = read_fragment(dialect_, fragment.text);
  if (!parts) return fail("the fragment \"" + fragment.text + "\" " + parts.error());
  std::vector<std::size_t> placeholders;
  for (const FragmentPart& part : *parts)
    if (part.placeholder != 0) placeholders.push_back(part.placeholder);
  const bool is_open = fragment.values.empty();
  if (!is_open) check_values(fragment, placeholders);
  if (mistake_) return;

  const bool is_numbered = has_numbered_placeholders(dialect_);
  const std::size_t before = parameters_.size();
  if (is_numbered)
    parameters_.insert(parameters_.end(), fragment.values.begin(), fragment.values.end());
  for (const auto& [text, number] : *parts) {
    write(text);
    if (number == 0) continue;
    write(placeholder(dialect_, is_open ? number : before + number));
    if (is_open) open_placeholders_.push_back(number);
    if (!is_open && !is_numbered) parameters_.push_back(fragment.values[number - 1]);
  }
}

void StatementWriter::add(const piece::Query& query) {
  if (query.parts->verb != QueryVerb::select) {
    return fail("a subquery is a select, not " + std::string(to_string(query.parts->verb)));
  }
  if (query.dialect != dialect_) {
    return fail("a subquery was built for " + std::string(to_string(query.dialect)) +
                ", the statement for " + std::string(to_string(dialect_)));
  }
  write("(");
  write_statement(*this, *query.parts);
  write(")");
}

void StatementWriter::check_open_placeholders() {
  if (open_placeholders_.empty()) return;
  if (!parameters_.empty()) {
    return fail(
        "some placeholders are open and others have values: give values to all fragments or to "
        "none");
  }
  if (const auto gap = first_gap(open_placeholders_)) return fail("the statement has " + *gap);
  if (has_numbered_placeholders(dialect_)) return;
  for (std::size_t place = 0; place < open_placeholders_.size(); ++place) {
    if (open_placeholders_[place] == place + 1) continue;
    return fail(std::string(to_string(dialect_)) +
                " takes parameters in the order of their placeholders, so $" +
                std::to_string(open_placeholders_[place]) + " cannot be left open where $" +
                std::to_string(place + 1) + " is due");
  }
}

std::expected<Statement, DbError> StatementWriter::finish() && {
  check_open_placeholders();
  // SQLite's limit is chosen where it is built.
  if (dialect_ != Dialect::sqlite && parameters_.size() > placeholders_max) {
    fail(std::string(to_string(dialect_)) + " takes at most " + std::to_string(placeholders_max) +
         " parameters, but the statement has " + std::to_string(parameters_.size()));
  }
  if (mistake_) return std::unexpected(DbError{DbErrorKind::misuse, std::move(*mistake_)});
  return Statement{std::move(text_), std::move(parameters_), highest(open_placeholders_)};
}

}  // namespace poolproof
