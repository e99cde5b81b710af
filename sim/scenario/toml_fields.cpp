#include <poolproof/sim/scenario/toml_fields.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include <poolproof/mocks/duration.h>
#include <poolproof/mocks/quotation.h>

namespace poolproof::sim {
namespace {

/// A key is anything between quotes in TOML; a message shows it on one line.
std::string printable(std::string_view key) {
  const std::string shown_key = mocks::quotation(key);
  return shown_key.substr(1, shown_key.size() - 2);
}

/// Some errors begin with the value, which a complaint names already.
std::string_view rule_of(std::string_view error, std::string_view value) {
  const bool repeats = error.starts_with(value) && error.substr(value.size()).starts_with(": ");
  return repeats ? error.substr(value.size() + 2) : error;
}

std::uint32_t line_of(const toml::node& node) {
  return std::max(node.source().begin.line, 1U);
}

/// Only seeds beyond TOML's integers are written as strings of digits.
std::optional<std::uint64_t> number_of(const toml::node& node) {
  if (const auto* integer = node.as_integer()) {
    if (integer->get() < 0) return std::nullopt;
    return static_cast<std::uint64_t>(integer->get());
  }
  const auto* text = node.as_string();
  if (text == nullptr) return std::nullopt;
  std::uint64_t number = 0;
  const char* const end = text->get().data() + text->get().size();
  const auto [stop, error] = std::from_chars(text->get().data(), end, number);
  if (error != std::errc{} || stop != end || std::in_range<std::int64_t>(number))
    return std::nullopt;
  return number;
}

}  // namespace

void Complaints::add(std::uint32_t line, std::string_view subject, std::string_view rule) {
  if (first_ && first_line_ <= line) return;
  first_line_ = line;
  first_ = source_ + ":" + std::to_string(line) + ": " + std::string(subject) + ": " +
           std::string(rule);
}

std::string shown(const toml::node& value) {
  switch (value.type()) {
    case toml::node_type::string:
      return mocks::quotation(value.as_string()->get());
    case toml::node_type::integer:
      return std::to_string(value.as_integer()->get());
    case toml::node_type::boolean:
      return value.as_boolean()->get() ? "true" : "false";
    case toml::node_type::floating_point:
      return "(a number with a fraction)";
    case toml::node_type::array:
      return "(an array)";
    case toml::node_type::table:
      return "(a table)";
    default:
      return "(a date or time)";
  }
}

std::string one_line(std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string line;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      line += c;
    } else {
      line += "\\x";
      line += hex[byte >> 4U];
      line += hex[byte & 0xfU];
    }
  }
  return line;
}

std::string TableReader::name_of(std::string_view key) const {
  if (path_.empty()) return printable(key);
  return path_ + "." + printable(key);
}

std::uint32_t TableReader::line_of(std::string_view key) const {
  const toml::node* node = find(key);
  return sim::line_of(node != nullptr ? *node : *table_);
}

void TableReader::refuse(std::string_view key, std::string_view rule) {
  const toml::node* node = find(key);
  const std::string value = node != nullptr ? " " + shown(*node) : std::string();
  complaints_->add(line_of(key), name_of(key) + value, rule);
}

void TableReader::refuse(std::string_view key, std::string_view value, std::string_view rule) {
  complaints_->add(line_of(key), name_of(key) + " " + std::string(value), rule);
}

void TableReader::refuse_others(std::initializer_list<std::string_view> known) {
  std::string names;
  for (const std::string_view name : known)
    names += (names.empty() ? "" : ", ") + std::string(name);
  for (const auto& [key, node] : *table_) {
    if (std::ranges::find(known, key.str()) != known.end()) continue;
    complaints_->add(std::max(key.source().begin.line, 1U), name_of(key.str()) + " " + shown(node),
                     "no such field; there are " + names);
  }
}

const toml::table* TableReader::table(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return nullptr;
  if (!node->is_table()) refuse(key, "must be a table");
  return node->as_table();
}

const toml::array* TableReader::array(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return nullptr;
  if (!node->is_array()) refuse(key, "must be an array");
  return node->as_array();
}

void TableReader::read(std::string_view key, bool& into) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  if (const auto* flag = node->as_boolean()) {
    into = flag->get();
  } else {
    refuse(key, "must be true or false");
  }
}

void TableReader::read(std::string_view key, std::string& into) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  if (const auto* text = node->as_string()) {
    into = text->get();
  } else {
    refuse(key, "must be a string");
  }
}

void TableReader::read(std::string_view key, Duration& into) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  const auto* text = node->as_string();
  if (text == nullptr) return refuse(key, "must be a duration in quotes, as \"5s\"");
  const auto duration = mocks::parse_duration(text->get());
  if (!duration) return refuse(key, rule_of(duration.error(), shown(*node)));
  into = *duration;
}

std::optional<std::uint64_t> TableReader::number_within(std::string_view key, Bounds bounds) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto number = number_of(*node);
  if (number && *number >= bounds.min && *number <= bounds.max) return number;
  refuse(key, "must be a whole number from " + std::to_string(bounds.min) + " to " +
                  std::to_string(bounds.max));
  return std::nullopt;
}

}  // namespace poolproof::sim
