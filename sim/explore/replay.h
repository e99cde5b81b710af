#pragma once
// Does again what a Schedule says, and refuses as soon as it no longer fits.

#include <string>
#include <utility>

#include <poolproof/sim/engine/schedule.h>

namespace poolproof::sim {

/// Strict: every question must have the number of options that it had when it was recorded.
class Replay final : public Strategy {
 public:
  explicit Replay(Schedule schedule) : schedule_(std::move(schedule)) {}

  void begin(std::uint64_t) override { next_ = 0; }

  std::uint32_t choose(const ChoicePoint& point) override {
    if (next_ >= schedule_.size() || schedule_[next_].options != point.options)
      return refuse(point);
    return schedule_[next_++].chosen;
  }

  /// After an execution: whether every recorded choice was asked for.
  [[nodiscard]] bool is_used_up() const noexcept { return next_ == schedule_.size(); }
  /// Why it refused, or an empty string.
  [[nodiscard]] const std::string& refusal() const noexcept { return refusal_; }

 private:
  std::uint32_t refuse(const ChoicePoint& point) {
    refusal_ =
        "choice " + std::to_string(next_ + 1) + " asks for one of " +
        std::to_string(point.options) + " options, the schedule has " +
        (next_ < schedule_.size() ? std::to_string(schedule_[next_].options) : "no such choice");
    return point.options;
  }

  Schedule schedule_;
  std::size_t next_ = 0;
  std::string refusal_;
};

}  // namespace poolproof::sim
