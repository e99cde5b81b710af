#include <poolproof/sim/report/pool_picture.h>

#include <algorithm>
#include <array>
#include <map>

namespace poolproof::sim {
namespace {

using PictureStatus = SessionPicture::Status;

/// Follows a history, event by event.
class Painter {
 public:
  explicit Painter(const History& history)
      : has_observer_(std::ranges::any_of(
            history.events, [](const Event& e) { return e.kind == EventKind::observed; })) {}

  const PoolPicture& after(const Event& event) {
    switch (event.kind) {
      case EventKind::call:
        on_call(event);
        break;
      case EventKind::ret:
        on_return(event);
        break;
      case EventKind::client_begin:
        on_client_begin(event);
        break;
      case EventKind::client_end:
        on_client_end(event);
        break;
      case EventKind::parked:
        if (!has_observer_ && event.operation == Operation::acquire) join_queue(event.task);
        break;
      case EventKind::observed:
        on_observed(event);
        break;
      case EventKind::server:
        for (SessionPicture& session : picture_.sessions)
          session.is_dead |= event.session == SessionId{} || event.session == session.session;
        break;
      case EventKind::stalled:
      case EventKind::finished:
      case EventKind::transaction:
        break;
    }
    return picture_;
  }

 private:
  SessionPicture* find(SessionId session) {
    const auto found = std::ranges::find(picture_.sessions, session, &SessionPicture::session);
    return found == picture_.sessions.end() ? nullptr : &*found;
  }

  // close() begins, or has returned; drain() closes, too.
  void move_gate(const Event& event, PoolPicture::Gate close, PoolPicture::Gate destroy) {
    const bool closes = event.operation == Operation::close || event.operation == Operation::drain;
    if (closes) picture_.gate = std::max(picture_.gate, close);
    if (event.operation == Operation::destroy) picture_.gate = std::max(picture_.gate, destroy);
  }

  void on_call(const Event& event) {
    move_gate(event, PoolPicture::Gate::closing, PoolPicture::Gate::closing);
    const bool ends = event.operation == Operation::release;
    SessionPicture* session = ends ? find(event.session) : nullptr;
    if (session == nullptr || std::erase(session->holders, event.task) == 0) return;
    if (session->status == PictureStatus::leased && session->holders.empty())
      session->status = PictureStatus::idle;
  }

  void on_return(const Event& event) {
    if (!has_observer_) leave_queue(event.task);
    move_gate(event, PoolPicture::Gate::closed, PoolPicture::Gate::destroyed);
    // A release says which session it was, too: that one has no holder any more.
    const bool takes =
        event.operation == Operation::acquire || event.operation == Operation::try_acquire;
    SessionPicture* session =
        takes && event.outcome == Outcome::ok ? find(event.session) : nullptr;
    if (session == nullptr) return;
    session->holders.push_back(event.task);
    if (session->status == PictureStatus::idle) session->status = PictureStatus::leased;
  }

  void on_client_begin(const Event& event) {
    if (event.client_call == ClientCall::connect)
      picture_.sessions.emplace_back().session = event.session;
    SessionPicture* session = find(event.session);
    if (session == nullptr) return;
    session->call = event.client_call;
    session->caller = event.task;
    if (event.client_call == ClientCall::close) session->status = PictureStatus::closing;
  }

  void on_client_end(const Event& event) {
    SessionPicture* session = find(event.session);
    if (session == nullptr) return;
    const bool is_over =
        event.client_call == ClientCall::close ||
        (event.client_call == ClientCall::connect && event.outcome != Outcome::ok);
    if (is_over) {
      picture_.sessions.erase(picture_.sessions.begin() + (session - picture_.sessions.data()));
      return;
    }
    session->call = ClientCall::none;
    session->caller = no_task;
    if (session->status == PictureStatus::connecting) session->status = PictureStatus::idle;
  }

  void on_observed(const Event& event) {
    switch (event.pool_event) {
      case PoolEventKind::queued:
        waiters_.emplace(event.waiter, event.task);
        if (!has_left(event.waiter)) join_queue(event.task);
        break;
      case PoolEventKind::granted:
      case PoolEventKind::withdrawn:
      case PoolEventKind::refused:
        left_.push_back(event.waiter);
        if (const auto waiter = waiters_.find(event.waiter); waiter != waiters_.end())
          leave_queue(waiter->second);
        break;
      case PoolEventKind::state_changed:
        set_state(event, event.to);
        break;
      case PoolEventKind::pool_closed:
        picture_.gate = std::max(picture_.gate, PoolPicture::Gate::closed);
        break;
      case PoolEventKind::closed:
        std::erase_if(picture_.connections, [&](const ConnectionPicture& known) {
          return known.connection == event.connection;
        });
        break;
      default:
        break;
    }
  }

  /// What the observer is told may arrive in another order than it happened in.
  void set_state(const Event& event, ConnectionState state) {
    std::uint32_t& told = told_[event.connection];
    if (event.sequence < told) return;
    told = event.sequence;
    auto place = std::ranges::lower_bound(picture_.connections, event.connection, {},
                                          &ConnectionPicture::connection);
    if (place == picture_.connections.end() || place->connection != event.connection)
      place = picture_.connections.insert(place, {.connection = event.connection});
    place->state = state;
  }

  [[nodiscard]] bool has_left(std::uint32_t waiter) const {
    return std::ranges::find(left_, waiter) != left_.end();
  }
  void join_queue(TaskId task) {
    if (std::ranges::find(picture_.queue, task) == picture_.queue.end())
      picture_.queue.push_back(task);
  }
  void leave_queue(TaskId task) { std::erase(picture_.queue, task); }

  const bool has_observer_;
  PoolPicture picture_;
  std::map<std::uint32_t, TaskId> waiters_;
  std::vector<std::uint32_t> left_;              // waiters
  std::map<std::uint32_t, std::uint32_t> told_;  // of each connection, the latest sequence
};

}  // namespace

std::string_view to_string(SessionPicture::Status status) noexcept {
  constexpr std::array<std::string_view, 4> words{"connecting", "idle", "leased", "closing"};
  return words[static_cast<std::size_t>(status)];
}

std::string_view to_string(PoolPicture::Gate gate) noexcept {
  constexpr std::array<std::string_view, 4> words{"open", "closing", "closed", "destroyed"};
  return words[static_cast<std::size_t>(gate)];
}

std::vector<PoolPicture> pool_pictures(const History& history) {
  std::vector<PoolPicture> pictures;
  pictures.reserve(history.events.size());
  Painter painter(history);
  for (const Event& event : history.events)
    pictures.push_back(painter.after(event));
  return pictures;
}

}  // namespace poolproof::sim
