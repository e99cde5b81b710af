#pragma once
// A database that does what it is told: sessions that fail, throw, take their time or die with the
// server, as a FaultPlan says. What happens is decided in mock_server.h; here it is carried out.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <expected>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/db_client.h>
#include <poolproof/core/rng.h>
#include <poolproof/mocks/mock_db_client.h>
#include <poolproof/mocks/mock_errors.h>
#include <poolproof/mocks/mock_server.h>
#include <poolproof/mocks/table_store.h>

namespace poolproof::mocks {

/// Each call goes: listener's on_begin; the plan's verdict; blocking in the clock; listener's
/// on_end; the answer. All that the mock allocates for a call it allocates between on_begin and
/// on_end. Any thread; no lock is held while the clock, the listener or the chance is called. They
/// and the plan must outlive the database, and the database its clients. `Mutex` is any Lockable.
/// What the listener or the clock throws passes through, except out of a client's destructor,
/// where they must not throw.
template <class Mutex>
class BasicMockDatabase final : public DbClientFactory {
 public:
  using mutex_type = Mutex;

  /// Without a listener nobody is told. Without a chance, an Rng that set_seed() seeds (0 unless
  /// called) is asked.
  BasicMockDatabase(const FaultPlan& plan, Clock& clock, CallListener* listener = nullptr,
                    Chance* chance = nullptr) noexcept
      : plan_(plan), clock_(clock), listener_(listener), chance_(chance), server_(plan) {}
  BasicMockDatabase(const FaultPlan&&, Clock&, CallListener* = nullptr,
                    Chance* = nullptr) = delete;
  BasicMockDatabase(const BasicMockDatabase&) = delete;
  BasicMockDatabase& operator=(const BasicMockDatabase&) = delete;

  /// Opens a session. Its number is taken before the listener hears of it, and never used again. A
  /// connect that would block past `deadline` blocks until then and answers timed_out.
  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant deadline) override;

  /// From now on `sql` answers with `result`. SQL that nobody scripted answers with an empty
  /// result.
  void script(std::string sql, ResultSet result) {
    const std::lock_guard guard(mutex_);
    scripts_.insert_or_assign(std::move(sql), std::move(result));
  }
  /// Before the first connect: statements are answered by `store`, which must outlive the
  /// database, and begin, commit and rollback are calls of their own.
  void attach(TableStore& store) noexcept { store_ = &store; }
  /// Dialect::sqlite unless called.
  void set_dialect(Dialect dialect) {
    const std::lock_guard guard(mutex_);
    dialect_ = dialect;
  }
  /// Whether clients can say that a transaction is open: yes unless called.
  void set_sees_transactions(bool sees) {
    const std::lock_guard guard(mutex_);
    sees_transactions_ = sees;
  }
  void set_seed(std::uint64_t seed) {
    const std::lock_guard guard(mutex_);
    rng_ = Rng(seed);
  }
  /// While off, no fault strikes and no further restart happens; what a restart killed stays dead.
  void set_faults_enabled(bool enabled) {
    const Instant now = clock_.now();
    const std::lock_guard guard(mutex_);
    server_.set_faults_enabled(enabled, now);
  }

  /// Sessions as the server counts them: each from the begin of its connect until its close has
  /// returned.
  [[nodiscard]] std::size_t sessions() const { return books().sessions(); }
  [[nodiscard]] std::size_t sessions_peak() const { return books().sessions_peak(); }
  /// Connects that succeeded, and closes that returned.
  [[nodiscard]] std::uint64_t sessions_opened() const { return books().sessions_opened(); }
  [[nodiscard]] std::uint64_t sessions_closed() const { return books().sessions_closed(); }
  /// How many calls of a kind the server has received.
  [[nodiscard]] std::uint32_t calls(ClientCall call) const { return books().calls(call); }

 private:
  class Client;
  class Admission;
  class OwnChance;

  /// How a call ended, beside what it answers: `thrown` is set exactly when `outcome` is threw.
  struct End {
    CallOutcome outcome = CallOutcome::ok;
    std::exception_ptr thrown{};
  };

  MockServer books() const {
    const std::lock_guard guard(mutex_);
    return server_;
  }
  void tell_begin(ClientCall call, SessionNumber session, Instant deadline) {
    if (listener_ != nullptr) listener_->on_begin(call, session, deadline);
  }
  void tell_end(ClientCall call, SessionNumber session, CallOutcome outcome) {
    if (listener_ != nullptr) listener_->on_end(call, session, outcome);
  }
  void block_until(Instant instant) {
    if (instant != Instant::min()) clock_.sleep_until(instant);
  }

