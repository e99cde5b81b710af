#pragma once
// What the clients of a scenario do within a transaction (sim/subject/transaction.h names them).

#include <cstdint>
#include <expected>
#include <stdexcept>
#include <vector>

#include <poolproof/core/db/transaction.h>
#include <poolproof/sim/subject/transaction.h>

namespace poolproof::subjects {

using Worked = std::expected<void, DbError>;

/// Comes out of a program that throws.
struct ProgramThrew : std::runtime_error {
  ProgramThrew() : std::runtime_error("the program throws, as it is meant to") {}
};

/// As the program is to be begun.
TransactionOptions options_of(const sim::TransactionOrder& order) noexcept;

/// The work of one attempt. `clock` is for the program that thinks. Throws ProgramThrew.
Worked run_program(const sim::TransactionOrder& order, Transaction& transaction, Clock& clock);

}  // namespace poolproof::subjects
