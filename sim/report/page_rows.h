#pragma once
// Steps and events as one sequence, in the order in which they happened.

#include <vector>

#include <poolproof/sim/report/report_page.h>

namespace poolproof::sim {

/// A step or an event: one of the two indices is set.
struct PageRow {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::size_t step = none;   ///< index
  std::size_t event = none;  ///< index
};

/// Of a long execution only the last `rows_max`.
std::vector<PageRow> page_rows(const PageSource& source,
                               std::size_t rows_max = static_cast<std::size_t>(-1));

}  // namespace poolproof::sim
