#include <poolproof/sim/explore/process_search.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include <poolproof/sim/engine/task_host.h>
#include <poolproof/sim/explore/search_worker.h>

namespace poolproof::sim {
namespace {

/// How long the searching process sleeps at most until it looks after the others.
constexpr int look_every_ms = 20;

/// What all processes see.
struct Shared {
  explicit Shared(const SearchPlan& plan) : board(plan) {}
  SearchBoard board;
  std::atomic<std::uint64_t> executions{0};
  std::atomic<bool> is_stopped{false};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

/// In memory that stays the same one when the process is forked.
class SharedMemory {
 public:
  explicit SharedMemory(const SearchPlan& plan) {
    void* at =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) throw std::bad_alloc();
    shared_ = new (at) Shared(plan);
  }
  ~SharedMemory() { ::munmap(shared_, sizeof(Shared)); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  Shared& operator*() const noexcept { return *shared_; }

 private:
  Shared* shared_;
};

/// A descriptor beyond those that the code that is tried comes to see: it gets the same numbers in
/// every process, with and without a search of several.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int low) : number_(low) {
    constexpr int far = 700;
    const int high = ::fcntl(low, F_DUPFD_CLOEXEC, far);
    if (high < 0) return;
    ::close(low);
    number_ = high;
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_ = -1;
};

/// A file without a name, in which one process leaves what another one reads when it is gone.
class Letter {
 public:
  Letter() : file_(::memfd_create("search", MFD_CLOEXEC)) {}

  void write(const WorkerRecord& record) {
    const Counts counts{.reached = record.reached,
                        .stacks_abandoned = record.stacks_abandoned,
                        .unknown = record.unknown.size(),
                        .tried = record.tried.size(),
                        .late = record.late.size(),
                        .bits = record.interleavings.bits().size()};
    put(std::span(&counts, 1));
    put(std::span(record.unknown));
    put(std::span(record.tried));
    put(std::span(record.late));
    put(std::span(record.interleavings.bits()));
  }

  /// Nothing where it was not written to its end.
  std::optional<WorkerRecord> read() {
    Counts counts;
    WorkerRecord record;
    if (!get(std::span(&counts, 1))) return {};
    record.reached = counts.reached;
    record.stacks_abandoned = counts.stacks_abandoned;
    record.unknown.resize(counts.unknown);
    record.tried.resize(counts.tried);
    record.late.resize(counts.late);
    record.interleavings.bits().resize(counts.bits);
    const bool is_read = get(std::span(record.unknown)) && get(std::span(record.tried)) &&
                         get(std::span(record.late)) &&
                         get(std::span(record.interleavings.bits()));
    return is_read ? std::optional(std::move(record)) : std::nullopt;
  }

 private:
  struct Counts {
    std::uint64_t reached = 0;
    std::uint64_t stacks_abandoned = 0;
    std::size_t unknown = 0;
    std::size_t tried = 0;
    std::size_t late = 0;
    std::size_t bits = 0;
  };

  template <class T>
  void put(std::span<const T> all) {
    static_assert(std::is_trivially_copyable_v<T>);
    const auto* at = reinterpret_cast<const char*>(all.data());
    for (std::size_t left = all.size_bytes(); left > 0;) {
      const ssize_t bytes = ::pwrite(file_.number(), at, left, place_);
      if (bytes <= 0) ::_exit(EXIT_FAILURE);
      move_on(bytes, at, left);
    }
  }

  template <class T>
  bool get(std::span<T> all) {
    static_assert(std::is_trivially_copyable_v<T>);
    auto* at = reinterpret_cast<char*>(all.data());
    for (std::size_t left = all.size_bytes(); left > 0;) {
      const ssize_t bytes = ::pread(file_.number(), at, left, place_);
      if (bytes <= 0) return false;
      move_on(bytes, at, left);
    }
    return true;
  }

  template <class Pointer>
  void move_on(ssize_t bytes, Pointer& at, std::size_t& left) {
    at += bytes;
    left -= static_cast<std::size_t>(bytes);
    place_ += bytes;
  }

  Descriptor file_;
  off_t place_ = 0;
};

struct Process {
  pid_t id = -1;
  Descriptor handle;  ///< to wait for its end; none where the kernel has no such thing
  Letter letter;
  bool is_over = false;
  std::optional<WorkerRecord> record;  ///< when it has come to its end
  std::string end;                     ///< when it has not: "died of SIGKILL",
  std::uint64_t place = 0;             ///< and in which execution
};

std::string signal_words(int signal) {
#ifdef __GLIBC__
  if (const char* name = ::sigabbrev_np(signal)) return fmt::format("SIG{}", name);
#endif
  return fmt::format("signal {}", signal);
}

std::string end_words(int status) {
  if (WIFSIGNALED(status)) return "died of " + signal_words(WTERMSIG(status));
  return fmt::format("ended with exit code {}", WEXITSTATUS(status));
}

/// Becomes readable when the process ends; -1 where the kernel has no such thing.
int open_process([[maybe_unused]] pid_t process) {
#ifdef SYS_pidfd_open
  return static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
#else
  return -1;
#endif
}

class ProcessSearch {
 public:
  ProcessSearch(const SearchPlan& plan, SearchProgress& progress)
      : plan_(plan), progress_(progress), memory_(plan), shared_(*memory_) {}

  SearchResult run() {
    if (!fork_all()) {
      SearchResult none;
      none.next = plan_.first;
      none.trouble = no_process_words();
      return none;
    }
    while (!are_all_over())
      await_an_end();
    return conclude();
  }

