#include <poolproof/sim/explore/step_log.h>

#include <unwind.h>

#include <csignal>

namespace poolproof::sim {
namespace {

_Unwind_Reason_Code keep_call(_Unwind_Context* frame, void* calls_of_step) {
  auto& calls = *static_cast<std::vector<std::uintptr_t>*>(calls_of_step);
  int is_before_call = 0;
  const std::uintptr_t address = _Unwind_GetIPInfo(frame, &is_before_call);
  if (address == 0 || calls.size() == StepLog::calls_max) return _URC_END_OF_STACK;
  // What it returns to may belong to the next line.
  calls.push_back(is_before_call != 0 ? address : address - 1);
  return _URC_NO_REASON;
}

}  // namespace

LoggedStep& StepLog::add(Actor actor, TaskId task, Intent intent, Instant at) {
  return steps_.emplace_back(LoggedStep{.actor = actor,
                                        .task = task,
                                        .intent = intent,
                                        .at = at,
                                        .events = history_->events.size(),
                                        .waiting = Engine::current().waiting()});
}

void StepLog::on_step(Actor actor, TaskId task, Intent intent) {
  if (actor != Actor::task) add(actor, task, intent, Engine::current().now());
}

// Only now has the timer moved the clock.
void StepLog::on_step_done(StepNotes notes, std::uint32_t) {
  const bool has_fired = (notes & step_note::fires_timer) != 0;
  if (has_fired && !steps_.empty()) steps_.back().at = Engine::current().now();
}

void StepLog::on_taken(TaskId task, Intent intent, Instant at) {
  LoggedStep& step = add(Actor::task, task, intent, at);
  _Unwind_Backtrace(&keep_call, &step.calls);
  if (steps_.size() == break_at_) std::raise(SIGTRAP);
}

}  // namespace poolproof::sim
