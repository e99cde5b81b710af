#include <poolproof/sim/explore/exploration.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace poolproof::sim {
namespace {

bool is_certain(const ChoicePoint& point) {
  return point.kind == ChoiceKind::fault && point.numerator >= point.denominator;
}

bool has_ended_itself(Ending ending) {
  return ending == Ending::completed || ending == Ending::deadlock;
}

}  // namespace

// ---- One execution
// -----------------------------------------------------------------------------------

void Exploration::go_to(Path path, std::size_t fixed) {
  depth_ = path.size();
  fixed_ = fixed;
  nodes_ = std::move(path);
  first_new_step_ = 0;
}

void Exploration::begin(std::uint64_t) {
  at_ = 0;
  steps_.clear();
  node_of_step_.clear();
  last_step_.assign(2 * tasks_max + 1, none_before);
  woken_by_.assign(tasks_max, none_before);
  spawned_by_.assign(tasks_max, none_before);
  pending_.clear();
  sleep_.clear();
  chosen_at_ = none_before;
  is_redundant_ = false;
}

std::uint32_t Exploration::choose(const ChoicePoint& point) {
  if (is_redundant_) return is_certain(point) ? 1 : 0;
  if (at_ == depth_) return choose_new(point);
  const PathNode& node = nodes_[at_++];
  if (node.kind != point.kind || node.options != point.options) {
    is_unsteady_ = true;
    return point.options;
  }
  if (node.kind == ChoiceKind::task) {
    sleep_ = node.sleep;
    chosen_at_ = static_cast<std::int32_t>(at_ - 1);
  }
  return node.chosen;
}

std::uint32_t Exploration::choose_new(const ChoicePoint& point) {
  if (is_certain(point)) return 1;
  PathNode& node = push(point);
  if (point.kind == ChoiceKind::task) return choose_actor(point, node);
  node.step = static_cast<std::uint32_t>(steps_.size() - 1);
  ++at_;
  return node.chosen;
}

// Without need it does not switch: the first option is the task that ran last.
std::uint32_t Exploration::choose_actor(const ChoicePoint& point, PathNode& node) {
  set_actors(point, node);
  set_states(node);
  const auto first = std::ranges::find_if(node.actors, [](const PathNode::Option& option) {
    return option.state == State::open || option.state == State::todo;
  });
  if (first == node.actors.end()) {
    --depth_;
    is_redundant_ = true;
    return 0;
  }
  first->state = State::active;
  node.chosen = static_cast<std::uint32_t>(first - node.actors.begin());
  node.step = static_cast<std::uint32_t>(steps_.size());
  node.sleep = sleep_;
  chosen_at_ = static_cast<std::int32_t>(at_++);
  return node.chosen;
}

PathNode& Exploration::push(const ChoicePoint& point) {
  if (depth_ == nodes_.size()) nodes_.emplace_back();
  PathNode& node = nodes_[depth_++];
  node.kind = point.kind;
  node.options = point.options;
  node.chosen = 0;
  node.last_can_go_on = point.last_can_go_on;
  node.actors.clear();
  node.sleep.clear();
  node.touched.clear();
  return node;
}

void Exploration::set_actors(const ChoicePoint& point, PathNode& node) const {
  for (std::uint32_t option = 0; option < point.timer_option(); ++option)
    node.actors.push_back({actor_number(Actor::task, point.task_of(option)), State::open});
  if (point.has_timer) node.actors.push_back({actor_number(Actor::timer, no_task), State::open});
  for (const TaskId task : point.sleepers) {
    node.actors.push_back({actor_number(Actor::spurious, task), State::open});
  }
}

void Exploration::set_states(PathNode& node) {
  const std::size_t here = static_cast<std::size_t>(&node - nodes_.data());
  node.preemptions = 0;
  for (std::size_t i = here; i-- > 0;) {
    const PathNode& before = nodes_[i];
    if (before.kind != ChoiceKind::task) continue;
    const bool is_task = before.actors[before.chosen].actor % 2 == 1;
    const bool is_preemption = before.last_can_go_on && before.chosen != 0 && is_task;
    node.preemptions = before.preemptions + (is_preemption ? 1 : 0);
    break;
  }
  for (std::uint32_t i = 0; i < node.actors.size(); ++i) {
    PathNode::Option& option = node.actors[i];
    const bool would_preempt = node.last_can_go_on && i != 0 && option.actor % 2 == 1;
    if (limits_.preemptions) {
      const bool is_beyond = would_preempt && node.preemptions >= *limits_.preemptions;
      option.state = is_beyond ? State::beyond_bound : State::todo;
      is_cut_ = is_cut_ || is_beyond;
    } else if (!limits_.reduces) {
      option.state = State::todo;
    } else if (is_asleep(option.actor)) {
      option.state = State::asleep;
    }
  }
}

