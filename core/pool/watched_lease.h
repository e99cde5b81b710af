#pragma once
// Leases whose use is watched (PoolConfig::misuse_checks): a client used by two threads at once,
// or after its lease has ended, stops the program with both places named. Not in the way of leases
// that are not watched.

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include <poolproof/core/ensure.h>
#include <poolproof/core/pool/guarded.h>
#include <poolproof/core/pool/lease.h>

namespace poolproof {

template <class Platform>
class WatchedLeases;

/// What one lease hands out in place of its session, and where it is given back to. It stays when
/// the lease has ended, for as long as no other lease needs it, so that whoever kept the client is
/// found out. Any thread: that is what it looks for.
template <class Platform>
class WatchedLease final : public LeaseHome, public DbClient {
  using ThreadId = decltype(Platform::this_thread_id());

 public:
  void begin(WatchedLeases<Platform>& store, LeaseHome& home, PooledConnection& connection) {
    store_ = &store;
    connection.is_watched = true;
    watch_.with([&](Watch& watch) {
      watch = {};
      watch.home = &home;
      watch.client = connection.client.get();
      watch.taken_by = connection.taken_by;
    });
  }

  // Of the lease.

  DbClient& watched_client(PooledConnection&, std::source_location where) override {
    watch_.with([&](Watch& watch) { watch.note_asked(Platform::this_thread_id(), where); });
    return *this;
  }
  void note_release(std::source_location where) noexcept override {
    watch_.with([&](Watch& watch) { watch.ended_at = where; });
  }
  void report(PooledConnection& connection, const DbError& error) noexcept override {
    watch_.with([](Watch& watch) { return watch.home; })->report(connection, error);
  }
  void give_back(PooledConnection& connection) noexcept override {
    LeaseHome* home = nullptr;
    stop_if_misused(watch_.with([&](Watch& watch) {
      home = std::exchange(watch.home, nullptr);
      return watch.depth == 0 ? Mistake{} : watch.ended_while_in_use();
    }));
    connection.is_watched = false;
    store_->put_back(*this);
    home->give_back(connection);  // Perhaps the end of the pool, and of this object with it.
  }

  // Of the client.

  using DbClient::execute;
  std::expected<ResultSet, DbError> execute(std::string_view sql,
                                            std::span<const Value> parameters) override {
    return Use(*this, "execute")->execute(sql, parameters);
  }
  std::expected<std::uint64_t, DbError> stream(std::string_view sql,
                                               std::span<const Value> parameters,
                                               const RowVisitor& visit) override {
    return Use(*this, "stream")->stream(sql, parameters, visit);
  }
  std::expected<void, DbError> ping() override { return Use(*this, "ping")->ping(); }
  std::expected<void, DbError> reset() override { return Use(*this, "reset")->reset(); }
  void set_deadline(Instant deadline) noexcept override {
    Use(*this, "set_deadline")->set_deadline(deadline);
  }
  void set_validation_timeout(Duration timeout) noexcept override {
    Use(*this, "set_validation_timeout")->set_validation_timeout(timeout);
  }
  [[nodiscard]] bool is_in_transaction() const noexcept override {
    return Use(*this, "is_in_transaction")->is_in_transaction();
  }
  [[nodiscard]] bool is_known_dead() noexcept override {
    return Use(*this, "is_known_dead")->is_known_dead();
  }
  [[nodiscard]] Dialect dialect() const noexcept override {
    return Use(*this, "dialect")->dialect();
  }

 private:
  friend class WatchedLeases<Platform>;

  struct Mistake {
    std::string sentence;  ///< empty: there is none
    std::source_location where;
  };

  struct Watch {
    struct Asked {
      ThreadId thread{};
      std::source_location where{};
    };

    LeaseHome* home = nullptr;  ///< null: the lease has ended
    DbClient* client = nullptr;
    std::source_location taken_by{};
    std::source_location ended_at{};  ///< if somebody said so
    std::array<Asked, 2> asked{};     ///< for the client, by different threads, the latest first
    ThreadId user{};                  ///< who is in a call
    const char* call = nullptr;
    std::size_t depth = 0;  ///< of calls: a visitor of rows may make others

    void note_asked(ThreadId thread, std::source_location where) {
      if (asked[0].thread != thread) asked[1] = asked[0];
      asked[0] = {thread, where};
    }
    [[nodiscard]] std::source_location asked_by(ThreadId thread) const {
      return asked[1].thread == thread && asked[0].thread != thread ? asked[1].where
                                                                    : asked[0].where;
    }
    [[nodiscard]] std::string lease() const { return "lease, taken at " + to_string(taken_by); }

