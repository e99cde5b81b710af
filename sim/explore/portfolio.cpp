#include <poolproof/sim/explore/portfolio.h>

#include <utility>

#include <poolproof/core/ensure.h>

namespace poolproof::sim {

Portfolio::Portfolio(std::vector<std::unique_ptr<Strategy>> strategies)
    : strategies_(std::move(strategies)) {
  ensure(!strategies_.empty());
  current_ = strategies_.front().get();
}

void Portfolio::begin(std::uint64_t execution) {
  current_ = strategies_[execution % strategies_.size()].get();
  current_->begin(execution);
}

}  // namespace poolproof::sim
