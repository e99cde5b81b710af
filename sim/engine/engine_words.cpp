// The engine in words: names, and what each task waits for.

#include <poolproof/sim/engine/engine.h>

#include <bit>

namespace poolproof::sim {

std::string_view to_string(IntentKind kind) noexcept {
  switch (kind) {
    case IntentKind::start:
      return "start";
    case IntentKind::lock:
      return "lock mutex";
    case IntentKind::try_lock:
      return "try_lock mutex";
    case IntentKind::unlock:
      return "unlock mutex";
    case IntentKind::lock_exclusive:
      return "lock shared_mutex";
    case IntentKind::lock_shared:
      return "lock_shared shared_mutex";
    case IntentKind::unlock_shared:
      return "unlock shared_mutex";
    case IntentKind::wait:
      return "wait on condition_variable";
    case IntentKind::notify_one:
      return "notify_one condition_variable";
    case IntentKind::notify_all:
      return "notify_all condition_variable";
    case IntentKind::load:
      return "load atomic";
    case IntentKind::store:
      return "store atomic";
    case IntentKind::exchange:
      return "exchange atomic";
    case IntentKind::compare_exchange:
      return "compare_exchange atomic";
    case IntentKind::atomic_wait:
      return "wait on atomic";
    case IntentKind::atomic_notify:
      return "notify atomic";
    case IntentKind::semaphore_acquire:
      return "acquire semaphore";
    case IntentKind::semaphore_release:
      return "release semaphore";
    case IntentKind::owner_lock:
      return "lock mutex";
    case IntentKind::sharer_lock:
      return "lock_shared mutex";
    case IntentKind::owner_unlock:
      return "unlock mutex";
    case IntentKind::count_down:
      return "count down latch";
    case IntentKind::latch_wait:
      return "wait on latch";
    case IntentKind::arrive:
      return "arrive at barrier";
    case IntentKind::barrier_wait:
      return "wait on barrier";
    case IntentKind::once:
      return "call_once once_flag";
    case IntentKind::stop:
      return "look at stop_token";
    case IntentKind::park:
      return "park on parker";
    case IntentKind::unpark:
      return "unpark parker";
    case IntentKind::spawn:
      return "spawn task";
    case IntentKind::join:
      return "join task";
    case IntentKind::yield:
      return "yield";
    case IntentKind::sleep:
      return "sleep";
    case IntentKind::client_call:
      return "call the database client";
  }
  return "unknown";
}

std::string to_string(const Intent& intent) {
  std::string text(to_string(intent.kind));
  if (intent.object != 0 || intent.kind == IntentKind::join)
    text += " #" + std::to_string(intent.object);
  return text;
}

std::string_view to_string(Ending ending) noexcept {
  switch (ending) {
    case Ending::completed:
      return "completed";
    case Ending::deadlock:
      return "deadlock";
    case Ending::livelock:
      return "livelock";
    case Ending::stuck:
      return "stuck";
    case Ending::crashed:
      return "crashed";
    case Ending::diverged:
      return "diverged";
  }
  return "unknown";
}

std::vector<Waiting> Engine::waiting() const {
  std::vector<Waiting> all;
  for (const TaskId id : alive_) {
    const Task& task = tasks_[static_cast<std::size_t>(id)];
    Waiting& one = all.emplace_back();
    one.task = task.id;
    one.intent = intents_[static_cast<std::size_t>(task.id)];
    one.can_go_on = runnable_.has(id);
    if (timed_.has(id)) one.until = task.deadline;
    const bool wants_mutex = one.intent.kind == IntentKind::lock && task.wants_mutex->is_held;
    if (wants_mutex) one.held_by = task.wants_mutex->owner;
  }
  return all;
}

std::string Engine::what_each_waits_for() const {
  std::string text;
  for (const Waiting& one : waiting()) {
    const std::string& name = tasks_[static_cast<std::size_t>(one.task)].name;
    if (!text.empty()) text += "; ";
    text += "task " + std::to_string(static_cast<unsigned>(one.task));
    if (!name.empty()) text += " (" + name + ")";
    text += one.can_go_on ? " can " : " waits to ";
    text += to_string(one.intent);
    if (one.until != Instant::max())
      text += " until " + std::to_string(one.until.time_since_epoch().count()) + " ns";
    if (one.held_by != no_task)
      text += ", held by task " + std::to_string(static_cast<unsigned>(one.held_by));
  }
  return text;
}

}  // namespace poolproof::sim
