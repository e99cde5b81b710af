#pragma once
// Which statements a Transaction does not let pass. Not installed.

#include <string_view>

#include <poolproof/core/db/dialect.h>

namespace poolproof {

/// Whether `sql` begins, behind comments and semicolons, with words that would end the transaction
/// behind its back, or begin another. What hides them better is noticed once it has run.
[[nodiscard]] bool is_transaction_control(std::string_view sql, Dialect dialect) noexcept;

}  // namespace poolproof
