#pragma once
// Several strategies that take turns: what one is blind to, another may see.

#include <cstdint>
#include <memory>
#include <vector>

#include <poolproof/sim/engine/strategy.h>

namespace poolproof::sim {

/// Execution n goes to strategy n mod k. `strategies` is not empty.
class Portfolio final : public Strategy {
 public:
  explicit Portfolio(std::vector<std::unique_ptr<Strategy>> strategies);

  void begin(std::uint64_t execution) override;
  std::uint32_t choose(const ChoicePoint& point) override { return current_->choose(point); }

 private:
  std::vector<std::unique_ptr<Strategy>> strategies_;
  Strategy* current_;
};

}  // namespace poolproof::sim
