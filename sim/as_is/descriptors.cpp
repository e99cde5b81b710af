// Descriptors: who polls, reads, writes, connects or accepts waits for other tasks, or for what is
// outside of the process.

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>

#include <poolproof/sim/as_is/cancellation.h>
#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/as_is/looking.h>
#include <poolproof/sim/as_is/virtual_time.h>

namespace poolproof::sim::as_is {
namespace {

// Until something is ready, or the deadline: how much, 0 for nothing, or -1.
template <class Look>
int wait_for_descriptors(Look look, Instant deadline) {
  if (deadline == no_instant) return fail_with(EINVAL);
  const CancellationPoint point;
  int ready = 0;
  const auto is_ready = [&] { return (ready = look()) != 0; };
  if (look_until(deadline, is_ready)) return ready;
  if (deadline != Instant::max()) return 0;
  while (!is_ready()) {
    if (Engine::current().others_can_go_on())
      Engine::current().yield();
    else
      POOLPROOF_REAL(poll)(nullptr, 0, 1);  // It can only come from elsewhere, and in earnest.
  }
  return ready;
}

Instant after_milliseconds(int timeout) noexcept {
  if (timeout < 0) return Instant::max();
  return deadline_after(Engine::current().read_clock(), std::chrono::milliseconds(timeout));
}

/// Its flags where calls on it block; else -1.
int flags_where_it_blocks(int descriptor) noexcept {
  const int flags = ::fcntl(descriptor, F_GETFL);
  return flags == -1 || (flags & O_NONBLOCK) != 0 ? -1 : flags;
}

bool is_ready(int descriptor, short events) noexcept {
  pollfd one{.fd = descriptor, .events = events, .revents = 0};
  return POOLPROOF_REAL(poll)(&one, 1, 0) != 0;
}

// Until a call would not block. What comes from elsewhere is waited for in the call itself.
void wait_until_ready(int descriptor, short events) {
  if (flags_where_it_blocks(descriptor) == -1) return;
  const CancellationPoint point;
  look_until(Instant::max(), [&] { return is_ready(descriptor, events); });
}

/// For the time of one call, in which no other task runs, the descriptor does not block.
class WithoutBlocking {
 public:
  WithoutBlocking(int descriptor, int flags) noexcept : descriptor_(descriptor), flags_(flags) {
    ::fcntl(descriptor_, F_SETFL, flags_ | O_NONBLOCK);
  }
  WithoutBlocking(const WithoutBlocking&) = delete;
  WithoutBlocking& operator=(const WithoutBlocking&) = delete;
  ~WithoutBlocking() {
    const int error = errno;
    ::fcntl(descriptor_, F_SETFL, flags_);
    errno = error;
  }

