#include <poolproof/sim/judge/transaction_mode.h>

namespace poolproof::sim {
namespace {

constexpr std::int32_t level_mask = 3;
constexpr std::int32_t reads_only = 4;
constexpr std::int32_t deferrable = 8;

}  // namespace

std::int32_t number_of(const mocks::TransactionMode& mode) noexcept {
  return static_cast<std::int32_t>(mode.isolation) + (mode.is_read_only ? reads_only : 0) +
         (mode.is_deferrable ? deferrable : 0);
}

bool is_read_only(std::int32_t number) noexcept {
  return (number & reads_only) != 0;
}

std::string mode_words(std::int32_t number) {
  std::string words(to_string(static_cast<Isolation>(number & level_mask)));
  if (is_read_only(number)) words += ", read only";
  if ((number & deferrable) != 0) words += ", deferrable";
  return words;
}

}  // namespace poolproof::sim