  /// Tells the listener of begin and end around `body(End&)`, which says what to answer and how
  /// the call ended.
  template <class T, class Body>
  std::expected<T, DbError> told(ClientCall call, SessionNumber session, Instant deadline,
                                 const Body& body);
  /// The path of every call on an open session; `answer` makes the result of one that succeeds.
  template <std::invocable Answer>
  auto serve(ClientCall call, Client& client, const Answer& answer)
      -> std::invoke_result_t<Answer>;

  Verdict decide(ClientCall call);
  [[nodiscard]] bool has_restarts() const noexcept {
    return !plan_.restarts.empty() || !plan_.demotions.empty();
  }
  const Death* death_of(Client& client);
  std::optional<DbError> fate_of(Client& client, ClientCall call);
  DbError planned(ClientCall call, const Verdict& verdict, SessionNumber session, End& end);
  std::optional<Duration> killed_by(const Client& client) const;
  void close(SessionNumber session);
  ResultSet scripted(std::string_view sql) const;
  std::expected<ResultSet, DbError> run(Client& client, std::string_view sql,
                                        std::span<const Value> parameters);
  /// Lets the store know, if there is one.
  template <class Act>
  void at_store(const Act& act) {
    if (store_ == nullptr) return;
    const std::lock_guard guard(mutex_);
    act(*store_);
  }
  bool sees_transactions() const {
    const std::lock_guard guard(mutex_);
    return sees_transactions_;
  }
  Dialect dialect() const {
    const std::lock_guard guard(mutex_);
    return dialect_;
  }

  // Constant after construction.
  const FaultPlan& plan_;
  Clock& clock_;
  CallListener* const listener_;
  Chance* const chance_;
  TableStore* store_ = nullptr;  // what it holds is guarded by mutex_

  mutable Mutex mutex_;
  // Guarded by mutex_.
  MockServer server_;
  Rng rng_{0};
  Dialect dialect_ = Dialect::sqlite;
  bool sees_transactions_ = true;
  std::map<std::string, ResultSet, std::less<>> scripts_;
};

using MockDatabase = BasicMockDatabase<std::mutex>;

template <class Mutex>
class BasicMockDatabase<Mutex>::Client final : public MockDbClient {
 public:
  Client(BasicMockDatabase& home, SessionNumber session, Instant opened_at) noexcept
      : MockDbClient(session), home_(home), opened_at_(opened_at) {}
  ~Client() override { home_.close(session()); }

  std::expected<ResultSet, DbError> execute(std::string_view sql,
                                            std::span<const Value> parameters) override {
    return home_.run(*this, sql, parameters);
  }
  std::expected<void, DbError> ping() override {
    return home_.serve(ClientCall::ping, *this, [] { return Done{}; });
  }
  std::expected<void, DbError> reset() override {
    return home_.serve(ClientCall::reset, *this, [&] {
      deadline_ = Instant::max();
      forget_leftovers();
      home_.at_store([&](TableStore& store) { store.reset(session()); });
      return Done{};
    });
  }
  void set_deadline(Instant deadline) noexcept override {
    deadline_ = deadline;
    note(Leftover::deadline, deadline != Instant::max());
  }
  void set_validation_timeout(Duration timeout) noexcept override {
    validation_timeout_ = timeout;
  }
  [[nodiscard]] bool is_known_dead() noexcept override {
    const Death* const death = home_.plan_.deaths.empty() ? nullptr : home_.death_of(*this);
    return death != nullptr && death->is_known;
  }
  [[nodiscard]] bool is_in_transaction() const noexcept override {
    if (!home_.sees_transactions()) return false;
    bool is_open = is_left(Leftover::transaction);
    home_.at_store([&](TableStore& store) { is_open = store.is_in_transaction(session()); });
    return is_open;
  }
  [[nodiscard]] Dialect dialect() const noexcept override { return home_.dialect(); }

 private:
  friend class BasicMockDatabase;
  using Done = std::expected<void, DbError>;

  BasicMockDatabase& home_;
  const Instant opened_at_;
  /// Until when `call` may last.
  Instant deadline_of(ClientCall call) const noexcept {
    if (is_statement(call)) return deadline_;
    const Instant end = deadline_after(home_.clock_.now(), validation_timeout_);
    return call == ClientCall::ping ? std::min(end, deadline_) : end;
  }

  Instant deadline_ = Instant::max();  // of statements and pings
  Duration validation_timeout_ = Duration::max();
  bool is_lost_ = false;     // as planned
  bool is_mourned_ = false;  // the listener has been told of its death
};

