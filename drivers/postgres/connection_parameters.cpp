#include <poolproof/drivers/postgres/connection_parameters.h>

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <stdexcept>

namespace poolproof {
namespace postgres {
namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};
struct FreeText {
  void operator()(char* text) const noexcept { PQfreemem(text); }
};

/// libpq says which part of an address it does not understand, and quotes it.
DbError bad_address(const char* said) {
  std::string message = said == nullptr ? "out of memory" : said;
  while (!message.empty() && message.back() == '\n')
    message.pop_back();
  return {DbErrorKind::misuse, "address: " + without_quotations(std::move(message))};
}

void set(ConnectionParameters& parameters, const std::string& keyword, const std::string& value) {
  if (value.empty()) return;
  for (auto& [known, held] : parameters) {
    if (known != keyword) continue;
    held = value;
    return;
  }
  parameters.emplace_back(keyword, value);
}

std::string value_of(const ConnectionParameters& parameters, std::string_view keyword) {
  for (const auto& [known, held] : parameters) {
    if (known == keyword) return held;
  }
  return {};
}

bool is_url(std::string_view address) noexcept {
  return address.starts_with("postgresql://") || address.starts_with("postgres://");
}

/// Whether an '@' stands in what libpq takes for the host or the name of the database: the first
/// one ends the password, if no '/' comes before it.
bool has_stray_at(std::string_view url) noexcept {
  std::string_view rest = url.substr(url.find("//") + 2);
  const std::size_t end_of_user = rest.find_first_of("@/");
  if (end_of_user != std::string_view::npos && rest[end_of_user] == '@')
    rest.remove_prefix(end_of_user + 1);
  return rest.substr(0, rest.find('?')).find('@') != std::string_view::npos;
}

/// Each of the parts of a list with commas.
bool are_all(std::string_view list, bool (*are_right)(std::string_view)) {
  for (;;) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (!are_right(list.substr(0, comma))) return false;
    if (comma == list.size()) return true;
    list.remove_prefix(comma + 1);
  }
}

/// Empty: the default.
bool is_port(std::string_view port) {
  constexpr unsigned most = 65'535;
  unsigned number = 0;
  const char* const end = port.data() + port.size();
  const auto read = std::from_chars(port.data(), end, number);
  const bool is_number = read.ec == std::errc() && read.ptr == end;
  return port.empty() || (is_number && number >= 1 && number <= most);
}

/// A socket's folder may have any name, and an abstract socket's begins with the '@'.
bool is_host(std::string_view host) {
  return host.starts_with('/') || host.rfind('@') == std::string_view::npos ||
         host.rfind('@') == 0;
}

/// What libpq would take for a host, a database or a port, and quote, may be part of a password.
std::optional<DbError> misplaced_secret(const std::string& address,
                                        const ConnectionParameters& parameters) {
  const bool has_bad_port = !are_all(value_of(parameters, "port"), &is_port);
  const bool has_bad_host = !are_all(value_of(parameters, "host"), &is_host) ||
                            !are_all(value_of(parameters, "hostaddr"), &is_host);
  const std::string port_rule = "a port must be a number from 1 to 65535";
  const auto misuse_of = [](const std::string& rule) {
    return DbError{DbErrorKind::misuse, "address: " + rule};
  };
  if (is_url(address) && (has_bad_port || has_bad_host || has_stray_at(address))) {
    return misuse_of("'@', ':' and '/' in a user or password must be percent-encoded" +
                     (has_bad_port ? ", and " + port_rule : std::string()));
  }
  if (has_bad_port) return misuse_of(port_rule + ", with commas between several");
  if (has_bad_host) return misuse_of("a host must not have an '@' in it");
  return std::nullopt;
}

std::expected<ConnectionParameters, DbError> parse_address(const std::string& address) {
  char* said = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> parsed(
      PQconninfoParse(address.c_str(), &said));
  const std::unique_ptr<char, FreeText> error(said);
  if (parsed == nullptr) return std::unexpected(bad_address(said));
  ConnectionParameters parameters;
  for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) parameters.emplace_back(option->keyword, option->val);
  }
  if (auto misplaced = misplaced_secret(address, parameters))
    return std::unexpected(std::move(*misplaced));
  return parameters;
}

/// Behind 'encoding "UTF8"', which is no value; or at the beginning.
std::size_t behind_encoding(std::string_view message) {
  constexpr std::string_view words = "encoding \"";
  const std::size_t at = message.find(words);
  const std::size_t begin = at + words.size();
  if (at == std::string_view::npos || message.find('"') != begin - 1) return 0;
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  const std::size_t end = message.find_first_not_of(letters, begin);
  return end != std::string_view::npos && message[end] == '"' ? end + 1 : 0;
}

void replace_all(std::string& text, const std::string& secret) {
  if (secret.empty()) return;
  constexpr std::string_view stars = "***";
  for (std::size_t at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + stars.size())) {
    text.replace(at, secret.size(), stars);
  }
}

}  // namespace

std::expected<ConnectionParameters, DbError> connection_parameters(
    const PostgresOptions& options) {
  auto parameters = parse_address(options.address);
  if (!parameters) return parameters;
  set(*parameters, "application_name", options.application_name);
  set(*parameters, "fallback_application_name", "poolproof");
  set(*parameters, "sslmode", options.sslmode);
  set(*parameters, "sslrootcert", options.sslrootcert);
  set(*parameters, "sslcert", options.sslcert);
  set(*parameters, "sslkey", options.sslkey);
  set(*parameters, "client_encoding", "UTF8");
  return parameters;
}

std::string without_passwords(std::string message, const PostgresOptions& options) {
  const auto parameters = parse_address(options.address);
  if (!parameters) return message;
  replace_all(message, value_of(*parameters, "password"));
  replace_all(message, value_of(*parameters, "sslpassword"));
  return message;
}

std::string without_quotations(std::string message) {
  const std::size_t begin = behind_encoding(message);
  if (begin != 0 && message.compare(begin, 2, ": ") == 0)  // The bytes that are no text.
    return message.replace(begin + 2, std::string::npos, "\"...\"");
  std::size_t first = message.size();
  for (const std::string_view mark : {"\"", "\u00bb", "\u00ab", "\u201e", "\u201c"})
    first = std::min(first, message.find(mark, begin));
  if (first == message.size()) return message;
  return message.replace(first, std::string::npos, "\"...\"");
}

}  // namespace postgres

std::vector<ConfigProblem> PostgresOptions::validate() const {
  std::vector<ConfigProblem> problems;
  const auto complain = [&](std::string field, std::string value, std::string rule) {
    problems.push_back(
        {.field = std::move(field), .value = std::move(value), .rule = std::move(rule)});
  };
  if (const auto parameters = postgres::connection_parameters(*this); !parameters)
    complain("address", "", parameters.error().message.substr(sizeof("address: ") - 1));
  const auto check = [&](const char* field, Duration value) {
    if (value < Duration::zero())
      complain(field, std::to_string(value.count()) + " ns", "must not be negative");
  };
  check("connect_timeout", connect_timeout);
  check("call_timeout", call_timeout);
  check("statement_timeout", statement_timeout);
  check("cancel_grace", cancel_grace);
  if (statements_max > statements_limit) {
    complain("statements_max", std::to_string(statements_max),
             "must not exceed " + std::to_string(statements_limit));
  }
  return problems;
}

}  // namespace poolproof
