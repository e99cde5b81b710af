// The search against every order there is, on small histories made by chance.
#include <gtest/gtest.h>

#include <poolproof/core/rng.h>
#include <poolproof/sim/judge/history_builder.h>
#include <poolproof/sim/judge/laws/linearizability_search.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

/// Tries everything, remembers nothing: an operation that is under way may take effect before any
/// event.
class EveryOrder {
 public:
  EveryOrder(const History& history, const HistoryIndex& index)
      : history_(history), index_(index), is_done_(index.operations.size()) {
    for (const OperationRecord& operation : index.operations)
      parts_.push_back(part_of(history, index, operation));
  }

  bool has_legal() { return try_from(0, {.max_size = history_.config.max_size}); }

 private:
  bool try_from(EventIndex event, const PoolModel& model) {
    if (event == history_.events.size()) return true;
    for (std::uint32_t n = 0; n < index_.operations.size(); ++n) {
      PoolModel next = model;
      if (is_done_[n] || !is_under_way(n, event) || !take_effect(n, event, next)) continue;
      is_done_[n] = true;
      if (try_from(event, next)) return true;
      is_done_[n] = false;
    }
    const std::uint32_t operation = index_.operation_at[event];
    const bool returns = history_.events[event].kind == EventKind::ret;
    if (returns && needs_effect(operation) && !is_done_[operation]) return false;
    return try_from(event + 1, model);
  }

  bool needs_effect(std::uint32_t n) const {
    return parts_[n].role != Role::bystander && !parts_[n].is_optional;
  }
  bool is_under_way(std::uint32_t n, EventIndex event) const {
    return index_.operations[n].call < event && event <= index_.operations[n].ret;
  }

  bool take_effect(std::uint32_t n, EventIndex event, PoolModel& model) const {
    switch (parts_[n].role) {
      case Role::take:
        if (!model.can_take() || !may_go(n, event)) return false;
        ++model.out;
        return true;
      case Role::give:
        --model.out;
        return true;
      case Role::refusal:
        return model.can_refuse(held(event));
      case Role::told_closed:
        return model.is_closed;
      case Role::close:
        model.is_closed = true;
        return true;
      case Role::resize:
        model.max_size = history_.events[index_.operations[n].call].max_size;
        return true;
      case Role::bystander:
      case Role::unexplained:
        break;
    }
    return false;
  }

  std::uint64_t held(EventIndex event) const {
    std::uint64_t sum = 0;
    for (std::uint32_t n = 0; n < parts_.size(); ++n) {
      if (is_under_way(n, event)) sum += parts_[n].may_hold;
    }
    return sum;
  }

  bool may_go(std::uint32_t n, EventIndex event) const {
    const OperationRecord& newcomer = index_.operations[n];
    for (std::uint32_t other = 0; other < index_.operations.size(); ++other) {
      const OperationRecord& sleeper = index_.operations[other];
      if (!is_under_way(other, event)) continue;
      if (!is_done_[other] && goes_first(sleeper, newcomer)) return false;
      if (history_.events[event].at < earliest_after(history_, sleeper, newcomer)) return false;
    }
    return true;
  }

  const History& history_;
  const HistoryIndex& index_;
  std::vector<bool> is_done_;
  std::vector<Part> parts_;
};

/// Clients that do what they like, and a pool that answers what it likes.
class Chance {
 public:
  Chance(std::uint64_t seed, std::uint32_t operations) : rng_(seed), left_(operations) {
    h_.config().max_size = 1 + rng_.below(2);
  }

  History history() {
    for (std::uint32_t now = 0; left_ > 0 || under_way_ > 0; ++now) {
      if (rng_.below(4) == 0) h_.at(now * 1s);
      const unsigned task = 1 + rng_.below(tasks);
      if (clients_[task].operation == Operation::none)
        call(task, clients_[task]);
      else
        go_on(task, clients_[task]);
    }
    return h_.history();
  }

 private:
  static constexpr unsigned tasks = 3;

