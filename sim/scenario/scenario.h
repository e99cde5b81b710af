#pragma once
// What a pool is put through: data, read from TOML (docs/scenario-format.md) and printed back.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/core/db/dialect.h>
#include <poolproof/core/pool/pool_config.h>
#include <poolproof/mocks/fault_plan.h>
#include <poolproof/sim/judge/event.h>
#include <poolproof/sim/subject/transaction.h>

namespace poolproof::sim {

/// One line of a client's script. A client keeps its leases on a stack: `acquire` pushes one when
/// it succeeds, `release` pops the newest. Steps that need a lease are skipped when the client has
/// none. The printed form is the kind's name and what the comments show.
struct Step {
  enum class Kind : std::uint8_t {
    acquire,  ///< "acquire" (config's timeout), "acquire 5s", "acquire 0s", "acquire forever"
    try_acquire,
    execute,  ///< runs a statement over the newest lease
    invalidate,
    release,
    release_again,  ///< ends the lease that ended last, once more: must be harmless
    use_ended,      ///< looks whether the lease that ended last still reaches a session
    sleep,          ///< "sleep 5ms"
    ensure_min_size,
    health_check,
    metrics,
    resize,  ///< "resize 1 4": min_size and max_size
    evict_all,
    close,
    drain,     ///< "drain 5s"
    destroy,   ///< destroys the pool object: by the only client, and only lease steps may follow
    leave,     ///< "leave setting", "leave deadline 5ms": on the newest lease's session
    move,      ///< moves the newest lease away and back
    cancel,    ///< "cancel", "cancel 2": makes the second oldest acquire of other clients give up
    transact,  ///< "transact add 1 2", "transact slow 2 1 5ms": program, accounts, and how long
  };
  Kind kind{};
  bool has_duration = false;                 ///< acquire, transact: with a timeout of its own
  Duration duration{};                       ///< acquire, sleep, drain, transact, leave
  std::uint32_t min_size = 0, max_size = 0;  ///< resize
  std::uint32_t which = 1;                   ///< cancel: counted from the oldest
  Program program{};                         ///< transact
  TransactionWork work{};                    ///< transact: of "transact does WORK 1 2"
  mocks::Leftover leftover = mocks::Leftover::setting;  ///< leave
  std::uint32_t from = 0, to = 0;                       ///< transact: accounts
  friend bool operator==(const Step&, const Step&) = default;
};

struct ClientScript {
  std::string name = "client";
  std::uint32_t count = 1;  ///< as many tasks run this script
  std::uint32_t repeat =
      1;  ///< each runs `steps` so many times; leases still out at the end are then released
  std::vector<Step> steps;
  friend bool operator==(const ClientScript&, const ClientScript&) = default;
};

/// In `racing` time the next timer may fire while others could run; in `patient` time only when
/// nobody can.
enum class TimeMode : std::uint8_t { racing, patient };

struct Scenario {
  std::string name;
  std::string about;  ///< one sentence
  PoolConfig pool;
  std::vector<ClientScript> clients;
  mocks::FaultPlan faults;
  TimeMode time = TimeMode::racing;
  Dialect dialect = Dialect::postgresql;  ///< in which transactions are begun and written
  bool sees_transactions = true;          ///< its clients can say that a transaction is open
  std::uint32_t spurious_wakeups = 0;     ///< at most so many in one execution
  std::uint32_t spurious_cas_failures = 0;
  bool prefill = false;      ///< call ensure_min_size before the clients start
  bool maintenance = false;  ///< the pool's own maintenance thread runs
  std::uint32_t steps_max =
      20'000;  ///< scheduling points before an execution counts as a livelock

  static constexpr std::size_t name_bytes_max = 64;
  static constexpr std::uint32_t tasks_max = 48;
  static constexpr std::uint32_t leases_per_client_max = 8;
  static constexpr std::uint32_t repeat_max = 1000;
  static constexpr std::uint32_t script_steps_max = 1000;
  static constexpr std::uint32_t spurious_max = 100;
  static constexpr std::uint32_t steps_bound_min = 100;  ///< bounds of `steps_max`
  static constexpr std::uint32_t steps_bound_max = 1'000'000;
  static constexpr std::size_t file_bytes_max = std::size_t{1} << 20U;

  /// Reads one scenario; the fields are described in docs/scenario-format.md.
  /// Errors: one sentence, "<source>:<line>: <field> <value>: <rule>", about the first line that
  /// is wrong. `source` is the file's name. Any bytes may be handed in; no exception but
  /// std::bad_alloc comes out.
  static std::expected<Scenario, std::string> parse(std::string_view toml,
                                                    std::string_view source);

  friend bool operator==(const Scenario&, const Scenario&) = default;
};

/// The scenario as TOML that parse() reads back to an equal value; fields that have their default
/// are left out.
std::string to_toml(const Scenario& scenario);

std::string to_string(const Step& step);

/// How many tasks a scenario has beside the main one.
std::uint32_t client_count(const Scenario& scenario) noexcept;
/// Whether a connect may fail in it, also for want of memory.
bool may_refuse_connects(const Scenario& scenario) noexcept;

/// The scenarios that ship with poolproof, in order of name. Each is a file of
/// sim/scenario/library/*.toml.
const std::vector<Scenario>& scenario_library();

}  // namespace poolproof::sim