/// A session's place at the server while its connect runs: given up unless the connect succeeds.
template <class Mutex>
class BasicMockDatabase<Mutex>::Admission {
 public:
  explicit Admission(BasicMockDatabase& home) : home_(home) {
    const std::lock_guard guard(home_.mutex_);
    session_ = home_.server_.admit();
  }
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;
  ~Admission() {
    if (is_kept_) return;
    const std::lock_guard guard(home_.mutex_);
    home_.server_.forget();
  }
  [[nodiscard]] SessionNumber session() const noexcept { return session_; }
  /// From here on the client's destructor is who ends the session.
  void keep() {
    is_kept_ = true;
    const std::lock_guard guard(home_.mutex_);
    home_.server_.book_opened();
  }

 private:
  BasicMockDatabase& home_;
  SessionNumber session_{};
  bool is_kept_ = false;
};

template <class Mutex>
class BasicMockDatabase<Mutex>::OwnChance final : public Chance {
 public:
  explicit OwnChance(BasicMockDatabase& home) noexcept : home_(home) {}
  bool happens(std::uint32_t numerator, std::uint32_t denominator) override {
    const std::lock_guard guard(home_.mutex_);
    return home_.rng_.chance(numerator, denominator);
  }

 private:
  BasicMockDatabase& home_;
};

template <class Mutex>
std::expected<std::unique_ptr<DbClient>, DbError> BasicMockDatabase<Mutex>::connect(
    Instant deadline) {
  using Answer = std::expected<std::unique_ptr<DbClient>, DbError>;
  Admission admission(*this);
  const SessionNumber session = admission.session();
  const auto body = [&](End& end) -> Answer {
    const Verdict verdict = decide(ClientCall::connect);
    block_until(verdict.is_deaf ? verdict.wake : std::min(verdict.wake, deadline));
    if (verdict.wake > deadline) {
      end.outcome = CallOutcome::timed_out;
      return std::unexpected(timed_out(ClientCall::connect));
    }
    if (verdict.ending != Verdict::Ending::ok) {
      return std::unexpected(planned(ClientCall::connect, verdict, session, end));
    }
    const Instant opened_at = has_restarts() ? clock_.now() : Instant::min();
    auto client = std::make_unique<Client>(*this, session, opened_at);
    admission.keep();
    return client;
  };
  return told<std::unique_ptr<DbClient>>(ClientCall::connect, session, deadline, body);
}

template <class Mutex>
template <class T, class Body>
std::expected<T, DbError> BasicMockDatabase<Mutex>::told(ClientCall call, SessionNumber session,
                                                         Instant deadline, const Body& body) {
  tell_begin(call, session, deadline);
  End end;
  std::expected<T, DbError> answer = [&] {
    try {
      return body(end);
    } catch (const std::bad_alloc&) {
      tell_end(call, session, CallOutcome::threw);
      throw;
    }
  }();
  tell_end(call, session, end.outcome);
  if (end.thrown) std::rethrow_exception(std::move(end.thrown));
  return answer;
}

template <class Mutex>
template <std::invocable Answer>
auto BasicMockDatabase<Mutex>::serve(ClientCall call, Client& client, const Answer& answer)
    -> std::invoke_result_t<Answer> {
  using Result = std::invoke_result_t<Answer>;
  using Ending = Verdict::Ending;
  const Instant deadline = client.deadline_of(call);
  const auto body = [&](End& end) -> Result {
    const auto fails = [&end, call](DbError error) {
      end.outcome = outcome_of(call, error.kind);
      return std::unexpected(std::move(error));
    };
    if (client.is_lost_) return fails(lost_before(client.session()));
    const Verdict verdict = decide(call);
    block_until(verdict.is_deaf ? verdict.wake : std::min(verdict.wake, deadline));
    // After blocking: a call under way when the server restarts dies with its session.
    if (auto fate = fate_of(client, call)) return fails(std::move(*fate));
    if (deadline != Instant::max() && clock_.now() >= deadline) {
      at_store([&](TableStore& store) { store.refuse(client.session(), call); });
      return fails(timed_out(call));
    }
    client.is_lost_ =
        verdict.ending == Ending::loses_session || verdict.ending == Ending::loses_answer;
    if (verdict.ending == Ending::loses_answer) static_cast<void>(answer());
    if (verdict.ending != Ending::ok && verdict.ending != Ending::answers_late)
      return std::unexpected(planned(call, verdict, client.session(), end));
    Result result = answer();
    if (result && verdict.ending == Ending::answers_late && deadline != Instant::max() &&
        dialect() != Dialect::sqlite) {
      block_until(deadline);
      return fails(timed_out(call));
    }
    if (!result) {
      const CallOutcome failed = outcome_of(call, result.error().kind);
      end.outcome = failed == CallOutcome::conflict ? failed : CallOutcome::refused;
    }
    return result;
  };
  return told<typename Result::value_type>(call, client.session(), deadline, body);
}