 private:
  int descriptor_;
  int flags_;
};

/// Files take what they are given; a line takes what there is room for.
bool is_line(int descriptor) noexcept {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 &&
         (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

/// What is still to be written. On the task's stack: an execution may end here.
class Parts {
 public:
  static constexpr std::size_t most = 64;
  explicit Parts(std::span<const iovec> all) : end_(all.size()) {
    std::ranges::copy(all, parts_.begin());
  }
  [[nodiscard]] std::span<iovec> left() noexcept {
    return {parts_.data() + begin_, end_ - begin_};
  }
  void advance(std::size_t bytes) noexcept {
    for (; begin_ < end_ && bytes >= parts_[begin_].iov_len; ++begin_)
      bytes -= parts_[begin_].iov_len;
    if (begin_ == end_) return;
    parts_[begin_].iov_base = static_cast<char*>(parts_[begin_].iov_base) + bytes;
    parts_[begin_].iov_len -= bytes;
  }

 private:
  std::array<iovec, most> parts_;
  std::size_t begin_ = 0;
  std::size_t end_;
};

// All of it, as the kernel does where it blocks: what there is no room for waits for whoever
// reads. `write` sends parts.
template <class Write>
ssize_t write_all(int descriptor, std::span<iovec> all, Write write) {
  const int flags = flags_where_it_blocks(descriptor);
  if (flags == -1 || all.size() > Parts::most || !is_line(descriptor)) return write(all);
  const CancellationPoint point;
  Parts parts(all);
  ssize_t written = 0;
  int error = 0;
  const auto goes_on = [&] {
    const WithoutBlocking here(descriptor, flags);
    const ssize_t now = write(parts.left());
    error = now == -1 ? errno : 0;
    if (now == -1) return error != EAGAIN;
    written += now;
    parts.advance(static_cast<std::size_t>(now));
    return true;
  };
  do {
    if (!look_until(Instant::max(), goes_on)) {
      const ssize_t rest = write(parts.left());
      return rest == -1 && written == 0 ? -1 : written + std::max<ssize_t>(rest, 0);
    }
  } while (error == 0 && !parts.left().empty());
  errno = error;
  return error != 0 && written == 0 ? -1 : written;
}

int connect_to(int socket, const sockaddr* address, socklen_t size) {
  const int flags = flags_where_it_blocks(socket);
  if (flags == -1) return POOLPROOF_REAL(connect)(socket, address, size);
  const CancellationPoint point;
  int answer = -1;
  const auto has_begun = [&] {
    const WithoutBlocking here(socket, flags);
    answer = POOLPROOF_REAL(connect)(socket, address, size);
    return answer == 0 || errno != EAGAIN;  // Of a local socket whose queue is full.
  };
  if (!look_until(Instant::max(), has_begun))
    return POOLPROOF_REAL(connect)(socket, address, size);
  if (answer == 0 || errno != EINPROGRESS) return answer;
  if (!look_until(Instant::max(), [&] { return is_ready(socket, POLLOUT); })) {
    pollfd one{.fd = socket, .events = POLLOUT, .revents = 0};
    POOLPROOF_REAL(poll)(&one, 1, -1);
  }
  int error = 0;
  socklen_t error_size = sizeof error;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &error_size);
  return error == 0 ? 0 : fail_with(error);
}

}  // namespace
}  // namespace poolproof::sim::as_is

using namespace poolproof::sim::as_is;
using poolproof::Instant;
using poolproof::sim::Engine;

// ---- Polling

POOLPROOF_INTERPOSE int poll(pollfd* descriptors, nfds_t count, int timeout) {
  if (!is_inside()) return POOLPROOF_REAL(poll)(descriptors, count, timeout);
  return wait_for_descriptors([&] { return POOLPROOF_REAL(poll)(descriptors, count, 0); },
                              after_milliseconds(timeout));
}
POOLPROOF_INTERPOSE int ppoll(pollfd* descriptors, nfds_t count, const timespec* timeout,
                              const sigset_t* mask) {
  if (!is_inside()) return POOLPROOF_REAL(ppoll)(descriptors, count, timeout, mask);
  return wait_for_descriptors([&] { return POOLPROOF_REAL(poll)(descriptors, count, 0); },
                              timeout == nullptr ? Instant::max() : instant_after(*timeout));
}
namespace {
int select_now(int count, fd_set* read, fd_set* write, fd_set* except) {
  const auto copy = [](fd_set* set) { return set != nullptr ? *set : fd_set{}; };
  fd_set in = copy(read);
  fd_set out = copy(write);
  fd_set odd = copy(except);
  timeval none{};
  const int ready = POOLPROOF_REAL(select)(count, read != nullptr ? &in : nullptr,
                                           write != nullptr ? &out : nullptr,
                                           except != nullptr ? &odd : nullptr, &none);
  if (ready == 0) return 0;
  if (read != nullptr) *read = in;
  if (write != nullptr) *write = out;
  if (except != nullptr) *except = odd;
  return ready;
}
int select_until(int count, fd_set* read, fd_set* write, fd_set* except, Instant deadline) {
  const int ready =
      wait_for_descriptors([&] { return select_now(count, read, write, except); }, deadline);
  if (ready != 0) return ready;
  for (fd_set* set : {read, write, except})
    if (set != nullptr) FD_ZERO(set);
  return 0;
}
}  // namespace
POOLPROOF_INTERPOSE int select(int count, fd_set* read, fd_set* write, fd_set* except,
                               timeval* timeout) {
  if (!is_inside()) return POOLPROOF_REAL(select)(count, read, write, except, timeout);
  if (timeout == nullptr) return select_until(count, read, write, except, Instant::max());
  return select_until(count, read, write, except,
                      instant_after({.tv_sec = timeout->tv_sec + timeout->tv_usec / 1'000'000,
                                     .tv_nsec = timeout->tv_usec % 1'000'000 * 1000}));
}
POOLPROOF_INTERPOSE int pselect(int count, fd_set* read, fd_set* write, fd_set* except,
                                const timespec* timeout, const sigset_t* mask) {
  if (!is_inside()) return POOLPROOF_REAL(pselect)(count, read, write, except, timeout, mask);
  return select_until(count, read, write, except,
                      timeout == nullptr ? Instant::max() : instant_after(*timeout));
}
POOLPROOF_INTERPOSE int epoll_wait(int epoll, epoll_event* events, int count, int timeout) {
  if (!is_inside()) return POOLPROOF_REAL(epoll_wait)(epoll, events, count, timeout);
  return wait_for_descriptors([&] { return POOLPROOF_REAL(epoll_wait)(epoll, events, count, 0); },
                              after_milliseconds(timeout));
}
POOLPROOF_INTERPOSE int epoll_pwait(int epoll, epoll_event* events, int count, int timeout,
                                    const sigset_t* mask) {
  if (!is_inside()) return POOLPROOF_REAL(epoll_pwait)(epoll, events, count, timeout, mask);
  return wait_for_descriptors([&] { return POOLPROOF_REAL(epoll_wait)(epoll, events, count, 0); },
                              after_milliseconds(timeout));
}

// ---- Reading

POOLPROOF_INTERPOSE ssize_t read(int descriptor, void* memory, std::size_t size) {
  if (is_inside()) wait_until_ready(descriptor, POLLIN);
  return POOLPROOF_REAL(read)(descriptor, memory, size);
}
POOLPROOF_INTERPOSE ssize_t readv(int descriptor, const iovec* parts, int count) {
  if (is_inside()) wait_until_ready(descriptor, POLLIN);
  return POOLPROOF_REAL(readv)(descriptor, parts, count);
}
POOLPROOF_INTERPOSE ssize_t recv(int socket, void* memory, std::size_t size, int flags) {
  if (is_inside() && (flags & MSG_DONTWAIT) == 0) wait_until_ready(socket, POLLIN);
  return POOLPROOF_REAL(recv)(socket, memory, size, flags);
}
POOLPROOF_INTERPOSE ssize_t recvfrom(int socket, void* memory, std::size_t size, int flags,
                                     sockaddr* from, socklen_t* from_size) {
  if (is_inside() && (flags & MSG_DONTWAIT) == 0) wait_until_ready(socket, POLLIN);
  return POOLPROOF_REAL(recvfrom)(socket, memory, size, flags, from, from_size);
}
POOLPROOF_INTERPOSE ssize_t recvmsg(int socket, msghdr* message, int flags) {
  if (is_inside() && (flags & MSG_DONTWAIT) == 0) wait_until_ready(socket, POLLIN);
  return POOLPROOF_REAL(recvmsg)(socket, message, flags);
}
POOLPROOF_INTERPOSE int accept(int socket, sockaddr* from, socklen_t* from_size) {
  if (is_inside()) wait_until_ready(socket, POLLIN);
  return POOLPROOF_REAL(accept)(socket, from, from_size);
}
POOLPROOF_INTERPOSE int accept4(int socket, sockaddr* from, socklen_t* from_size, int flags) {
  if (is_inside()) wait_until_ready(socket, POLLIN);
  return POOLPROOF_REAL(accept4)(socket, from, from_size, flags);
}

// ---- Writing, and connecting

namespace {
ssize_t write_parts(int descriptor, std::span<iovec> all) {
  return write_all(descriptor, all, [descriptor](std::span<iovec> parts) {
    return POOLPROOF_REAL(writev)(descriptor, parts.data(), static_cast<int>(parts.size()));
  });
}
ssize_t send_message(int socket, msghdr message, int flags) {
  return write_all(socket, {message.msg_iov, message.msg_iovlen}, [&](std::span<iovec> parts) {
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const ssize_t sent = POOLPROOF_REAL(sendmsg)(socket, &message, flags);
    if (sent != -1) message.msg_controllen = 0;  // That has gone with the first of them.
    return sent;
  });
}
iovec part(const void* memory, std::size_t size) noexcept {
  return {.iov_base = const_cast<void*>(memory), .iov_len = size};
}
}  // namespace
POOLPROOF_INTERPOSE ssize_t write(int descriptor, const void* memory, std::size_t size) {
  if (!is_inside()) return POOLPROOF_REAL(write)(descriptor, memory, size);
  iovec all = part(memory, size);
  return write_parts(descriptor, {&all, 1});
}
POOLPROOF_INTERPOSE ssize_t writev(int descriptor, const iovec* parts, int count) {
  if (!is_inside() || count < 0) return POOLPROOF_REAL(writev)(descriptor, parts, count);
  return write_parts(descriptor, {const_cast<iovec*>(parts), static_cast<std::size_t>(count)});
}
POOLPROOF_INTERPOSE ssize_t sendmsg(int socket, const msghdr* message, int flags) {
  if (!is_inside() || (flags & MSG_DONTWAIT) != 0)
    return POOLPROOF_REAL(sendmsg)(socket, message, flags);
  return send_message(socket, *message, flags);
}
POOLPROOF_INTERPOSE ssize_t sendto(int socket, const void* memory, std::size_t size, int flags,
                                   const sockaddr* to, socklen_t to_size) {
  if (!is_inside() || (flags & MSG_DONTWAIT) != 0)
    return POOLPROOF_REAL(sendto)(socket, memory, size, flags, to, to_size);
  iovec all = part(memory, size);
  msghdr message{};
  message.msg_name = const_cast<sockaddr*>(to);
  message.msg_namelen = to_size;
  message.msg_iov = &all;
  message.msg_iovlen = 1;
  return send_message(socket, message, flags);
}
POOLPROOF_INTERPOSE ssize_t send(int socket, const void* memory, std::size_t size, int flags) {
  if (!is_inside()) return POOLPROOF_REAL(send)(socket, memory, size, flags);
  return ::sendto(socket, memory, size, flags, nullptr, 0);
}
POOLPROOF_INTERPOSE int connect(int socket, const sockaddr* address, socklen_t size) {
  if (!is_inside()) return POOLPROOF_REAL(connect)(socket, address, size);
  return connect_to(socket, address, size);
}
