#include <poolproof/subjects/postgres/bank.h>

#include <algorithm>
#include <array>

namespace poolproof::subjects {
namespace {

/// Of a DbClient or a Transaction.
template <class Session>
std::expected<void, DbError> run(Session& session, std::string_view sql,
                                 const std::vector<Value>& parameters = {}) {
  auto answer = session.execute(sql, parameters);
  if (!answer) return std::unexpected(std::move(answer.error()));
  return {};
}

std::expected<void, DbError> move_money(Transaction& transaction, Isolation isolation,
                                        const Transfer& what, PlaceListener& listener) {
  if (isolation == Isolation::read_committed) {
    listener.is_at("select for update");
    auto locked =
        run(transaction, "select id from accounts where id in ($1, $2) order by id for update",
            {what.from, what.to});
    if (!locked) return locked;
  }
  listener.is_at("update");
  auto taken = run(transaction, "update accounts set balance = balance - $2 where id = $1",
                   {what.from, what.amount});
  if (!taken) return taken;
  auto given = run(transaction, "update accounts set balance = balance + $2 where id = $1",
                   {what.to, what.amount});
  if (!given) return given;
  listener.is_at("insert");
  return run(transaction, "insert into transfers values ($1, $2, $3, $4)",
             {static_cast<std::int64_t>(what.id), what.from, what.to, what.amount});
}

}  // namespace

std::expected<void, DbError> found_bank(DbClient& client) {
  constexpr std::array statements{
      "create table accounts(id int8 primary key, balance int8 not null) with (fillfactor = 20)",
      "create table transfers(id int8 primary key, giver int8, taker int8, amount int8)"};
  for (const char* sql : statements) {
    if (auto done = run(client, sql); !done) return done;
  }
  if (auto done = run(client, "insert into accounts select n, $1 from generate_series(1, $2) n",
                      {money_of_each, accounts});
      !done)
    return done;
  return run(client, "grant all on accounts, transfers to public");
}

std::expected<void, DbError> transfer(Transaction& transaction, Isolation isolation,
                                      const Transfer& what, PlaceListener& listener) {
  auto moved = move_money(transaction, isolation, what, listener);
  listener.is_at(moved ? "commit" : "rollback");
  return moved;
}

std::expected<std::vector<TransferId>, DbError> transfers_since(DbClient& client,
                                                                TransferId first) {
  std::vector<TransferId> ids;
  const std::array<Value, 1> parameters{static_cast<std::int64_t>(first)};
  const auto shown = client.stream("select id from transfers where id >= $1", parameters,
                                   [&](const RowView& row) {
                                     ids.push_back(TransferId{*row.at(0U).get_if<std::int64_t>()});
                                     return true;
                                   });
  if (!shown) return std::unexpected(shown.error());
  std::ranges::sort(ids);
  return ids;
}

std::expected<std::vector<std::string>, DbError> audit_bank(DbClient& client,
                                                            std::int64_t transfers) {
  std::vector<std::string> wrong;
  const auto count = client.execute("select count(*) from transfers", {});
  if (!count) return std::unexpected(count.error());
  if (const Value found = count->row(0).at(0U); found != Value(transfers)) {
    wrong.push_back("the book has " + to_string(found) + " transfers, not " +
                    std::to_string(transfers));
  }
  const auto sum = client.execute("select sum(balance)::int8 from accounts", {});
  if (!sum) return std::unexpected(sum.error());
  if (sum->row(0).at(0U) != Value(accounts * money_of_each)) {
    wrong.push_back("the accounts hold " + to_string(sum->row(0).at(0U)) + ", not " +
                    std::to_string(accounts * money_of_each));
  }
  const auto off = client.execute(
      "select a.id, a.balance, $1 + coalesce(d.change, 0)::int8 as book from accounts a left join"
      " (select id, sum(change) as change from (select taker as id, amount as change from "
      "transfers"
      " union all select giver, -amount from transfers) each_side group by id) d on d.id = a.id",
      std::array<Value, 1>{money_of_each});
  if (!off) return std::unexpected(off.error());
  for (const RowView row : *off) {
    if (row.at("balance") == row.at("book")) continue;
    wrong.push_back("account " + to_string(row.at("id")) + " has " + to_string(row.at("balance")) +
                    ", and by the book " + to_string(row.at("book")));
  }
  return wrong;
}

}  // namespace poolproof::subjects