template <class Mutex>
std::expected<ResultSet, DbError> BasicMockDatabase<Mutex>::run(
    Client& client, std::string_view sql, std::span<const Value> parameters) {
  const bool has_store = store_ != nullptr;
  const ClientCall call = has_store ? call_of_sql(sql) : ClientCall::execute;
  return serve(call, client, [&]() -> std::expected<ResultSet, DbError> {
    if (!has_store) {
      client.note_statement(sql);
      return scripted(sql);
    }
    std::expected<ResultSet, DbError> result;
    at_store([&](TableStore& s) { result = s.execute(client.session(), sql, parameters); });
    return result;
  });
}

/// The error of a call that is planned to fail; of one that is to throw, an empty one that nobody
/// will see.
template <class Mutex>
DbError BasicMockDatabase<Mutex>::planned(ClientCall call, const Verdict& verdict,
                                          SessionNumber session, End& end) {
  if (verdict.ending == Verdict::Ending::throws ||
      verdict.ending == Verdict::Ending::throws_number) {
    end = {CallOutcome::threw, planned_exception(call, verdict, session)};
    return {};
  }
  at_store([&](TableStore& store) {
    const bool is_lost = verdict.ending == Verdict::Ending::loses_session;
    is_lost ? store.close(session) : store.refuse(session, call);
    if (verdict.ending == Verdict::Ending::ends_transaction)
      static_cast<void>(store.execute(session, "rollback", {}));
  });
  DbError error = planned_error(call, verdict, session);
  end.outcome = outcome_of(call, error.kind);
  return error;
}

template <class Mutex>
Verdict BasicMockDatabase<Mutex>::decide(ClientCall call) {
  const MockServer::Ticket ticket = [&] {
    const std::lock_guard guard(mutex_);
    return server_.book(call);
  }();
  if (!ticket.is_planned) return {.ordinal = ticket.ordinal};
  OwnChance own(*this);
  return verdict_of(plan_, call, ticket.ordinal, clock_.now(),
                    chance_ != nullptr ? *chance_ : own);
}

template <class Mutex>
std::optional<Duration> BasicMockDatabase<Mutex>::killed_by(const Client& client) const {
  const Instant now = clock_.now();
  const std::lock_guard guard(mutex_);
  return restart_between(plan_, client.opened_at_, std::min(now, server_.restarts_until()));
}

template <class Mutex>
const Death* BasicMockDatabase<Mutex>::death_of(Client& client) {
  const Instant now = clock_.now();
  const Instant until = [&] {
    const std::lock_guard guard(mutex_);
    return std::min(now, server_.restarts_until());
  }();
  const Death* const death = mocks::death_of(plan_, client.session(), until);
  if (death != nullptr && death->is_known && !std::exchange(client.is_mourned_, true) &&
      listener_ != nullptr) {
    listener_->on_death(client.session(), now - Instant(death->at));
  }
  return death;
}

/// What has befallen the session, so that `call` fails; nothing: it may go well.
template <class Mutex>
std::optional<DbError> BasicMockDatabase<Mutex>::fate_of(Client& client, ClientCall call) {
  if (!plan_.deaths.empty()) {
    if (const Death* const death = death_of(client)) {
      return lost_to_death(death->at, client.session());
    }
  }
  if (!has_restarts()) return std::nullopt;
  if (const auto restart = killed_by(client)) return lost_to_restart(*restart, client.session());
  const bool writes = is_statement(call) && call != ClientCall::rollback;
  const Instant now = [&] {
    const Instant read = clock_.now();
    const std::lock_guard guard(mutex_);
    return std::min(read, server_.restarts_until());
  }();
  if (writes && is_demoted(plan_, client.opened_at_, now)) return read_only(client.session());
  return std::nullopt;
}

template <class Mutex>
void BasicMockDatabase<Mutex>::close(SessionNumber session) {
  tell_begin(ClientCall::close, session, Instant::max());
  block_until(decide(ClientCall::close).wake);
  at_store([&](TableStore& store) { store.close(session); });
  tell_end(ClientCall::close, session, CallOutcome::ok);
  const std::lock_guard guard(mutex_);
  server_.forget();
  server_.book_closed();
}

template <class Mutex>
ResultSet BasicMockDatabase<Mutex>::scripted(std::string_view sql) const {
  const std::lock_guard guard(mutex_);
  const auto found = scripts_.find(sql);
  return found == scripts_.end() ? ResultSet{} : found->second;
}

}  // namespace poolproof::mocks
