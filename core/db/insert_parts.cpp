#include <poolproof/core/db/insert_parts.h>

#include <algorithm>

#include <poolproof/core/db/sql_fragment.h>

namespace poolproof {
namespace {

/// So many values a statement has at most; 0: it is never cut in pieces.
struct Sizes {
  std::size_t values_max;      ///< of one statement
  std::size_t values_of_each;  ///< of several
};

Sizes sizes_for(Dialect dialect) noexcept {
  switch (dialect) {
    case Dialect::sqlite:
      return {2'000, 500};  // What it parses costs more than what it stores.
    case Dialect::postgresql:
      return {placeholders_max, 16'000};
    case Dialect::mysql:
      break;  // Its BEGIN would commit what is open, of which a client need not know.
  }
  return {0, 0};
}

std::string_view begin_of(Dialect dialect) noexcept {
  return dialect == Dialect::sqlite ? "BEGIN IMMEDIATE" : "BEGIN";
}

/// In a transaction that has nothing but the insert, or in a part of the caller's.
void undo(DbClient& client, bool is_within) {
  if (!client.is_in_transaction()) return;  // The database has, by itself.
  if (!is_within) {
    static_cast<void>(client.execute("ROLLBACK", {}));
    return;
  }
  if (client.execute("ROLLBACK TO SAVEPOINT poolproof_insert", {}))
    static_cast<void>(client.execute("RELEASE SAVEPOINT poolproof_insert", {}));
}

}  // namespace

std::optional<InsertParts> InsertParts::of(Dialect dialect, const QueryParts& insert) {
  const auto& rows = insert.value_rows;
  const Sizes sizes = sizes_for(dialect);
  if (!rows || sizes.values_max == 0 || rows->count * rows->width <= sizes.values_max)
    return std::nullopt;
  const std::size_t rows_of_each = std::max<std::size_t>(1, sizes.values_of_each / rows->width);
  QueryParts first = insert;
  first.value_rows->count = rows_of_each;
  if (!write_query(dialect, first)) return std::nullopt;
  return InsertParts(dialect, insert, rows_of_each);
}

InsertParts::InsertParts(Dialect dialect, const QueryParts& insert, std::size_t rows_of_each)
    : dialect_(dialect),
      insert_(insert),
      rows_of_each_(rows_of_each),
      rows_left_(insert.value_rows->count) {
  insert_.value_rows->count = 0;
}

bool InsertParts::next() {
  ValueRows& rows = *insert_.value_rows;
  rows.first += rows.count;
  rows_left_ -= rows.count;
  const std::size_t count = std::min(rows_of_each_, rows_left_);
  if (count == 0) return false;
  const bool is_new_text = std::exchange(rows.count, count) != count;
  if (!is_new_text && has_only_rows_) return true;
  statement_ = *write_query(dialect_, insert_);
  has_only_rows_ = statement_.parameters.size() == rows.all().size();
  return true;
}

std::span<const Value> InsertParts::parameters() const noexcept {
  return has_only_rows_ ? insert_.value_rows->all()
                        : std::span<const Value>(statement_.parameters);
}

Inserted insert_as_one(DbClient& client, const std::function<Inserted()>& insert) {
  const bool is_within = client.is_in_transaction();
  const auto begun =
      client.execute(is_within ? "SAVEPOINT poolproof_insert" : begin_of(client.dialect()), {});
  if (!begun) return std::unexpected(begun.error());
  Inserted inserted;
  try {
    inserted = insert();
    const auto kept =
        inserted ? client.execute(is_within ? "RELEASE SAVEPOINT poolproof_insert" : "COMMIT", {})
                 : Inserted();
    if (!kept) inserted = std::unexpected(kept.error());
  } catch (...) {
    undo(client, is_within);
    throw;
  }
  if (inserted) return inserted;
  // Behind its deadline a client refuses to undo as well. It has passed then, and is set again.
  const bool is_late = inserted.error().kind == DbErrorKind::timed_out;
  if (is_late) client.set_deadline(Instant::max());
  undo(client, is_within);
  if (is_late) client.set_deadline(Instant::min());
  return inserted;
}

}  // namespace poolproof