 private:
  /// Returns false where there is not even one.
  bool fork_all() {
    // What is in the buffers would be written by each process that comes to flush them.
    std::fflush(nullptr);
    const pid_t self = ::getpid();
    for (std::size_t i = 0; i < workers_for(plan_); ++i) {
      Process& process = processes_.emplace_back();
      process.id = ::fork();
      if (process.id == 0) be_worker(i, self);
      if (process.id > 0) {
        process.handle = Descriptor(open_process(process.id));
        continue;
      }
      shared_.board.note(i, end());  // Nobody waits for it.
      processes_.pop_back();
    }
    return !processes_.empty();
  }

  // Nothing goes back from here into functions that are the other process's: an exception ends it.
  [[noreturn]] void be_worker(std::size_t number, pid_t parent) noexcept {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(EXIT_FAILURE);
    // A terminal sends them to all processes: the one that searches stops the others.
    // Not ignored: so would they be in the processes that are forked by what is tried.
    struct sigaction nothing {};
    nothing.sa_handler = [](int) {};
    nothing.sa_flags = SA_RESTART;
    for (const int signal : {SIGINT, SIGTERM})
      ::sigaction(signal, &nothing, nullptr);
    if (TaskHost* host = task_host()) host->process_begins();
    if (plan_.subject.enter_process) plan_.subject.enter_process();
    processes_.back().letter.write(run_worker({.plan = plan_,
                                               .board = shared_.board,
                                               .number = number,
                                               .began = began_,
                                               .executions = shared_.executions,
                                               .is_stopped = shared_.is_stopped}));
    ::_exit(EXIT_SUCCESS);
  }

  void await_an_end() {
    std::vector<pollfd> watched;
    for (const Process& process : processes_) {
      if (!process.is_over) watched.push_back({process.handle.number(), POLLIN, 0});
    }
    ::poll(watched.data(), watched.size(), look_every_ms);
  }

  bool are_all_over() {
    if (progress_.is_stopped) shared_.is_stopped = true;
    progress_.executions = before_ + shared_.executions;
    bool are_over = true;
    for (std::size_t i = 0; i < processes_.size(); ++i) {
      if (!processes_[i].is_over) look_after(i);
      are_over = are_over && processes_[i].is_over;
    }
    return are_over;
  }

  void look_after(std::size_t number) {
    Process& process = processes_[number];
    int status = 0;
    const pid_t gone = ::waitpid(process.id, &status, WNOHANG);
    if (gone == 0 || (gone < 0 && errno == EINTR)) return;
    process.is_over = true;
    // Where somebody ignores SIGCHLD nobody knows the status.
    const bool is_well = gone < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
    if (is_well) process.record = process.letter.read();
    if (process.record) return;
    process.end = gone < 0 ? "is gone" : end_words(status);
    process.place = shared_.board.place(number);
    shared_.board.fail(process.place);
  }

  SearchResult conclude() {
    const std::uint64_t first = shared_.board.first_failure();
    const Process* lost = first_lost();
    // What it was lost in would not have been begun by one process; what it had seen is lost, too.
    if (lost != nullptr && first < lost->place) return without_what_comes_after(first);
    std::optional<Failure> failure;
    if (first < end()) failure = run_again(plan_, first);
    std::vector<WorkerRecord> records;
    for (Process& process : processes_) {
      if (!process.record) process.record.emplace().reached = process.place + (failure ? 1 : 0);
      records.push_back(*std::move(process.record));
    }
    SearchResult result = merged(plan_, shared_.board, std::move(records));
    result.failure = std::move(failure);
    result.is_complete = result.is_complete || result.failure.has_value();
    if (result.failure) return result;
    if (lost != nullptr)
      result.trouble = lost_words(*lost);
    else if (first < end())
      result.trouble = unsteady_words(first);
    return result;
  }

  [[nodiscard]] const Process* first_lost() const {
    const Process* lost = nullptr;
    for (const Process& process : processes_) {
      const bool is_before = lost == nullptr || process.place < lost->place;
      if (!process.record && is_before) lost = &process;
    }
    return lost;
  }

  [[nodiscard]] SearchResult without_what_comes_after(std::uint64_t last) const {
    SearchPlan shorter = plan_;
    shorter.count = last + 1 - plan_.first;
    return search(shorter, progress_);
  }

  [[nodiscard]] std::uint64_t end() const { return plan_.first + plan_.count; }

  [[nodiscard]] std::string place_words(std::uint64_t execution) const {
    const std::string place =
        fmt::format("subject {}, scenario {}", plan_.subject.name, plan_.scenario.name);
    if (execution >= end()) return place;
    return fmt::format("{}, execution {}", place, execution);
  }
  [[nodiscard]] std::string lost_words(const Process& process) const {
    return fmt::format(
        "{}: a process of the search {}, and this one did not when it ran that again: somebody "
        "else ended it, or it was what earlier executions left behind; --jobs 1 has them all in "
        "one process",
        place_words(process.place), process.end);
  }
  [[nodiscard]] std::string unsteady_words(std::uint64_t execution) const {
    return fmt::format(
        "{}: went wrong in a process of the search, and well when it was run again: it hangs on "
        "what is not put back between executions, or on real time; --jobs 1 has them all in one "
        "process",
        place_words(execution));
  }
  [[nodiscard]] std::string no_process_words() const {
    return fmt::format("{}: no process can be made: {}; --jobs 1 needs none", place_words(end()),
                       std::strerror(errno));
  }

  const SearchPlan& plan_;
  SearchProgress& progress_;
  const std::uint64_t before_ = progress_.executions;
  const Instant began_ = SteadyClock().coarse_now();
  const SharedMemory memory_;
  Shared& shared_;
  std::deque<Process> processes_;
};

}  // namespace

SearchResult search_by_processes(const SearchPlan& plan, SearchProgress& progress) {
  return ProcessSearch(plan, progress).run();
}

}  // namespace poolproof::sim
