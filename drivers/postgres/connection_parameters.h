#pragma once
// Options in libpq's keywords, and libpq's words without what is secret.

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <poolproof/core/db/db_error.h>
#include <poolproof/drivers/postgres/postgres_options.h>

namespace poolproof::postgres {

using ConnectionParameters = std::vector<std::pair<std::string, std::string>>;

/// What the address says, then what the other options say, then what this driver needs. Errors:
/// misuse, in a sentence that quotes nothing of the address.
std::expected<ConnectionParameters, DbError> connection_parameters(const PostgresOptions& options);

/// `message` with every password of the options replaced by "***".
std::string without_passwords(std::string message, const PostgresOptions& options);

/// `message` with "..." in double quotes for everything from its first quotation mark on, of
/// whatever language it is.
std::string without_quotations(std::string message);

}  // namespace poolproof::postgres
