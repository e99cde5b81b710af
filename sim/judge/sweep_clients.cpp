#include <poolproof/sim/judge/sweep.h>

#include <utility>

namespace poolproof::sim {

void Sweep::on_client_begin(EventIndex i, const Event& event) {
  const auto number = static_cast<std::uint32_t>(index_.clients.size());
  ClientRecord& client = index_.clients.emplace_back();
  auto& task = task_now(event.task);
  client.begin = i;
  client.task = event.task;
  client.kind = event.client_call;
  client.operation = task.operation;
  const bool is_holders =
      task.operation != absent && index_.operations[task.operation].kind == Operation::leave;
  if (is_holders) client.operation = absent;  // What a holder leaves behind it says itself.
  task.client = number;
  task.parked = absent;
  if (client.operation != absent) ++index_.operations[client.operation].client_calls;
  if (!mocks::is_statement(client.kind)) {
    ++calls_under_way_;
    client.is_pools_own = client.operation == absent;
  }
  if (client.is_pools_own) {
    ++own_calls_under_way_;
    were_own_threads_active_ = true;
    index_.last_own_call = i;
  }
  if (client.kind == ClientCall::connect) {
    begin_session(i, event, client);
  } else {
    client.session = index_.find(event.session);
    if (client.session != absent) begin_use(i, client, number);
  }
}

void Sweep::begin_session(EventIndex i, const Event& event, ClientRecord& client) {
  ++tally_.connects_open;
  index_.own_threads_connect = index_.own_threads_connect || client.is_pools_own;
  const auto number = static_cast<std::size_t>(event.session);
  constexpr std::size_t ahead_max = 1000;  // Real threads may be recorded a little out of order.
  if (number == 0 || number > history_.events.size() + ahead_max) return;
  if (index_.find(event.session) != absent) return;
  if (number >= index_.session_by_number.size()) {
    index_.session_by_number.resize(number + 1, absent);
  }
  client.session = static_cast<std::uint32_t>(index_.sessions.size());
  index_.session_by_number[number] = client.session;
  SessionRecord& session = index_.sessions.emplace_back();
  session.id = event.session;
  session.connect_begin = i;
  session.opener = client.operation;
  session.counted = ++counted_;
  index_.sessions_now.emplace_back();
}

void Sweep::begin_use(EventIndex i, ClientRecord& client, std::uint32_t number) {
  SessionRecord& session = index_.sessions[client.session];
  auto& now = index_.sessions_now[client.session];
  client.lease = now.lease;
  client.clash = now.client;
  now.client = number;
  if (client.kind != ClientCall::close) {
    if (session.close_begin != absent) note_first(session.used_after_close, i);
  } else if (session.close_begin != absent) {
    note_first(session.second_close, i);
  } else {
    session.close_begin = i;
    session.closer = client.operation;
    session.closer_task = client.task;
    ++tally_.closes_begun;
  }
}

void Sweep::on_client_end(EventIndex i, const Event& event) {
  auto& task = task_now(event.task);
  const std::uint32_t number = std::exchange(task.client, absent);
  if (number == absent) return;
  ClientRecord& client = index_.clients[number];
  client.end = i;
  client.outcome = event.outcome;
  if (event.outcome == Outcome::read_only) index_.demotions.push_back(i);
  if (!mocks::is_statement(client.kind)) --calls_under_way_;
  if (client.is_pools_own) --own_calls_under_way_;
  if (client.operation != absent && event.outcome != Outcome::ok) {
    ++index_.operations[client.operation].failed_calls;
  }
  if (client.kind == ClientCall::connect) --tally_.connects_open;
  if (client.session == absent) return;
  if (client.kind == ClientCall::connect) end_connect(i, client);
  if (client.kind == ClientCall::close) end_close(i, client);
  end_use(i, number);
}

void Sweep::end_connect(EventIndex i, const ClientRecord& client) {
  SessionRecord& session = index_.sessions[client.session];
  session.connect_end = i;
  session.is_connected = client.outcome == Outcome::ok;
  if (!session.is_connected) --counted_;
  ++(session.is_connected ? tally_.connects_ok : tally_.failures);
  if (client.operation == absent) return;
  OperationRecord& operation = index_.operations[client.operation];
  ++(session.is_connected ? operation.opened : operation.failed_connects);
}

void Sweep::end_close(EventIndex i, const ClientRecord& client) {
  SessionRecord& session = index_.sessions[client.session];
  if (session.close_end != absent) return;
  session.close_end = i;
  if (session.is_connected) --counted_;
  if (client.operation != absent && client.operation != session.opener) {
    ++index_.operations[client.operation].closes;
  }
}

void Sweep::end_use(EventIndex i, std::uint32_t number) {
  const ClientRecord& client = index_.clients[number];
  auto& now = index_.sessions_now[client.session];
  if (now.client == number) now.client = absent;
  if (client.outcome == Outcome::ok) {
    now.sign_of_life = i;
    const bool clears = client.kind == ClientCall::ping && now.broken_by != absent &&
                        index_.clients[now.broken_by].kind == ClientCall::ping;
    if (clears) now.broken_by = absent;
    return;
  }
  if (client.kind == ClientCall::connect) return;
  note_first(index_.sessions[client.session].first_failure, i);
  const bool breaks = client.kind == ClientCall::ping || client.kind == ClientCall::reset;
  if (breaks && now.broken_by == absent) now.broken_by = number;
}

}  // namespace poolproof::sim
