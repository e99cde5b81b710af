#include <poolproof/core/db/expression.h>

#include <algorithm>
#include <iterator>

namespace poolproof {
namespace {

using Binding = Expression::Binding;
using Pieces = std::vector<Expression::Piece>;

void append(Pieces& pieces, const Pieces& more) {
  pieces.insert(pieces.end(), more.begin(), more.end());
}

void append(Pieces& pieces, std::string_view words) {
  pieces.emplace_back(piece::Words{std::string(words)});
}

Pieces in_parentheses(const Pieces& pieces) {
  Pieces whole;
  append(whole, "(");
  append(whole, pieces);
  append(whole, ")");
  return whole;
}

/// Where the last " as " of `path` begins, in any case of letters.
std::size_t find_alias(std::string_view path) {
  constexpr std::string_view as = " as ";
  const auto is_same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  const auto found = std::find_end(path.begin(), path.end(), as.begin(), as.end(), is_same);
  if (found == path.end()) return std::string_view::npos;
  return static_cast<std::size_t>(std::distance(path.begin(), found));
}

/// The parts of `path` between its dots, each a name.
Pieces names_of(std::string_view path) {
  Pieces pieces;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    pieces.emplace_back(piece::Name{std::string(path.substr(0, dot))});
    append(pieces, ".");
    path.remove_prefix(dot + 1);
  }
  if (path == "*") {
    append(pieces, "*");
  } else {
    pieces.emplace_back(piece::Name{std::string(path)});
  }
  return pieces;
}

Pieces beside(const Expression& expression, bool needs_parentheses) {
  return needs_parentheses ? in_parentheses(expression.pieces()) : expression.pieces();
}

}  // namespace

Expression column(std::string_view path) {
  const std::size_t alias = find_alias(path);
  Expression named(names_of(path.substr(0, alias)), Binding::whole);
  return alias == std::string_view::npos ? named : named.as(path.substr(alias + 4));
}

Expression identifier(std::string_view name) {
  return {{piece::Name{std::string(name)}}, Binding::whole};
}

Expression incoming(std::string_view column) {
  return {{piece::Incoming{std::string(column)}}, Binding::whole};
}

Expression sql(std::string_view fragment, std::vector<Value> values) {
  return {{piece::Fragment{std::string(fragment), std::move(values)}}, Binding::unknown};
}

Operand::Operand(Value value)
    : expression_({piece::Bound{value}}, Binding::whole), is_null_(value.is_null()) {}

Expression Expression::compare(std::string_view sign, const Expression& right) const {
  Pieces pieces = beside(*this, binding_ != Binding::whole);
  append(pieces, sign);
  append(pieces, beside(right, right.binding_ != Binding::whole));
  return {std::move(pieces), Binding::comparison};
}

Expression Expression::followed_by(std::string words, Binding binding) const {
  Pieces pieces = beside(*this, binding == Binding::comparison && binding_ != Binding::whole);
  append(pieces, words);
  return {std::move(pieces), binding};
}

Expression Expression::in(std::string_view words, const std::vector<Value>& values) const {
  if (values.empty()) {
    return {{piece::Mistake{"in() and not_in() need one value at least"}}, Binding::whole};
  }
  Pieces list;
  for (const Value& value : values) {
    if (!list.empty()) append(list, ", ");
    list.emplace_back(piece::Bound{value});
  }
  return compare(words, Expression(in_parentheses(list), Binding::whole));
}

Expression Expression::like(const Operand& pattern) const {
  return compare(" LIKE ", pattern.expression());
}

Expression Expression::in(const std::vector<Value>& values) const {
  return in(" IN ", values);
}

Expression Expression::not_in(const std::vector<Value>& values) const {
  return in(" NOT IN ", values);
}

Expression Expression::in(const Expression& query) const {
  return compare(" IN ", query);
}

Expression Expression::not_in(const Expression& query) const {
  return compare(" NOT IN ", query);
}

Expression Expression::between(const Operand& low, const Operand& high) const {
  Expression range = compare(" BETWEEN ", low.expression());
  append(range.pieces_, " AND ");
  const Expression& end = high.expression();
  append(range.pieces_, beside(end, end.binding_ != Binding::whole));
  return range;
}

Expression Expression::is_null() const {
  return followed_by(" IS NULL", Binding::comparison);
}

Expression Expression::is_not_null() const {
  return followed_by(" IS NOT NULL", Binding::comparison);
}

Expression Expression::as(std::string_view alias) const {
  Expression named = followed_by(" AS ", Binding::unknown);
  named.pieces_.emplace_back(piece::Name{std::string(alias)});
  return named;
}

Expression Expression::asc() const {
  return followed_by(" ASC", Binding::unknown);
}

Expression Expression::desc() const {
  return followed_by(" DESC", Binding::unknown);
}

Expression operator==(const Expression& left, const Operand& right) {
  return right.is_null() ? left.is_null() : left.compare(" = ", right.expression());
}

Expression operator!=(const Expression& left, const Operand& right) {
  return right.is_null() ? left.is_not_null() : left.compare(" <> ", right.expression());
}

Expression operator==(const Expression& left, const Expression& right) {
  return left.compare(" = ", right);
}

Expression operator!=(const Expression& left, const Expression& right) {
  return left.compare(" <> ", right);
}

Expression operator<(const Expression& left, const Operand& right) {
  return left.compare(" < ", right.expression());
}

Expression operator<=(const Expression& left, const Operand& right) {
  return left.compare(" <= ", right.expression());
}

Expression operator>(const Expression& left, const Operand& right) {
  return left.compare(" > ", right.expression());
}

Expression operator>=(const Expression& left, const Operand& right) {
  return left.compare(" >= ", right.expression());
}

Expression operator&&(const Expression& left, const Expression& right) {
  Pieces pieces = beside(left, left.binding_ > Binding::conjunction);
  append(pieces, " AND ");
  append(pieces, beside(right, right.binding_ > Binding::conjunction));
  return {std::move(pieces), Binding::conjunction};
}

Expression operator||(const Expression& left, const Expression& right) {
  Pieces pieces = beside(left, left.binding_ > Binding::disjunction);
  append(pieces, " OR ");
  append(pieces, beside(right, right.binding_ > Binding::disjunction));
  return {std::move(pieces), Binding::disjunction};
}

Expression operator!(const Expression& condition) {
  Pieces pieces;
  append(pieces, "NOT ");
  append(pieces, in_parentheses(condition.pieces()));
  return {std::move(pieces), Binding::comparison};
}

}  // namespace poolproof
