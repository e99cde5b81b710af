#pragma once
// What a text of SQL says beside its statement: comments, and the names of placeholders. Not
// installed.

#include <cstddef>
#include <optional>
#include <string_view>

namespace poolproof {

/// Whether there is nothing but white space, comments and semicolons.
[[nodiscard]] bool is_blank_sql(std::string_view sql) noexcept;

/// The N of a placeholder "$N", from 1; nothing for "?", "?N", ":name", "$name" and "$0".
[[nodiscard]] std::optional<std::size_t> dollar_number(std::string_view placeholder) noexcept;

}  // namespace poolproof
