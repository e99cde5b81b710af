#include <poolproof/sim/judge/pool_model.h>

#include <algorithm>

#include <poolproof/sim/judge/laws/backoff_bounds.h>

namespace poolproof::sim {

namespace {

constexpr Part holder{.may_hold = 1};

bool is_close(Operation kind) {
  return kind == Operation::close || kind == Operation::drain || kind == Operation::destroy;
}

bool has_own_connect_failed(const HistoryIndex& index, const OperationRecord& operation) {
  return std::ranges::any_of(index.clients, [&](const ClientRecord& call) {
    return call.is_pools_own && call.kind == ClientCall::connect && call.end < operation.ret &&
           call.outcome != Outcome::ok;
  });
}

/// Nothing is seen of a caller between its call and its first client call or sleep: one that was
/// served later may have been in the queue, and woken.
bool may_have_queued(const HistoryIndex& index, const OperationRecord& older, EventIndex since) {
  if (older.client_calls == 0) return older.outcome == Outcome::ok;
  const auto number = static_cast<std::uint32_t>(&older - index.operations.data());
  return std::ranges::none_of(index.clients, [&](const ClientRecord& call) {
    return call.operation == number && call.begin < since;
  });
}

/// A caller may go away empty-handed although the model has a token: an older waiter was woken and
/// had not come for it yet, whatever it went on to do with it, or a close was half done.
bool may_give_up(const HistoryIndex& index, const OperationRecord& acquire) {
  return std::ranges::any_of(index.operations, [&](const OperationRecord& other) {
    if (other.call > acquire.ret || other.ret < acquire.call) return false;
    const bool is_older = other.kind == Operation::acquire && other.call < acquire.call;
    const bool may_be_first =
        is_older && (other.parked < acquire.ret || may_have_queued(index, other, acquire.call));
    return may_be_first || is_close(other.kind);
  });
}

/// One that had pinged or opened a connection in vain may have held another slot before the one
/// that it got.
Part part_of_success(const OperationRecord& acquire) {
  if (acquire.lease == absent) return {.keeps = true, .may_hold = 1};
  const bool has_tried = acquire.client_calls > 1 || acquire.failed_calls > 0;
  return {.role = Role::take, .may_hold = has_tried ? std::uint64_t{1} : 0};
}

Part part_of_acquire(const History& history, const HistoryIndex& index,
                     const OperationRecord& acquire) {
  const Capabilities& pool = history.capabilities;
  if (acquire.ret == absent) return holder;
  switch (acquire.outcome) {
    case Outcome::ok:
      return part_of_success(acquire);
    case Outcome::timed_out:
    case Outcome::exhausted:
      if (acquire.client_calls > 0) return holder;
      if (may_be_paused(history, index, acquire)) return {};  // A slot may be withheld.
      return may_give_up(index, acquire) ? Part{} : Part{.role = Role::refusal};
    case Outcome::closed:
      return pool.close ? Part{.role = Role::told_closed, .may_hold = 1} : holder;
    case Outcome::connect_failed: {
      const bool is_explained = !pool.connect_errors || acquire.failed_connects > 0 ||
                                has_own_connect_failed(index, acquire) ||
                                may_be_paused(history, index, acquire);
      return is_explained ? holder : Part{.role = Role::unexplained};
    }
    case Outcome::cancelled:  // It may have been granted something and given it on.
      return holder;
    default:
      return {.keeps = !pool.exception_safe, .may_hold = 1};
  }
}

/// A session that is being closed counts against max_size, though its lease has ended.
bool closes_what_it_gives(const HistoryIndex& index, const OperationRecord& release) {
  const LeaseRecord& lease = index.leases[release.lease];
  return lease.session != absent && index.sessions[lease.session].closer == lease.release;
}

}  // namespace

Part part_of(const History& history, const HistoryIndex& index, const OperationRecord& operation) {
  constexpr std::uint64_t all = Part::everything;
  constexpr std::uint32_t reset_and_close = 2;
  const bool is_certain = operation.ret != absent && operation.outcome == Outcome::ok;
  switch (operation.kind) {
    case Operation::acquire:
    case Operation::try_acquire:
      return part_of_acquire(history, index, operation);
    case Operation::release: {
      if (operation.lease == absent) return {};
      const bool is_safe = operation.ret != absent && history.capabilities.exception_safe;
      return {.role = Role::give,
              .is_optional = !is_certain && !is_safe,
              .closes = closes_what_it_gives(index, operation),
              .may_hold = operation.client_calls > reset_and_close ? all : 0};
    }
    case Operation::resize:
      return {.role = Role::resize, .is_optional = !is_certain, .may_hold = all};
    case Operation::close:
    case Operation::drain:
    case Operation::destroy:
      return {.role = Role::close, .is_optional = !is_certain, .may_hold = all};
    case Operation::ensure_min_size:
    case Operation::health_check:
    case Operation::evict_all:
      return {.may_hold = all};
    case Operation::none:
    case Operation::invalidate:
    case Operation::metrics:
    case Operation::use_ended:
    case Operation::leave:
    case Operation::move:
    case Operation::cancel:
      return {};
  }
  return {};
}

}  // namespace poolproof::sim
