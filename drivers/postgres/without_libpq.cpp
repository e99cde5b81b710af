// In place of the driver where libpq is not there: whoever wants it is told so.
#include <poolproof/drivers/postgres/postgres_client.h>

#include <stdexcept>

namespace poolproof {
namespace {

constexpr const char* lack = "this build of poolproof has no PostgreSQL: libpq was not found";

}  // namespace

std::vector<ConfigProblem> PostgresOptions::validate() const {
  return {{.field = "address", .value = "", .rule = lack}};
}

PostgresFactory::PostgresFactory(PostgresOptions options, Clock& clock)
    : options_(std::move(options)), clock_(clock) {
  throw std::invalid_argument(lack);
}

std::expected<std::unique_ptr<DbClient>, DbError> PostgresFactory::connect(Instant) {
  return std::unexpected(DbError{.kind = DbErrorKind::connection_failed, .message = lack});
}

}  // namespace poolproof
