#include <poolproof/drivers/open_database.h>

#include <stdexcept>
#include <string_view>

#include <poolproof/drivers/postgres/postgres_client.h>
#include <poolproof/drivers/sqlite/sqlite_client.h>

namespace poolproof {

std::unique_ptr<DbClientFactory> open_database(const std::string& address, Clock& clock) {
  constexpr std::string_view sqlite = "sqlite:";
  if (address.starts_with(sqlite)) {
    if (address.size() == sqlite.size())
      throw std::invalid_argument("the address of a database in SQLite ends with its path");
    return std::make_unique<SqliteFactory>(SqliteOptions{.path = address.substr(sqlite.size())},
                                           clock);
  }
  if (address.starts_with("postgresql://") || address.starts_with("postgres://"))
    return std::make_unique<PostgresFactory>(PostgresOptions{.address = address}, clock);
  throw std::invalid_argument(
      "the address of a database begins with sqlite:, postgresql:// or postgres://");
}

}  // namespace poolproof
