#pragma once
// What the model of the pool's decisions knows: a table of slots, two lists and a queue; and what
// it does with a slot once something is decided (pool_model.h).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <poolproof/core/pool/pool_config.h>
#include <poolproof/core/pool/pool_metrics.h>

namespace poolproof::property_tests {

/// What a slot is doing, and for whom.
enum class Stage : std::uint8_t {
  free,
  opening,       ///< for a caller
  opening_idle,  ///< to have one more
  leased,
  pinged,   ///< for a caller
  checked,  ///< by a health check
  idle,
  replaced,  ///< closing, for a caller who then opens another
  closing,
};

/// What was decided, and about which slot (its place in the table); of several slots, how many.
struct Answer {
  std::string_view decision;
  std::size_t slot = 0;
  friend bool operator==(const Answer&, const Answer&) = default;
};

struct TableSlot {
  Stage stage = Stage::free;
  std::uint64_t generation = 0;  // the pool's when the connect began
  bool is_doomed = false;        // invalidated by its holder
  Instant opened_at{}, last_used{}, taken_at{};
  std::uint64_t lease = 0;  // the number of its last lease
  std::uint64_t uses = 0;
  bool is_reported = false;  // as held for too long
};

struct PoolTable {
  PoolConfig config;  // the sizes are those of now; a lifetime below 10,240 ns has no jitter
  Instant now{std::chrono::hours(1)};
  std::vector<TableSlot> slots{};
  std::vector<std::size_t> free{};                // in the order in which they are used
  std::vector<std::size_t> idle{};                // the most recently used first
  std::vector<int> queue{};                       // waiters, the oldest first
  std::vector<std::pair<int, Answer>> granted{};  // what to whom, in the last step
  std::optional<std::size_t> round = 0;           // where the health check is; nothing: at its end
  bool may_open = true;                           // no connect of this health check has failed
  bool is_closed = false;
  bool is_owned = true;
  int waiters = 0;  // so far
  std::uint64_t generation = 0;
  PoolMetrics counts{};  // acquires to closes: the others are in the table

  std::size_t count(std::initializer_list<Stage> stages) const {
    return static_cast<std::size_t>(std::ranges::count_if(slots, [&](const TableSlot& slot) {
      return std::ranges::find(stages, slot.stage) != stages.end();
    }));
  }
  std::size_t occupied() const { return slots.size() - count({Stage::free}); }
  std::size_t alive() const { return occupied() - count({Stage::replaced, Stage::closing}); }
  std::size_t open() const { return alive() - count({Stage::opening, Stage::opening_idle}); }

  bool is_expired(const TableSlot& slot) const {
    return config.max_lifetime != Duration{} && now - slot.opened_at >= config.max_lifetime;
  }
  bool is_unproven(const TableSlot& slot) const {
    const Duration knob = config.validate_after_idle;
    return knob != Duration{} && now - slot.last_used > knob;
  }
  bool is_idle_too_long(const TableSlot& slot) const {
    const Duration knob = config.idle_timeout;
    return knob != Duration{} && now - slot.last_used >= knob && open() > config.min_size;
  }
  bool is_overdue(const TableSlot& slot) const {
    const Duration knob = config.leak_threshold;
    return knob != Duration{} && now - slot.taken_at > knob && !slot.is_reported;
  }
  /// Whether a connection may go on being used by others.
  bool is_fit(const TableSlot& slot) const {
    return !slot.is_doomed && slot.generation == generation && !is_expired(slot) &&
           alive() <= config.max_size;
  }

  Answer lend(std::size_t at) {
    TableSlot& slot = slots[at];
    slot.stage = Stage::leased, slot.taken_at = now, slot.is_reported = false;
    slot.lease = ++counts.acquires, ++slot.uses;
    return {"grant", at};
  }
  Answer open_one(Stage stage) {
    const std::size_t at = free.front();
    free.erase(free.begin());
    return open_at(at, stage);
  }
  Answer open_at(std::size_t at, Stage stage) {
    slots[at] = {.stage = stage, .generation = generation};
    return {"open", at};
  }
  Answer set_free(std::size_t at) {
    slots[at].stage = Stage::free;
    free.insert(free.begin(), at);
    serve();
    return {"free", at};
  }
  void grow() {
    for (; slots.size() < config.max_size; slots.push_back({}))
      free.push_back(slots.size());
  }
  void grant(Answer what) {
    granted.push_back({queue.front(), what});
    queue.erase(queue.begin());
  }
  void serve() {
    while (!queue.empty() && occupied() < config.max_size)
      grant({"slot", open_one(Stage::opening).slot});
  }
};

}  // namespace poolproof::property_tests