  struct Client {
    Operation operation = Operation::none;
    unsigned session = 0;
    bool is_parked = false;
  };

  void call(unsigned task, Client& client) {
    if (left_ == 0) return;
    --left_;
    ++under_way_;
    client.operation = draw(client);
    client.is_parked = false;
    if (client.operation == Operation::resize) {
      h_.resize(task, 0, 1 + rng_.below(2));  // At once: the builder has it no other way.
      return end(client);
    }
    h_.call(task, client.operation, client.operation == Operation::release ? client.session : 0,
            2s);
  }

  Operation draw(const Client& client) {
    if (client.session != 0) return Operation::release;
    constexpr Operation often[] = {Operation::acquire,     Operation::acquire,
                                   Operation::acquire,     Operation::try_acquire,
                                   Operation::try_acquire, Operation::acquire};
    constexpr Operation rare[] = {Operation::close, Operation::resize, Operation::health_check};
    return rng_.below(12) == 0 ? rare[rng_.below(3)] : often[rng_.below(6)];
  }

  void go_on(unsigned task, Client& client) {
    const bool is_acquire = client.operation == Operation::acquire;
    if (is_acquire && !client.is_parked && rng_.below(3) == 0) {
      client.is_parked = true;
      h_.parked(task);
      return;
    }
    if (is_acquire || client.operation == Operation::try_acquire) {
      answer(task, client);
    } else {
      h_.returns(task);
      if (client.operation == Operation::release) client.session = 0;
    }
    end(client);
  }

  void answer(unsigned task, Client& client) {
    const Outcome refusal =
        client.operation == Operation::acquire ? Outcome::timed_out : Outcome::exhausted;
    const std::uint32_t drawn = rng_.below(16);
    if (drawn == 0) {
      h_.returns(task, Outcome::closed);
    } else if (drawn == 1) {
      h_.returns(task, Outcome::threw);
    } else if (drawn < 7) {
      h_.returns(task, refusal);
    } else {
      client.session = task;
      if (!is_open_[task]) h_.opens(task, task);
      is_open_[task] = true;
      h_.got(task, task);
    }
  }

  void end(Client& client) {
    client.operation = Operation::none;
    --under_way_;
  }

  Rng rng_;
  std::uint32_t left_;
  std::uint32_t under_way_ = 0;
  Client clients_[tasks + 1];
  bool is_open_[tasks + 1] = {};
  HistoryBuilder h_;
};

TEST(LinearizabilitySearch, FindsAnOrderExactlyWhereThereIsOne) {
  std::uint32_t legal = 0;
  std::uint32_t illegal = 0;
  HistoryIndex index;
  for (std::uint64_t seed = 1; seed <= 6000; ++seed) {
    const History history = Chance(seed, 3 + static_cast<std::uint32_t>(seed % 6)).history();
    index.build(history);
    const bool is_legal = EveryOrder(history, index).has_legal();
    const auto found = find_order(history, index).verdict;

    ASSERT_EQ(found == Linearization::Verdict::legal, is_legal) << "seed " << seed;
    ASSERT_NE(found, Linearization::Verdict::unknown) << "seed " << seed;
    ASSERT_FALSE(!is_legal && has_obvious_order(history, index)) << "seed " << seed;
    ++(is_legal ? legal : illegal);
  }

  EXPECT_GT(legal, 1000U);
  EXPECT_GT(illegal, 1000U);
}

TEST(LinearizabilitySearch, FindsMostOrdersWithoutSearching) {
  std::uint32_t legal = 0;
  std::uint32_t obvious = 0;
  HistoryIndex index;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    const History history = Chance(seed, 8).history();
    index.build(history);
    if (find_order(history, index).verdict != Linearization::Verdict::legal) continue;
    ++legal;
    if (has_obvious_order(history, index)) ++obvious;
  }

  EXPECT_GT(obvious, legal * 9 / 10);
}

}  // namespace
}  // namespace poolproof::sim
