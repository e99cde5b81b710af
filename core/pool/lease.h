#pragma once
// Proof that one connection is out. Its end gives the connection back.

#include <source_location>
#include <utility>

#include <poolproof/core/ensure.h>
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

 protected:
  ~LeaseHome() = default;
};

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
        connection_(std::exchange(other.connection_, nullptr)) {}
  Lease& operator=(Lease&& other) noexcept {
    Lease incoming(std::move(other));
    std::swap(home_, incoming.home_);
    std::swap(connection_, incoming.connection_);
    return *this;
  }
  ~Lease() { release(); }

  /// Whether a connection is out under this lease.
  [[nodiscard]] explicit operator bool() const noexcept { return connection_ != nullptr; }

  /// The session, for as long as the lease lasts. A mistake on an ended lease, which names the
  /// line of the call. Does not block.
  [[nodiscard]] DbClient& client(
      std::source_location where = std::source_location::current()) const {
    ensure(connection_ != nullptr, where);
    return *connection_->client;
  }
  /// The same, as in lease->ping() where it is a Lease that one has, and no std::expected of one.
  DbClient* operator->() const { return &client(); }

  /// Number, age and use count of the connection. A mistake on an ended lease.
  [[nodiscard]] const PooledConnection& connection(
      std::source_location where = std::source_location::current()) const {
    ensure(connection_ != nullptr, where);
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
  void release() noexcept {
    if (connection_ == nullptr) return;
    std::exchange(home_, nullptr)->give_back(*std::exchange(connection_, nullptr));
  }

 private:
  LeaseHome* home_ = nullptr;
  PooledConnection* connection_ = nullptr;
};

}  // namespace poolproof
