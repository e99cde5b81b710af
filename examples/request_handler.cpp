// Request handlers on several threads, over one pool for the whole program.
//
//   request-handler [ADDRESS]      for example sqlite:app.db or postgresql://localhost/app

#include <atomic>
#include <charconv>
#include <cstdint>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <poolproof/core/db/query_builder.h>
#include <poolproof/core/db/transaction_manager.h>
#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/pool_size.h>
#include <poolproof/drivers/open_database.h>

namespace {

using namespace poolproof;

/// What lives as long as the program. The pool stands last: it ends before what it stands on.
struct Application {
  explicit Application(const std::string& address)
      : database(open_database(address, clock)), pool(limits, *database, clock) {}

  static constexpr PoolConfig limits{.min_size = 1,
                                     .max_size = pool_size_for({.cores = 2}),
                                     .acquire_timeout = std::chrono::seconds(2)};
  SteadyClock clock;
  std::unique_ptr<DbClientFactory> database;
  ConnectionPool pool;
  TransactionManager transactions{pool};
};

std::unique_ptr<Application> app;

struct Member {
  std::int64_t id = 0;
  std::string name;
  std::optional<std::string> email;
};

struct Response {
  int status = 200;
  std::string body;
};

/// Tells the caller what it may know, and the log the rest.
Response failed(int status, const std::string& why) {
  std::cerr << "request failed: " << why << "\n";
  return {status, status == 503 ? "try again later" : "internal error"};
}

Response get_member(std::int64_t id) {
  auto lease = app->pool.acquire();
  if (!lease) return failed(503, lease.error().message());
  DbClient& client = lease->client();

  const QueryBuilder query(client.dialect());
  const auto found =
      query.select("id", "name", "email").from("members").where("id = $1", id).execute(client);
  if (!found) {
    lease->report(found.error());
    return failed(500, to_string(found.error()));
  }
  if (found->empty()) return {404, "no such member"};
  const auto member = found->row(0).into<Member>();
  if (!member) return failed(500, to_string(member.error()));
  return {200, member->name + " <" + member->email.value_or("no address") + ">"};
}

/// Both or neither: the member has the new name, and the list of renames says so.
Response rename_member(std::int64_t id, std::string_view name) {
  const TransactionOptions options{.deadline =
                                       deadline_after(app->clock.now(), std::chrono::seconds(10))};
  const auto is_member = app->transactions.run(
      options, [&](Transaction& transaction) -> std::expected<bool, DbError> {
        const QueryBuilder query(transaction.dialect());
        const auto renamed = query.update("members")
                                 .set("name", name)
                                 .where(column("id") == id)
                                 .execute(transaction);
        if (!renamed) return std::unexpected(renamed.error());
        if (renamed->affected_rows() == 0) return false;
        const auto noted = query.insert_into("renames")
                               .columns("member_id", "name")
                               .values(id, name)
                               .execute(transaction);
        if (!noted) return std::unexpected(noted.error());
        return true;
      });
  if (!is_member) {
    const bool is_pools = is_member.error().acquire_error() != nullptr;
    return failed(is_pools ? 503 : 500, is_member.error().message());
  }
  return *is_member ? Response{200, "renamed"} : Response{404, "no such member"};
}

/// "/members/7"; with a name, the member is to have it.
Response handle(std::string_view path, std::string_view name = "") {
  constexpr std::string_view members = "/members/";
  std::int64_t id = 0;
  if (!path.starts_with(members)) return {404, "no such page"};
  const std::string_view number = path.substr(members.size());
  const auto read = std::from_chars(number.data(), number.data() + number.size(), id);
  if (read.ec != std::errc() || read.ptr != number.data() + number.size())
    return {400, "not a number"};
  return name.empty() ? get_member(id) : rename_member(id, name);
}

std::expected<void, DbError> make_members(DbClient& client) {
  for (const std::string_view statement :
       {"create table if not exists members (id bigint primary key, name text not null, email "
        "text)",
        "create table if not exists renames (member_id bigint not null, name text not null)",
        "delete from renames"}) {
    const auto made = client.execute(statement, {});
    if (!made) return std::unexpected(made.error());
  }
  const auto added = QueryBuilder(client.dialect())
                         .insert_into("members")
                         .columns("id", "name", "email")
                         .values(1, "Ada", "ada@example.org")
                         .values(2, "Grace", nullptr)
                         .on_conflict("id")
                         .do_update("name", "email")
                         .execute(client);
  if (!added) return std::unexpected(added.error());
  return {};
}

/// Eight threads ask for four pages, a hundred times each, and rename members in every tenth
/// round. How many answers were not as expected.
int serve_requests() {
  struct Expected {
    std::string_view path;
    int status;
  };
  constexpr Expected requests[] = {
      {"/members/1", 200}, {"/members/2", 200}, {"/members/3", 404}, {"/members/x", 400}};
  std::atomic<int> unexpected = 0;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&] {
      for (int round = 0; round < 100; ++round) {
        for (const Expected& request : requests)
          unexpected += handle(request.path).status != request.status;
        if (round % 10 != 0) continue;
        for (const Expected& request : requests)
          unexpected += handle(request.path, "Ada").status != request.status;
      }
    });
  }
  threads.clear();  // Each waits for its thread.
  return unexpected;
}

/// Row by row, since there may be many. -1: not to be had.
std::int64_t count_renames(DbClient& client) {
  std::int64_t count = 0;
  const auto shown =
      QueryBuilder(client.dialect()).select("name").from("renames").stream(client, [&](RowView) {
        ++count;
        return true;
      });
  return shown ? count : -1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    app = std::make_unique<Application>(argc > 1 ? argv[1] : "sqlite:app.db");
  } catch (const std::exception& mistake) {
    std::cerr << mistake.what() << "\n";
    return 2;
  }
  auto lease = app->pool.acquire();
  if (!lease) {
    std::cerr << lease.error().message() << "\n";
    return 1;
  }
  if (const auto made = make_members(lease->client()); !made) {
    std::cerr << to_string(made.error()) << "\n";
    return 1;
  }
  lease->release();

  for (const std::string_view path : {"/members/1", "/members/2", "/members/3", "/members/x"}) {
    const Response response = handle(path);
    std::cout << path << ": " << response.status << " " << response.body << "\n";
  }
  const int unexpected = serve_requests();
  std::cout << "3520 requests, " << unexpected << " not answered as expected\n";
  std::int64_t renames = -1;
  if (auto last = app->pool.acquire()) renames = count_renames(last->client());
  std::cout << renames << " renames\n";  // 8 threads, 10 rounds, 2 members
  app.reset();
  return unexpected == 0 && renames == 160 ? 0 : 1;
}
