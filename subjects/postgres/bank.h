#pragma once
// Money that must neither be made nor lost: accounts, and a book of every transfer between them.

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include <poolproof/core/db/transaction.h>

namespace poolproof::subjects {

enum class TransferId : std::int64_t {};

struct Transfer {
  TransferId id{};
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::int64_t amount = 0;
};

constexpr std::int64_t accounts = 64;
constexpr std::int64_t money_of_each = 1'000;

/// Makes the accounts and an empty book. Errors: the database's.
std::expected<void, DbError> found_bank(DbClient& client);

/// Where a transfer is; names for people.
using Place = const char*;
/// Is told where.
class PlaceListener {
 public:
  virtual ~PlaceListener() = default;
  virtual void is_at(Place place) = 0;
};

/// The work of one transaction: both balances, and a line in the book. At read committed the
/// accounts are locked first; the other levels find out afterwards. The listener is told what
/// comes after it, too: commit or rollback. Errors: the database's.
std::expected<void, DbError> transfer(Transaction& transaction, Isolation isolation,
                                      const Transfer& what, PlaceListener& listener);

/// The transfers in the book whose id is `first` or higher, in order.
std::expected<std::vector<TransferId>, DbError> transfers_since(DbClient& client,
                                                                TransferId first);

/// A sentence for everything that is not as it should be: the sum of all money, each balance
/// against the book, and how many transfers the book has, which are to be `transfers`: one that
/// was lost as a whole leaves the balances in order. Empty: all is well.
std::expected<std::vector<std::string>, DbError> audit_bank(DbClient& client,
                                                            std::int64_t transfers);

}  // namespace poolproof::subjects
