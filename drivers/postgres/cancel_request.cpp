#include <poolproof/drivers/postgres/cancel_request.h>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <exception>
#include <new>
#include <thread>

#include <poolproof/drivers/postgres/libpq.h>

namespace poolproof::postgres {

std::shared_ptr<CancelRequest> CancelRequest::send(PGconn* connection) {
  PGcancel* cancel = PQgetCancel(connection);
  const int answered = ::eventfd(0, EFD_CLOEXEC);
  std::shared_ptr<CancelRequest> request;
  try {
    request = std::make_shared<CancelRequest>(cancel, answered);
    if (cancel == nullptr || answered < 0) return nullptr;
    std::thread([request] { request->run(); }).detach();
  } catch (const std::exception&) {
    return nullptr;
  }
  return request;
}

CancelRequest::~CancelRequest() {
  PQfreeCancel(cancel_);
  if (answered_ >= 0) ::close(answered_);
}

bool CancelRequest::is_passed_on(const Clock& clock, Instant deadline) const {
  return wait_for(answered_, POLLIN, clock, deadline) && has_succeeded_;
}

void CancelRequest::run() noexcept {
  // The application's signals are for its own threads, and libpq's socket here would raise
  // SIGPIPE.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::array<char, 256> error{};
  has_succeeded_ = PQcancel(cancel_, error.data(), static_cast<int>(error.size())) != 0;
  eventfd_write(answered_, 1);
}

}  // namespace poolproof::postgres
