// L1: at every instant a connection has at most one holder, a lease always has a connection, an
// ended lease reaches none.
#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

class Exclusivity {
 public:
  Exclusivity(const History& history, const HistoryIndex& index, Found& found) noexcept
      : history_(history), index_(index), found_(found) {}

  void judge() {
    for (const OperationRecord& operation : index_.operations)
      judge(operation);
    for (const LeaseRecord& lease : index_.leases)
      judge(lease);
    for (const ClientRecord& client : index_.clients)
      judge(client);
  }

 private:
  void judge(const OperationRecord& operation) {
    if (operation.ret == absent) return;
    if (is_acquire(operation) && operation.outcome == Outcome::ok && operation.lease == absent) {
      report_lease_without_connection(operation);
    }
    if (operation.kind != Operation::use_ended) return;
    const Event& ret = history_.events[operation.ret];
    if (ret.count == 0 && ret.session == SessionId{}) return;
    found_.push_back(
        {LawId::exclusivity,
         {operation.call, operation.ret},
         fmt::format("a lease that {} had ended still reached {} {}", name(operation.task),
                     reached(ret), moment(history_, operation.ret))});
  }

  static std::string reached(const Event& ret) {
    if (ret.session == SessionId{}) return "a session";
    return fmt::format("session {}", static_cast<std::uint32_t>(ret.session));
  }

  void report_lease_without_connection(const OperationRecord& operation) {
    const auto number = static_cast<std::uint32_t>(operation.session);
    const std::string what = number == 0
                                 ? "without a connection"
                                 : fmt::format("of session {}, which was never opened", number);
    found_.push_back({LawId::exclusivity,
                      {operation.call, operation.ret},
                      fmt::format("{} was given a lease {} {}", name(operation.task), what,
                                  moment(history_, operation.ret))});
  }

  void judge(const LeaseRecord& lease) {
    const SessionRecord& session = index_.sessions[lease.session];
    if (lease.clash != absent) {
      const LeaseRecord& other = index_.leases[lease.clash];
      found_.push_back(
          {LawId::exclusivity,
           {other.begin, lease.begin},
           fmt::format("{} was handed to {} {} while {} still held it (leased at event {})",
                       name(session), name(lease.holder), moment(history_, lease.begin),
                       name(other.holder), other.begin)});
    }
    if (lease.call_under_way != absent) {
      const ClientRecord& call = index_.clients[lease.call_under_way];
      found_.push_back(
          {LawId::exclusivity,
           {call.begin, lease.begin},
           fmt::format("{} was handed to {} {} while {} on it was under way (since event {})",
                       name(session), name(lease.holder), moment(history_, lease.begin),
                       name(call), call.begin)});
    }
    judge_presence(lease, session);
  }

  void judge_presence(const LeaseRecord& lease, const SessionRecord& session) {
    if (!session.is_connected) {
      found_.push_back(
          {LawId::exclusivity,
           {session.connect_begin, lease.begin},
           fmt::format("{} was handed to {} {} although its connect had not succeeded",
                       name(session), name(lease.holder), moment(history_, lease.begin))});
    } else if (session.close_begin < lease.begin) {
      found_.push_back({LawId::exclusivity,
                        {session.close_begin, lease.begin},
                        fmt::format("{} was handed to {} {} after its close had begun (event {})",
                                    name(session), name(lease.holder),
                                    moment(history_, lease.begin), session.close_begin)});
    }
  }

  void judge(const ClientRecord& call) {
    if (call.session == absent || call.kind == ClientCall::connect) return;
    if (call.clash != absent) report_two_calls(call);
    const bool is_pools = !mocks::is_statement(call.kind) || call.operation != absent;
    if (call.lease != absent && is_pools && !is_holders_wish(call)) report_foreign_call(call);
    const SessionRecord& session = index_.sessions[call.session];
    const bool is_on_closed = mocks::is_statement(call.kind) && session.close_begin < call.begin;
    if (is_on_closed && session.invalidated == absent) report_use_of_closed(call, session);
  }

  /// A pool may close at once what its holder invalidates.
  bool is_holders_wish(const ClientRecord& call) const {
    if (call.kind != ClientCall::close) return false;
    return index_.leases[call.lease].invalidated != absent &&
           index_.leases[call.lease].holder == call.task;
  }

  void report_two_calls(const ClientRecord& call) {
    const ClientRecord& other = index_.clients[call.clash];
    found_.push_back({LawId::exclusivity,
                      {other.begin, call.begin},
                      fmt::format("{} on {} began {} while {} was under way (since event {})",
                                  name(call), name(index_.sessions[call.session]),
                                  moment(history_, call.begin), name(other), other.begin)});
  }

  void report_foreign_call(const ClientRecord& call) {
    const LeaseRecord& lease = index_.leases[call.lease];
    found_.push_back({LawId::exclusivity,
                      {lease.begin, call.begin},
                      fmt::format("{} on {} began {} while {} held it (leased at event {})",
                                  name(call), name(index_.sessions[call.session]),
                                  moment(history_, call.begin), name(lease.holder), lease.begin)});
  }

  void report_use_of_closed(const ClientRecord& call, const SessionRecord& session) {
    found_.push_back(
        {LawId::exclusivity,
         {session.close_begin, call.begin},
         fmt::format("{} on {} began {} after the session's close had begun (event {})",
                     name(call), name(session), moment(history_, call.begin),
                     session.close_begin)});
  }

  const History& history_;
  const HistoryIndex& index_;
  Found& found_;
};

}  // namespace

void judge_exclusivity(const History& history, const HistoryIndex& index, Found& found) {
  Exclusivity(history, index, found).judge();
}

}  // namespace poolproof::sim
