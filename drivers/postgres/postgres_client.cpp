#include <poolproof/drivers/postgres/postgres_client.h>

#include <stdexcept>
#include <utility>

#include <poolproof/drivers/postgres/client.h>
#include <poolproof/drivers/postgres/connect.h>

namespace poolproof {
namespace {

PostgresOptions checked_options(PostgresOptions options) {
  std::string broken;
  for (const ConfigProblem& problem : options.validate())
    broken += (broken.empty() ? "" : "; ") + problem.message();
  if (!broken.empty()) throw std::invalid_argument(broken);
  return options;
}

}  // namespace

PostgresFactory::PostgresFactory(PostgresOptions options, Clock& clock)
    : options_(checked_options(std::move(options))), clock_(clock) {}

std::expected<std::unique_ptr<DbClient>, DbError> PostgresFactory::connect(Instant deadline) {
  if (deadline == Instant::max() && options_.connect_timeout > Duration::zero())
    deadline = deadline_after(clock_.now(), options_.connect_timeout);
  auto connection = postgres::open_connection(options_, clock_, deadline);
  if (!connection) return std::unexpected(std::move(connection.error()));
  auto client = std::make_unique<postgres::Client>(std::move(*connection), options_, clock_);
  if (auto begun = client->begin_session(deadline); !begun)
    return std::unexpected(std::move(begun.error()));
  return client;
}

}  // namespace poolproof
