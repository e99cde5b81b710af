#pragma once
// Style: one thread owns the connections and nobody else touches them; callers post messages to it
// and wait for its answer. It calls no database: who is given a slot connects in it. Seen in:
// devinus/poolboy and Eonblast/Emysql (a process that owns the pool), and with an executor in the
// thread's place in boostorg/mysql (connection_pool).
//
// `zoo-actor` withdraws a request that timed out and takes what the owner granted meanwhile; it is
// right. `zoo-actor-forgets` lets the caller just go away, and breaks L3 (and L5): the owner
// serves the request that nobody waits for, and the connection or slot is lost. Known from
// Eonblast/Emysql (issue 25) and MagicStack/asyncpg (pull request 1052).

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <poolproof/subjects/zoo/small_pool.h>

namespace poolproof::subjects::zoo {

enum class GivingUp { withdraws, forgets };

/// Any thread. Leases must end before the pool does.
template <class Platform, GivingUp giving_up>
class ActorPool {
 public:
  using Lease = Connection;

  static sim::Capabilities capabilities() {
    sim::Capabilities promised = small_pool("messages take memory, and nothing ages here");
    promised.order = {};
    promised.exception_safe = false;
    return promised;
  }

  explicit ActorPool(const sim::Environment<Platform>& environment)
      : max_size_(environment.config.max_size),
        factory_(environment.factory),
        clock_(environment.clock),
        owner_([this] { run(); }) {}

  ~ActorPool() {
    post([this] { is_stopped_ = true; });
    owner_.join();
  }

  Taken acquire(Duration timeout) {
    const Instant deadline = deadline_after(clock_.now(), timeout);
    const auto request = std::make_shared<Request>();
    request->is_patient = timeout > Duration::zero();
    post([this, request] { serve(request); });
    if (!is_answered(*request, request->is_patient ? deadline : Instant::max())) {
      // The bug of zoo-actor-forgets: the owner is not told, and nobody looks again.
      if constexpr (giving_up == GivingUp::forgets)
        return std::unexpected(sim::Outcome::timed_out);
      post([this, request] { withdraw(request); });
      is_answered(*request, Instant::max());
    }
    if (request->outcome != sim::Outcome::ok) return std::unexpected(request->outcome);
    if (request->connection != nullptr) return std::move(request->connection);
    return open_in_slot(
        factory_, deadline, [this] { return is_closed_.load(); },
        [this] { post([this] { free_slot(); }); });
  }

  Taken try_acquire() { return as_try(acquire(Duration::zero())); }

  void release(Lease& lease) {
    if (!is_reset(*lease)) lease.reset();
    if (lease == nullptr) return post([this] { free_slot(); });
    const auto request = std::make_shared<Request>();
    request->connection = std::move(lease);
    post([this, request] { take_back(request); });
    is_answered(*request, Instant::max());
    if (request->connection == nullptr) return;
    request->connection.reset();  // The pool was closed meanwhile.
    post([this] { free_slot(); });
  }

  DbClient* client(Lease& lease) { return lease.get(); }

  void close() {
    is_closed_.store(true);
    const auto request = std::make_shared<Request>();
    post([this, request] { shut(request); });
    is_answered(*request, Instant::max());
    request->idle.clear();
  }

 private:
  struct Request {
    bool is_patient = true;
    // The owner's until the answer is there, the caller's afterwards.
    sim::Outcome outcome = sim::Outcome::ok;
    Connection connection;         // null with ok: a slot
    std::vector<Connection> idle;  // for whoever closes the pool to close
    // Guarded by mutex.
    typename Platform::mutex mutex;
    typename Platform::condition_variable answered;
    bool is_answered = false;
  };
  using RequestPtr = std::shared_ptr<Request>;
  using Message = std::function<void()>;

  void post(Message message) {
    {
      const std::unique_lock lock(mailbox_mutex_);
      mailbox_.push_back(std::move(message));
    }
    has_mail_.notify_one();
  }

  bool is_answered(Request& request, Instant deadline) {
    std::unique_lock lock(request.mutex);
    while (!request.is_answered && clock_.now() < deadline)
      Platform::wait_until(request.answered, lock, clock_, deadline);
    return request.is_answered;
  }

  // What follows is done by the owner alone.
  void run() {
    while (!is_stopped_)
      next()();
  }

  Message next() {
    std::unique_lock lock(mailbox_mutex_);
    while (mailbox_.empty())
      has_mail_.wait(lock);
    Message message = std::move(mailbox_.front());
    mailbox_.pop_front();
    return message;
  }

  static void answer(Request& request, sim::Outcome outcome) {
    const std::unique_lock lock(request.mutex);
    request.outcome = outcome;
    request.is_answered = true;
    request.answered.notify_one();
  }

  void serve(const RequestPtr& request) {
    if (is_closed_.load()) return answer(*request, sim::Outcome::closed);
    if (!idle_.empty()) {
      request->connection = std::move(idle_.back());
      idle_.pop_back();
      return answer(*request, sim::Outcome::ok);
    }
    if (taken_ < max_size_) {
      ++taken_;
      return answer(*request, sim::Outcome::ok);
    }
    if (!request->is_patient) return answer(*request, sim::Outcome::timed_out);
    waiting_.push_back(request);
  }

  void withdraw(const RequestPtr& request) {
    if (std::erase(waiting_, request) != 0) answer(*request, sim::Outcome::timed_out);
  }

  void take_back(const RequestPtr& returned) {
    if (!is_closed_.load()) {
      idle_.push_back(std::move(returned->connection));
      serve_oldest();
    }
    answer(*returned, sim::Outcome::ok);
  }

  void free_slot() {
    --taken_;
    serve_oldest();
  }

  void serve_oldest() {
    if (waiting_.empty()) return;
    const RequestPtr oldest = waiting_.front();
    waiting_.pop_front();
    serve(oldest);
  }

  void shut(const RequestPtr& request) {
    request->idle.swap(idle_);
    while (!waiting_.empty())
      serve_oldest();
    answer(*request, sim::Outcome::ok);
  }

  const std::size_t max_size_;
  DbClientFactory& factory_;
  typename Platform::clock& clock_;
  typename Platform::template atomic<bool> is_closed_{false};

  // The owner's.
  std::vector<Connection> idle_;
  std::deque<RequestPtr> waiting_;  // oldest first
  std::size_t taken_ = 0;           // opening, idle or leased: at most max_size_
  bool is_stopped_ = false;

  typename Platform::mutex mailbox_mutex_;
  typename Platform::condition_variable has_mail_;
  std::deque<Message> mailbox_;  // guarded by mailbox_mutex_

  typename Platform::thread owner_;  // last: it uses all of the above
};

template <class Platform>
using Actor = ActorPool<Platform, GivingUp::withdraws>;
template <class Platform>
using ActorForgets = ActorPool<Platform, GivingUp::forgets>;

}  // namespace poolproof::subjects::zoo