bool Exploration::is_asleep(ActorNumber actor) const noexcept {
  return std::ranges::find(sleep_, actor, &Sleeper::actor) != sleep_.end();
}

std::int32_t Exploration::last_step_of(ActorNumber actor) const noexcept {
  return last_step_[actor];
}

void Exploration::on_step(Actor actor, TaskId task, Intent intent) {
  const auto task_index = static_cast<std::size_t>(task);
  const auto number = static_cast<std::int32_t>(steps_.size());
  TracedStep step{.actor = actor_number(actor, task),
                  .footprint = {.kind = intent.kind,
                                // Unless it turns out otherwise: it may end the execution.
                                .notes = step_note::everything,
                                .object = intent.object}};
  if (actor != Actor::task) {
    step.enabled_by = last_step_of(actor_number(Actor::task, task));
    if (intent.kind == IntentKind::semaphore_acquire)
      step.instead_of = actor_number(Actor::task, task);
  } else if (intent.kind == IntentKind::start) {
    step.enabled_by = spawned_by_[task_index];
  } else if (intent.kind == IntentKind::join) {
    step.enabled_by = last_step_of(actor_number(Actor::task, TaskId(intent.object & 0xffffU)));
  } else {
    step.enabled_by = std::exchange(woken_by_[task_index], none_before);
  }
  if (intent.kind == IntentKind::spawn && intent.object < tasks_max)
    spawned_by_[intent.object] = number;
  if (chosen_at_ == none_before && limits_.reduces && is_asleep(step.actor)) is_redundant_ = true;
  if (is_redundant_) return;
  last_step_[step.actor] = number;
  steps_.push_back(step);
  node_of_step_.push_back(std::exchange(chosen_at_, none_before));
}

void Exploration::on_step_done(StepNotes notes, std::uint32_t mutex) {
  if (is_redundant_ || steps_.empty()) return;
  Footprint& footprint = steps_.back().footprint;
  footprint.notes = notes;
  footprint.mutex = mutex;
  for (std::size_t i = 0; i < sleep_.size(); ++i) {
    if (relation(sleep_[i].footprint, footprint) == Relation::independent) continue;
    std::erase_if(sleep_, [woken = sleep_[i].actor](const Sleeper& sleeper) {
      return sleeper.actor == woken;
    });
    i = static_cast<std::size_t>(-1);  // From the beginning: several may have gone.
  }
}

void Exploration::on_woken(TaskId task) {
  if (is_redundant_ || steps_.empty()) return;
  woken_by_[static_cast<std::size_t>(task)] = static_cast<std::int32_t>(steps_.size() - 1);
}

void Exploration::on_deadlock(const Intent* intents, const TaskSet& alive) {
  if (is_redundant_) return;
  for (const TaskId id : alive) {
    const auto task = static_cast<std::size_t>(id);
    const Intent& intent = intents[task];
    const bool waits_for_others =
        intent.kind == IntentKind::lock || intent.kind == IntentKind::semaphore_acquire ||
        intent.kind == IntentKind::lock_exclusive || intent.kind == IntentKind::lock_shared;
    if (!waits_for_others) continue;
    pending_.push_back({.actor = actor_number(Actor::task, id),
                        .footprint = {.kind = intent.kind, .object = intent.object},
                        .enabled_by = woken_by_[task]});
  }
}

// ---- From one to the next
// ----------------------------------------------------------------------------

bool Exploration::next(const ExecutionResult& result) {
  if (is_unsteady_) return false;
  if (limits_.reduces) analyse(result.ending);
  return advance();
}

void Exploration::analyse(Ending ending) {
  note_footprints();
  reverse(races_.analyse(steps_, first_new_step_));
  for (const TracedStep& pending : pending_)
    reverse(races_.analyse_pending(steps_, pending));
  try_what_was_prevented(ending);
  if (is_redundant_ || has_ended_itself(ending)) return;
  // Cut short, it does not show what the others would have done: nothing can be left out.
  for (std::size_t i = fixed_; i < depth_; ++i) {
    for (PathNode::Option& option : nodes_[i].actors) {
      if (option.state == State::open) option.state = State::todo;
    }
  }
}

