#pragma once
// One pool of the trial, from its construction to the judgement of its history.

#include <condition_variable>
#include <mutex>
#include <thread>

#include <poolproof/drivers/postgres/postgres_client.h>
#include <poolproof/subjects/postgres/server_pair.h>
#include <poolproof/subjects/postgres/trial.h>

namespace poolproof::subjects {

/// Runs on the thread that started the server.
class TrialRound {
 public:
  struct Setting {
    const TrialPlan& plan;
    postgres::TestServer& server;  ///< where there is a pair, its primary when the round begins
    ServerPair* pair = nullptr;    ///< null: the server is alone
    Isolation isolation{};
    std::uint32_t number = 0;
    std::uint32_t kills = 0;
  };

  TrialRound(const Setting& setting, TrialResult& result);

  void run();

 private:
  static PoolConfig pool_config(const TrialPlan& plan);
  static PostgresOptions session_options(const Setting& setting);

  void open_counter();
  void close_counter();
  void torment();
  void kill_primaries();
  void wait_for_recovery(Torment torment, Instant began);
  void cancel_some(Rng& rng);
  void fork_once();
  void watch();
  void end_watch();
  void judge();
  void compare_books();
  void look_at_server();
  void find(const std::string& what);

  const Setting setting_;
  TrialResult& result_;
  sim::RunClock clock_;
  PostgresFactory factory_;
  RecordedPool pool_;
  ProgressBoard board_;
  Counter counter_;
  std::vector<TellerBook> books_;  // one for each teller, written by its thread
  std::vector<std::thread> tellers_;
  std::atomic<Place> place_ = "begin";

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_watched_ = true;  // guarded by mutex_
  std::thread watch_;
};

}  // namespace poolproof::subjects
