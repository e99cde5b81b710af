#pragma once
// Proof that one connection is out. Its end gives the connection back.

#include <source_location>
#include <utility>

#include <poolproof/core/pool/pooled_connection.h>

namespace poolproof {

/// Where a lease goes when it ends: the pool's inside, which outlives the pool object while leases
/// are out.
class LeaseHome {
 public:
  /// Takes `connection` back. May call the client's reset and close. Throws nothing, loses
  /// nothing.
  virtual void give_back(PooledConnection& connection) noexcept = 0;
  /// Does what the error policy says. May close idle connections.
  virtual void report(PooledConnection& connection, const DbError& error) noexcept = 0;

  // Asked only by leases whose connection is_watched.

  /// What to hand out to whoever asks for the client at `where`.
  virtual DbClient& watched_client(PooledConnection& connection, std::source_location /*where*/) {
    return *connection.client;
  }
  /// The lease is going to be given back, because of a call at `where`.
  virtual void note_release(std::source_location /*where*/) noexcept {}

 protected:
  ~LeaseHome() = default;
};

/// Stops the program: a lease was used at `where` that holds no connection, since it was released
/// at `released_at` or, if that was never set, moved from or made empty.
[[noreturn]] void stop_for_ended_lease(std::source_location released_at,
                                       std::source_location where);

/// Move-only. One thread at a time; it may end on another thread than the one that took it, and it
/// may outlive the pool, but not the factory, the clock and the observer. An ended or moved-from
/// lease reaches no connection. Its destructor releases, and may block as release() does.
///
/// Example:
///   auto lease = pool.acquire(std::chrono::seconds(2));
///   if (!lease) return;  // lease.error() says why
///   const auto done = lease->client().execute("delete from carts where id = $1", {42});
///   if (!done) lease->report(done.error());  // a lost session is closed, not kept
class [[nodiscard]] Lease {
 public:
  Lease() noexcept = default;
  Lease(LeaseHome& home, PooledConnection& connection) noexcept
      : home_(&home), connection_(&connection) {}
  Lease(Lease&& other) noexcept
      : home_(std::exchange(other.home_, nullptr)),
        connection_(std::exchange(other.connection_, nullptr)),
        released_at_(other.released_at_) {}
  Lease& operator=(Lease&& other) noexcept {
    Lease incoming(std::move(other));
    std::swap(home_, incoming.home_);
    std::swap(connection_, incoming.connection_);
    std::swap(released_at_, incoming.released_at_);
    return *this;
  }
  ~Lease() { end(); }

  /// Whether a connection is out under this lease.
  [[nodiscard]] explicit operator bool() const noexcept { return connection_ != nullptr; }

  /// The session, for as long as the lease lasts. A mistake on an ended lease: the program stops
  /// with the lines of this call and of the release. Where misuse is watched for (PoolConfig::
  /// misuse_checks) the client is one that sees to it. Does not block.
  [[nodiscard]] DbClient& client(
      std::source_location where = std::source_location::current()) const {
    if (connection_ == nullptr) [[unlikely]]
      stop_for_ended_lease(released_at_, where);
    if (connection_->is_watched) [[unlikely]]
      return home_->watched_client(*connection_, where);
    return *connection_->client;
  }
  /// The same, as in lease->ping() where it is a Lease that one has, and no std::expected of one.
  /// The language lets it know no line but that of the release.
  DbClient* operator->() const { return &client(); }

  /// Number, age and use count of the connection. A mistake on an ended lease.
  [[nodiscard]] const PooledConnection& connection(
      std::source_location where = std::source_location::current()) const {
    if (connection_ == nullptr) [[unlikely]]
      stop_for_ended_lease(released_at_, where);
    return *connection_;
  }

  /// The connection will be closed, not kept, when the lease ends. Does not block. Nothing on an
  /// ended lease.
  void invalidate() noexcept {
    if (connection_ != nullptr) connection_->is_doomed = true;
  }

  /// Says what a call on the client answered. The pool's error_policy decides by its kind whether
  /// the connection is closed when the lease ends, and whether others are. May block while idle
  /// ones are closed. Nothing on an ended lease.
  void report(const DbError& error) noexcept {
    if (connection_ != nullptr) home_->report(*connection_, error);
  }

  /// Ends the lease now. May call the client's reset and close, and so block. A second call does
  /// nothing.
  void release(std::source_location where = std::source_location::current()) noexcept {
    if (connection_ == nullptr) return;
    if (connection_->is_watched) [[unlikely]]
      home_->note_release(where);
    released_at_ = where;
    end();
  }

 private:
  void end() noexcept {
    if (connection_ == nullptr) return;
    std::exchange(home_, nullptr)->give_back(*std::exchange(connection_, nullptr));
  }

  LeaseHome* home_ = nullptr;
  PooledConnection* connection_ = nullptr;
  std::source_location released_at_{};  // if it was
};

}  // namespace poolproof