void Exploration::note_footprints() {
  for (std::size_t i = 0; i < depth_; ++i) {
    PathNode& node = nodes_[i];
    if (node.kind != ChoiceKind::task || node.step < first_new_step_) continue;
    if (node.step >= steps_.size()) continue;
    const Footprint& footprint = steps_[node.step].footprint;
    if (std::ranges::find(node.touched, footprint) == node.touched.end())
      node.touched.push_back(footprint);
  }
}

void Exploration::reverse(const std::vector<Race>& races) {
  for (const Race& race : races)
    reverse(race);
}

// Sees to it that some execution has the two steps the other way round.
void Exploration::reverse(const Race& race) {
  const std::int32_t at = node_of_step_[race.earlier];
  if (at == none_before || static_cast<std::size_t>(at) < fixed_) return;
  PathNode& node = nodes_[static_cast<std::size_t>(at)];
  PathNode::Option* first = nullptr;
  for (const ActorNumber actor : race.initials) {
    const auto found = std::ranges::find(node.actors, actor, &PathNode::Option::actor);
    if (found == node.actors.end()) continue;
    if (found->state != State::open) return;
    if (first == nullptr) first = &*found;
  }
  if (first != nullptr) {
    first->state = State::todo;
    return;
  }
  for (PathNode::Option& option : node.actors) {
    if (option.state == State::open) option.state = State::todo;
  }
}

// A timer that is cleared is a step that did not happen and so takes part in no race; nor does a
// spurious wake-up that a notify, or the end, came before. They are tried where they last could
// be; from there on, they race with what came earlier.
void Exploration::try_what_was_prevented(Ending ending) {
  bool clears = false;
  bool wakes = ending == Ending::deadlock && !is_redundant_;
  for (std::size_t i = steps_.size(); i-- > first_new_step_;) {
    const StepNotes notes = steps_[i].footprint.notes;
    clears = clears || (notes & step_note::clears_timer) != 0;
    wakes = wakes || (notes & (step_note::wakes | step_note::budget)) != 0;
    if (clears || wakes) try_before(i, clears, wakes);
  }
  for (std::size_t i = first_new_step_; (clears || wakes) && i-- > 0;)
    try_before(i, clears, wakes);
}

void Exploration::try_before(std::size_t step, bool& timer, bool& spurious) {
  const std::int32_t at = node_of_step_[step];
  if (at == none_before) return;
  for (PathNode::Option& option : nodes_[static_cast<std::size_t>(at)].actors) {
    if (option.actor % 2 == 1) continue;
    bool& is_wanted = option.actor == 0 ? timer : spurious;
    const bool is_free = static_cast<std::size_t>(at) >= fixed_ && option.state == State::open;
    if (is_wanted && is_free) option.state = State::todo;
  }
  const auto offers = [&](bool to_fire) {
    const auto& actors = nodes_[static_cast<std::size_t>(at)].actors;
    return std::ranges::any_of(actors, [&](const PathNode::Option& option) {
      return option.actor % 2 == 0 && (option.actor == 0) == to_fire;
    });
  };
  timer = timer && !offers(true);
  spurious = spurious && !offers(false);
}

bool Exploration::advance() {
  while (depth_ > fixed_) {
    PathNode& node = nodes_[depth_ - 1];
    if (advance(node)) {
      first_new_step_ = node.step;
      return true;
    }
    --depth_;
  }
  return false;
}

bool Exploration::advance(PathNode& node) const {
  if (node.kind != ChoiceKind::task) {
    if (node.chosen + 1 == node.options) return false;
    ++node.chosen;
    return true;
  }
  PathNode::Option& left = node.actors[node.chosen];
  left.state = State::done;
  if (limits_.reduces) {
    for (const Footprint& footprint : node.touched)
      node.sleep.push_back({left.actor, footprint});
  }
  node.touched.clear();
  const auto todo = std::ranges::find(node.actors, State::todo, &PathNode::Option::state);
  if (todo == node.actors.end()) return false;
  todo->state = State::active;
  node.chosen = static_cast<std::uint32_t>(todo - node.actors.begin());
  return true;
}

double Exploration::share_done() const noexcept {
  double done = 0;
  double weight = 1;
  for (std::size_t i = fixed_; i < depth_; ++i) {
    const PathNode& node = nodes_[i];
    double all = node.options;
    double before = node.chosen;
    if (node.kind == ChoiceKind::task) {
      const auto in = [&node](State state) {
        return static_cast<double>(
            std::ranges::count(node.actors, state, &PathNode::Option::state));
      };
      before = in(State::done);
      all = before + in(State::active) + in(State::todo);
    }
    done += weight * before / all;
    weight /= all;
  }
  return done;
}

}  // namespace poolproof::sim
