#pragma once
// How a transaction is begun, as a number for Event::amount, and in words.

#include <cstdint>
#include <string>

#include <poolproof/mocks/table_sql.h>

namespace poolproof::sim {

/// Its level (0: none said, 1: read committed, 2: repeatable read, 3: serializable), and 4 more if
/// it may only read, 8 more if it is deferrable.
std::int32_t number_of(const mocks::TransactionMode& mode) noexcept;

bool is_read_only(std::int32_t number) noexcept;

/// "serializable, read only"; of a number that number_of() does not give, as much as it says.
std::string mode_words(std::int32_t number);

}  // namespace poolproof::sim
