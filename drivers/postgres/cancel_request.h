#pragma once
// Asking the server to stop what a session is doing.

#include <atomic>
#include <memory>

#include <libpq-fe.h>

#include <poolproof/core/clock.h>

namespace poolproof::postgres {

/// A cancel under way. PQcancel() blocks until the server has hung up, for ever if the server is
/// frozen, and libpq before 17 has no other way: so a thread of its own makes the call, and what
/// both need belongs to both. A thread that the server never answers stays until it does, or is
/// gone.
class CancelRequest {
 public:
  /// Null when there is no memory or thread to be had.
  static std::shared_ptr<CancelRequest> send(PGconn* connection);

  CancelRequest(PGcancel* cancel, int answered) noexcept : cancel_(cancel), answered_(answered) {}
  CancelRequest(const CancelRequest&) = delete;
  CancelRequest& operator=(const CancelRequest&) = delete;
  ~CancelRequest();

  /// Waits until the server has passed the request on. False: it has not, until `deadline`, or
  /// could not be reached. Before that, no other statement may begin: it might be hit.
  [[nodiscard]] bool is_passed_on(const Clock& clock, Instant deadline) const;

 private:
  void run() noexcept;

  PGcancel* const cancel_;  // owned
  const int answered_;      // owned: an eventfd, readable when run() has ended
  std::atomic<bool> has_succeeded_ = false;
};

}  // namespace poolproof::postgres
