#pragma once
// The pool's decisions once more, so plain that they are right.
#include <poolproof/property_tests/pool_table.h>

namespace poolproof::property_tests {

struct PoolModel : PoolTable {
  explicit PoolModel(const PoolConfig& with) : PoolTable{with} { grow(); }

  Answer request(bool waits) {
    if (is_closed) return {"refuse"};
    for (const std::size_t at : idle)
      if (!is_expired(slots[at])) return take(at);
    if (occupied() < config.max_size) return open_one(Stage::opening);
    if (!idle.empty()) return give_up(idle.back(), Stage::replaced);
    if (waits) queue.push_back(waiters++);
    return {"wait"};
  }
  Answer take(std::size_t at) {
    std::erase(idle, at);
    if (now <= slots[at].last_used) return lend(at);
    slots[at].stage = Stage::pinged;
    return {is_unproven(slots[at]) ? "ping" : "look", at};
  }
  Answer ping_answered(std::size_t at) {
    return is_fit(slots[at]) ? lend(at) : give_up(at, Stage::replaced);
  }
  Answer reopen(std::size_t at) {
    ++counts.closes;
    if (!is_closed && occupied() <= config.max_size) return open_at(at, Stage::opening);
    set_free(at);
    return {is_closed ? "refuse" : "wait"};
  }
  Answer opened(std::size_t at) {
    ++counts.connects;
    slots[at].opened_at = slots[at].last_used = now;
    if (slots[at].stage == Stage::opening_idle) return settle(at, now);
    return is_closed ? give_up(at) : lend(at);
  }
  Answer open_failed(std::size_t at) {
    ++counts.connect_failures;
    if (slots[at].stage == Stage::opening_idle) may_open = false;
    return set_free(at);
  }
  Answer release(std::size_t at) { return ++counts.releases, settle(at, now); }
  Answer closed(std::size_t at) { return ++counts.closes, set_free(at); }
  Answer due() {
    while (round) {
      const std::size_t at = *round;
      round = at + 1 < slots.size() ? std::optional(at + 1) : std::nullopt;
      TableSlot& slot = slots[at];
      if (slot.stage == Stage::leased && is_overdue(slot))
        return slot.is_reported = true, Answer{"report", at};
      if (slot.stage != Stage::idle) continue;
      if (!is_fit(slot) || is_idle_too_long(slot)) return give_up(at);
      std::erase(idle, at);
      return slot.stage = Stage::checked, Answer{"ping", at};
    }
    return may_open ? fill() : Answer{"nothing"};
  }
  Answer fill() {
    const bool is_short = !is_closed && alive() < config.min_size && occupied() < config.max_size;
    return is_short ? open_one(Stage::opening_idle) : Answer{"nothing"};
  }
  Answer close() {
    if (std::exchange(is_closed, true)) return {"close all"};
    for (; !queue.empty(); queue.erase(queue.begin()))
      granted.push_back({queue.front(), {"closed"}});
    return evict_all();
  }
  Answer evict_all() { return ++generation, give_up_idle(0); }
  Answer resize(std::size_t min_size, std::size_t max_size) {
    config.min_size = min_size, config.max_size = max_size;
    grow(), serve();
    return give_up_idle(max_size);
  }
  Answer settle(std::size_t at, Instant last_used) {
    if (!is_fit(slots[at])) return give_up(at);
    if (!queue.empty()) return grant({"connection", lend(at).slot}), Answer{"hand off", at};
    slots[at].stage = Stage::idle;
    slots[at].last_used = last_used;
    const auto is_older = [&](std::size_t other) { return slots[other].last_used <= last_used; };
    idle.insert(std::ranges::find_if(idle, is_older), at);
    return {"keep", at};
  }
  Answer give_up(std::size_t at, Stage stage = Stage::closing) {
    std::erase(idle, at);
    slots[at].stage = stage;
    return {stage == Stage::replaced ? "replace" : "close", at};
  }
  Answer give_up_idle(std::size_t alive_at_most) {
    std::size_t closing = 0;
    for (; !idle.empty() && alive() > alive_at_most; ++closing)
      give_up(idle.back());
    return {"close all", closing};
  }
};

}  // namespace poolproof::property_tests
