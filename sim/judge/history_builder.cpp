#include <poolproof/sim/judge/history_builder.h>

#include <algorithm>
#include <ranges>

#include <poolproof/core/ensure.h>

namespace poolproof::sim {

HistoryBuilder::HistoryBuilder() {
  history_.config.min_size = 0;
  history_.config.max_size = 2;
  history_.config.idle_timeout = Duration::zero();
  history_.config.max_lifetime = Duration::zero();
  history_.config.connect_backoff = Duration::zero();
  history_.capabilities.cancellation = true;
  history_.capabilities.error_policy = true;
  history_.capabilities.call_deadlines = true;
  history_.capabilities.waits_when_refused = true;
  history_.capabilities.notices_dead = true;
  history_.capabilities.connect_backoff = true;
  history_.config.validate_after_idle = Duration::zero();
}

HistoryBuilder& HistoryBuilder::on_real_threads() {
  history_.virtual_time = false;
  return *this;
}

HistoryBuilder& HistoryBuilder::at(Duration since_begin) {
  now_ = Instant{} + since_begin;
  return *this;
}

Event& HistoryBuilder::add(EventKind kind, TaskId task) {
  Event& event = history_.events.emplace_back();
  event.at = now_;
  event.kind = kind;
  event.task = task;
  return event;
}

/// The last begin of a task that has no end yet, or nothing.
const Event* HistoryBuilder::open(unsigned task, EventKind begin, EventKind end) const {
  for (const Event& event : std::views::reverse(history_.events)) {
    if (event.task != TaskId(task)) continue;
    if (event.kind == end) return nullptr;
    if (event.kind == begin) return &event;
  }
  return nullptr;
}

HistoryBuilder& HistoryBuilder::call(unsigned task, Operation operation, unsigned session,
                                     Duration timeout) {
  Event& event = add(EventKind::call, TaskId(task));
  event.operation = operation;
  event.session = SessionId{session};
  event.timeout = timeout;
  return *this;
}

HistoryBuilder& HistoryBuilder::returns(unsigned task, Outcome outcome, unsigned session) {
  const Event* call = open(task, EventKind::call, EventKind::ret);
  ensure(call != nullptr);
  const Operation operation = call->operation;
  Event& event = add(EventKind::ret, TaskId(task));
  event.operation = operation;
  event.outcome = outcome;
  event.session = SessionId{session};
  return *this;
}

HistoryBuilder& HistoryBuilder::does(unsigned task, Operation operation, unsigned session) {
  return call(task, operation, session).returns(task);
}

HistoryBuilder& HistoryBuilder::acquire(unsigned task, Duration timeout) {
  return call(task, Operation::acquire, 0, timeout);
}

HistoryBuilder& HistoryBuilder::got(unsigned task, unsigned session) {
  return returns(task, Outcome::ok, session);
}

HistoryBuilder& HistoryBuilder::takes(unsigned task, unsigned session) {
  acquire(task);
  const bool is_new = std::ranges::none_of(history_.events, [&](const Event& event) {
    return event.kind == EventKind::client_begin && event.session == SessionId{session};
  });
  if (is_new) opens(task, session);
  return got(task, session);
}

HistoryBuilder& HistoryBuilder::tries(unsigned task, Outcome outcome, unsigned session) {
  return call(task, Operation::try_acquire).returns(task, outcome, session);
}

HistoryBuilder& HistoryBuilder::release(unsigned task, unsigned session) {
  return call(task, Operation::release, session);
}

HistoryBuilder& HistoryBuilder::gives_back(unsigned task, unsigned session) {
  return release(task, session).returns(task);
}

HistoryBuilder& HistoryBuilder::resize(unsigned task, unsigned min_size, unsigned max_size,
                                       Outcome outcome) {
  call(task, Operation::resize);
  history_.events.back().min_size = min_size;
  history_.events.back().max_size = max_size;
  return returns(task, outcome);
}

HistoryBuilder& HistoryBuilder::snapshot(unsigned task, const Snapshot& snapshot) {
  if (open(task, EventKind::call, EventKind::ret) == nullptr) call(task, Operation::metrics);
  returns(task);
  history_.snapshots.push_back(snapshot);
  history_.events.back().snapshot = static_cast<std::uint32_t>(history_.snapshots.size());
  return *this;
}

HistoryBuilder& HistoryBuilder::refused(unsigned task, Outcome outcome, const Refusal& refusal) {
  returns(task, outcome);
  history_.refusals.push_back(refusal);
  history_.events.back().snapshot = static_cast<std::uint32_t>(history_.refusals.size());
  return *this;
}

HistoryBuilder& HistoryBuilder::with(int leases, std::uint32_t waiting) {
  history_.events.back().amount = leases;
  history_.events.back().count = waiting;
  return *this;
}

HistoryBuilder& HistoryBuilder::drained(unsigned task, unsigned leases_out) {
  returns(task);
  history_.events.back().count = leases_out;
  return *this;
}

HistoryBuilder& HistoryBuilder::leaves(unsigned task, mocks::Leftover what, unsigned session) {
  call(task, Operation::leave, session).returns(task);
  history_.events.back().count = static_cast<std::uint32_t>(what);
  return *this;
}

HistoryBuilder& HistoryBuilder::finds(unsigned task, unsigned session, mocks::Leftover what) {
  acquire(task).got(task, session);
  history_.events.back().count = static_cast<std::uint32_t>(what);
  return *this;
}

HistoryBuilder& HistoryBuilder::cancels(unsigned task, unsigned target) {
  call(task, Operation::cancel);
  history_.events.back().count = target;
  return returns(task);
}

HistoryBuilder& HistoryBuilder::counts(std::uint32_t count) {
  history_.events.back().count = count;
  return *this;
}

HistoryBuilder& HistoryBuilder::given(Duration time) {
  history_.events.back().timeout = time;
  return *this;
}

HistoryBuilder& HistoryBuilder::used_ended(unsigned task, unsigned session) {
  return call(task, Operation::use_ended).returns(task, Outcome::ok, session);
}

HistoryBuilder& HistoryBuilder::begins(unsigned task, ClientCall call, unsigned session,
                                       unsigned locks_held) {
  const Event* within = open(task, EventKind::call, EventKind::ret);
  const Operation operation = within == nullptr ? Operation::none : within->operation;
  Event& event = add(EventKind::client_begin, TaskId(task));
  event.operation = operation;
  event.client_call = call;
  event.session = SessionId{session};
  event.locks_held = static_cast<std::uint16_t>(locks_held);
  return *this;
}

HistoryBuilder& HistoryBuilder::ends(unsigned task, Outcome outcome) {
  const Event* begin = open(task, EventKind::client_begin, EventKind::client_end);
  ensure(begin != nullptr);
  const Event copy = *begin;
  Event& event = add(EventKind::client_end, TaskId(task));
  event.operation = copy.operation;
  event.client_call = copy.client_call;
  event.session = copy.session;
  event.outcome = outcome;
  return *this;
}

HistoryBuilder& HistoryBuilder::calls(unsigned task, ClientCall call, unsigned session,
                                      Outcome outcome) {
  return begins(task, call, session).ends(task, outcome);
}

HistoryBuilder& HistoryBuilder::step(unsigned task, Event fields) {
  fields.at = now_;
  fields.kind = EventKind::transaction;
  fields.task = TaskId(task);
  history_.events.push_back(fields);
  return *this;
}

HistoryBuilder& HistoryBuilder::parked(unsigned task) {
  const Event* within = open(task, EventKind::call, EventKind::ret);
  ensure(within != nullptr);
  const Operation operation = within->operation;
  add(EventKind::parked, TaskId(task)).operation = operation;
  return *this;
}

HistoryBuilder& HistoryBuilder::stalled(Outcome outcome, Duration until_next_timer) {
  Event& event = add(EventKind::stalled, no_task);
  event.outcome = outcome;
  event.timeout = until_next_timer;
  return *this;
}

HistoryBuilder& HistoryBuilder::server_restarts() {
  add(EventKind::server, no_task);
  return *this;
}

HistoryBuilder& HistoryBuilder::died(unsigned session, Duration ago) {
  Event& event = add(EventKind::server, no_task);
  event.session = SessionId{session};
  event.timeout = ago;
  return *this;
}

HistoryBuilder& HistoryBuilder::finished(Outcome outcome) {
  add(EventKind::finished, no_task).outcome = outcome;
  return *this;
}

HistoryBuilder& HistoryBuilder::observed(unsigned task, PoolEventKind kind, unsigned connection,
                                         unsigned waiter, unsigned sequence) {
  sequence_ = sequence == 0 ? sequence_ + 1 : sequence;
  Event& event = add(EventKind::observed, TaskId(task));
  event.pool_event = kind;
  event.connection = connection;
  event.waiter = waiter;
  event.sequence = sequence_;
  return *this;
}

HistoryBuilder& HistoryBuilder::changed(unsigned task, unsigned connection, ConnectionState from,
                                        ConnectionState to, unsigned sequence) {
  observed(task, PoolEventKind::state_changed, connection, 0, sequence);
  history_.events.back().from = from;
  history_.events.back().to = to;
  return *this;
}

std::string HistoryBuilder::judged_by(LawId id) const {
  const Law& judging = law(id);
  const std::string_view why = not_judged(judging, history_.capabilities, history_.virtual_time);
  if (!why.empty()) return "n/a: " + std::string(why);
  HistoryIndex index;
  index.build(history_);
  std::vector<Violation> found;
  if (!judging.judge(history_, index, found)) return "unknown";
  std::string sentences;
  for (const Violation& violation : found)
    sentences += (sentences.empty() ? "" : "\n") + violation.sentence;
  return sentences;
}

std::string HistoryBuilder::judged() const {
  HistoryIndex index;
  std::vector<Violation> found;
  judge(history_, index, found);
  std::string sentences;
  for (const Violation& violation : found) {
    sentences += sentences.empty() ? "" : "\n";
    sentences += std::string(law(violation.law).label) + ": " + violation.sentence;
  }
  return sentences;
}

}  // namespace poolproof::sim