    [[nodiscard]] Mistake used_after_the_end(const char* by, ThreadId thread) const {
      const bool is_known = *ended_at.file_name() != '\0';
      return {"the client that was asked for here was used by " + std::string(by) +
                  " after the end of its " + lease() +
                  (is_known ? " and released at " + to_string(ended_at) : std::string()),
              asked_by(thread)};
    }
    [[nodiscard]] Mistake used_by_two(const char* by, ThreadId thread) const {
      return {"the client that was asked for here was used by " + std::string(by) +
                  " while another thread, which asked for it at " + to_string(asked_by(user)) +
                  ", was in " + call + "; it is that of the " + lease(),
              asked_by(thread)};
    }
    [[nodiscard]] Mistake ended_while_in_use() const {
      const bool is_known = *ended_at.file_name() != '\0';
      return {std::string("a lease ended while ") + call +
                  " was under way on its client, which was asked for at " +
                  to_string(asked_by(user)) + "; it is the " + lease(),
              is_known ? ended_at : taken_by};
    }
  };

  static void stop_if_misused(const Mistake& mistake) {
    if (!mistake.sentence.empty()) stop_for_misuse(mistake.sentence, mistake.where);
  }

  /// One call to the session, if it is right to make it.
  class Use {
   public:
    Use(const WatchedLease& lease, const char* call) : lease_(lease) {
      const ThreadId thread = Platform::this_thread_id();
      stop_if_misused(lease_.watch_.with([&](Watch& watch) -> Mistake {
        if (watch.home == nullptr) return watch.used_after_the_end(call, thread);
        if (watch.depth > 0 && watch.user != thread) return watch.used_by_two(call, thread);
        if (watch.depth++ == 0) {
          watch.user = thread;
          watch.call = call;
        }
        client_ = watch.client;
        return {};
      }));
    }
    ~Use() {
      lease_.watch_.with([](Watch& watch) { --watch.depth; });
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    DbClient* operator->() const noexcept { return client_; }

   private:
    const WatchedLease& lease_;
    DbClient* client_ = nullptr;
  };

  mutable Guarded<Watch, typename Platform::mutex> watch_;
  WatchedLeases<Platform>* store_ = nullptr;
  WatchedLease* next_ = nullptr;  // among those that no lease needs
};

/// A pool's. Those of leases that have ended are used again in order of their ends, and only when
/// some hundred others have ended.
template <class Platform>
class WatchedLeases {
 public:
  /// Throws bad_alloc.
  explicit WatchedLeases(std::size_t leases_max) {
    free_.with(
        [&](Free& free) { grow(free, kept_after_end + std::min(leases_max, at_once_max)); });
  }

  /// Null where there is no memory for more.
  WatchedLease<Platform>* take() noexcept {
    return free_.with([&](Free& free) -> WatchedLease<Platform>* {
      try {
        if (free.first == nullptr) grow(free, kept_after_end);
      } catch (const std::bad_alloc&) {
        return nullptr;
      }
      WatchedLease<Platform>* const taken = free.first;
      free.first = std::exchange(taken->next_, nullptr);
      if (free.first == nullptr) free.last = nullptr;
      return taken;
    });
  }

  void put_back(WatchedLease<Platform>& ended) noexcept {
    free_.with([&](Free& free) { append(free, ended); });
  }

 private:
  struct Free {
    WatchedLease<Platform>* first = nullptr;
    WatchedLease<Platform>* last = nullptr;
    std::vector<std::unique_ptr<WatchedLease<Platform>[]>> blocks;
  };

  static constexpr std::size_t kept_after_end = 256;
  static constexpr std::size_t at_once_max = 1024;  // without asking for more memory

  static void grow(Free& free, std::size_t count) {
    free.blocks.reserve(free.blocks.size() + 1);
    auto& block = free.blocks.emplace_back(std::make_unique<WatchedLease<Platform>[]>(count));
    for (std::size_t i = 0; i < count; ++i)
      append(free, block[i]);
  }

  static void append(Free& free, WatchedLease<Platform>& one) noexcept {
    (free.last != nullptr ? free.last->next_ : free.first) = &one;
    free.last = &one;
  }

  Guarded<Free, typename Platform::mutex> free_;
};

}  // namespace poolproof
