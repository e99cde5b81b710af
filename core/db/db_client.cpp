#include <poolproof/core/db/db_client.h>

namespace poolproof {

std::expected<std::uint64_t, DbError> DbClient::stream(std::string_view sql,
                                                       std::span<const Value> parameters,
                                                       const RowVisitor& visit) {
  const auto all = execute(sql, parameters);
  if (!all) return std::unexpected(all.error());
  std::uint64_t shown = 0;
  for (const RowView row : *all) {
    ++shown;
    if (!visit(row)) break;
  }
  return shown;
}

}  // namespace poolproof
