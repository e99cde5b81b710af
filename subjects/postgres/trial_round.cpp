#include <poolproof/subjects/postgres/trial_round.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <poolproof/subjects/postgres/question.h>

namespace poolproof::subjects {
namespace {

constexpr const char* teller_user = "teller";
constexpr Duration stall_max = std::chrono::seconds(60);
constexpr Duration quiet_time = std::chrono::seconds(1);
constexpr std::int64_t ids_of_a_round = 1'000'000'000;

}  // namespace

TrialRound::TrialRound(const Setting& setting, TrialResult& result)
    : setting_(setting),
      result_(result),
      factory_(session_options(setting), clock_),
      pool_(pool_config(setting.plan), factory_, clock_, setting.plan.seed + setting.number,
            setting.plan.threads),
      board_(clock_, setting.plan.threads),
      counter_{.pool = pool_,
               .board = board_,
               .clock = clock_,
               .isolation = setting.isolation,
               // What waits for a standby is not to be cancelled: it has been committed.
               .patience = std::chrono::seconds(setting.pair != nullptr ? 20 : 1),
               .first_id = TransferId{setting.number * ids_of_a_round}},
      books_(setting.plan.threads) {}

/// Short enough for every limit to be met in a round of seconds.
PoolConfig TrialRound::pool_config(const TrialPlan& plan) {
  return {.min_size = std::min<std::size_t>(2, plan.pool),
          .max_size = plan.pool,
          .acquire_timeout = std::chrono::seconds(5),
          .idle_timeout = std::chrono::seconds(1),
          .max_lifetime = std::chrono::seconds(5),
          .health_check_interval = std::chrono::milliseconds(200),
          .validate_after_idle = std::chrono::milliseconds(100),
          .seed = plan.seed};
}

PostgresOptions TrialRound::session_options(const Setting& setting) {
  return {.address = setting.pair != nullptr ? setting.pair->address(teller_user)
                                             : setting.server.address(teller_user),
          .connect_timeout = std::chrono::seconds(5),
          .call_timeout = std::chrono::seconds(1),
          .cancel_grace = std::chrono::milliseconds(300)};
}

void TrialRound::run() {
  watch_ = std::thread([this] { watch(); });
  open_counter();
  try {
    torment();
  } catch (...) {  // No thread outlives its round, also where the server does not come back.
    close_counter();
    end_watch();
    throw;
  }
  close_counter();
  end_watch();
  place_ = "finish the pool";
  const PoolMetrics last = pool_.finish();
  result_.sessions_opened += last.connects;
  result_.sessions_closed += last.closes;
  if (last.connects != last.closes || last.total != 0) find("not every session was closed");
  judge();
  // Before the books: what a session has begun it may still commit.
  look_at_server();
  compare_books();
  ++result_.rounds;
}

void TrialRound::open_counter() {
  for (std::uint16_t number = 0; number < setting_.plan.threads; ++number) {
    tellers_.emplace_back([this, number] {
      books_[number] = Teller(counter_, number, setting_.plan.seed + setting_.number).work();
    });
  }
}

void TrialRound::close_counter() {
  place_ = "wait for the tellers to go home";
  counter_.is_open = false;
  for (std::thread& teller : tellers_)
    teller.join();
}

void TrialRound::kill_primaries() {
  Rng rng = Rng::stream(setting_.plan.seed, ~std::uint64_t{setting_.number});
  for (std::uint32_t kills = 0; kills < setting_.kills; ++kills) {
    place_ = "pause between two failovers";
    clock_.sleep_until(deadline_after(clock_.now(), std::chrono::milliseconds(rng.below(500))));
    cancel_some(rng);
    place_ = "fail over";
    board_.expect(ProgressBoard::Sign::new_session);
    const Instant began = clock_.now();
    setting_.pair->fail_over();
    ++result_.inflicted[Torment::fail_over];
    wait_for_recovery(Torment::fail_over, began);
    if (kills == 0) fork_once();
  }
}

void TrialRound::wait_for_recovery(Torment torment, Instant began) {
  place_ = "wait for the next commit";
  const auto recovered = board_.wait_for_expected(deadline_after(began, 2 * stall_max));
  if (!is_deadly(torment)) return;
  if (recovered)
    result_.recoveries[torment].push_back(*recovered - began);
  else
    find("no new session had a commit within two minutes of " + std::string(to_string(torment)));
}

void TrialRound::torment() {
  if (setting_.pair != nullptr) return kill_primaries();
  const int connections = static_cast<int>(setting_.plan.pool) + 16;
  Tormentor tormentor(setting_.server, teller_user, connections, clock_,
                      Rng::stream(setting_.plan.seed, setting_.number).next());
  Rng rng = Rng::stream(setting_.plan.seed, ~std::uint64_t{setting_.number});
  bool has_forked = false;
  for (std::uint32_t kills = 0; kills < setting_.kills;) {
    place_ = "pause between two torments";
    clock_.sleep_until(deadline_after(clock_.now(), std::chrono::milliseconds(rng.below(200))));
    static_cast<void>(pool_.metrics());
    cancel_some(rng);
    if (!has_forked && 2 * kills + 1 >= setting_.kills) {
      has_forked = true;
      fork_once();
    }
    const Torment chosen = tormentor.choose();
    place_ = to_string(chosen).data();
    board_.expect(is_deadly(chosen) ? ProgressBoard::Sign::new_session
                                    : ProgressBoard::Sign::new_transfer);
    const Instant began = clock_.now();
    const auto torment = tormentor.inflict(chosen);
    if (!torment) continue;
    ++result_.inflicted[*torment];
    kills += is_deadly(*torment) ? 1U : 0U;
    wait_for_recovery(*torment, began);
  }
}

void TrialRound::cancel_some(Rng& rng) {
  place_ = "cancel";
  for (int i = 0; i < 4; ++i)
    result_.cancels += pool_.cancel(counter_.waiting, rng.below(64)) ? 1U : 0U;
}

/// A child with copies of all sessions, among them one of its own parent's that it may touch. The
/// child takes no lock: those of other threads are held for ever there.
void TrialRound::fork_once() {
  place_ = "fork";
  const auto session = factory_.connect(deadline_after(clock_.now(), std::chrono::seconds(10)));
  if (!session) return;  // The server is just being shot at.
  DbClient* const copied = session->get();
  const pid_t child = ::fork();
  if (child < 0) return find("no child could be forked");
  if (child == 0) {
    const auto answer = copied->execute("select 1", {});
    const bool is_refused = !answer && answer.error().kind == DbErrorKind::connection_lost;
    ::_exit(is_refused && copied->is_known_dead() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ++result_.forks;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    find("a forked child could use a session of its parent's");
  const auto answer = copied->execute("select 1", {});
  if (!answer) find("a session did not outlive a fork: " + to_string(answer.error()));
}

/// Notes when everybody is quiet; and when nothing comes of it, ends the program.
void TrialRound::watch() {
  std::unique_lock lock(mutex_);
  std::size_t events = 0;
  std::uint64_t commits = 0;
  Instant changed_at = clock_.now(), committed_at = changed_at;
  bool is_noted = false;
  while (is_watched_) {
    clock_.wait_until(changed_, lock, deadline_after(clock_.now(), quiet_time / 4));
    const Instant now = clock_.now();
    if (const std::uint64_t seen = board_.commits(); seen != commits) {
      commits = seen;
      committed_at = now;
    }
    if (now - committed_at > stall_max) {
      std::fprintf(stderr, "no commit for a minute: main: %s, %s\n", place_.load(),
                   board_.places().c_str());
      std::_Exit(1);
    }
    if (const std::size_t seen = pool_.events(); seen != events) {
      events = seen;
      changed_at = now;
      is_noted = false;
    } else if (!is_noted && now - changed_at >= quiet_time) {
      is_noted = true;
      pool_.note_stall();
      events = pool_.events();
    }
  }
}

void TrialRound::end_watch() {
  {
    const std::lock_guard guard(mutex_);
    is_watched_ = false;
  }
  changed_.notify_one();
  watch_.join();
}

void TrialRound::judge() {
  sim::HistoryIndex index;
  std::vector<sim::Violation> violations;
  result_.unknown.add(sim::judge(pool_.history(), index, violations));
  result_.events_judged += pool_.history().events.size();
  for (const sim::Violation& violation : violations)
    find(std::string(sim::law(violation.law).label) + ": " + violation.sentence);
  if (!violations.empty() && !result_.offender) result_.offender = pool_.history();
}

void TrialRound::compare_books() {
  TellerBook& all = result_.book;
  for (const TellerBook& book : books_)
    all.add(book);
  const auto kept = answer_of(factory_, clock_, [&](DbClient& client) {
    return transfers_since(client, counter_.first_id);
  });
  const auto is_kept = [&](TransferId id) { return std::ranges::binary_search(kept, id); };
  const auto lost = std::ranges::count_if(all.committed, std::not_fn(is_kept));
  const auto in_effect = std::ranges::count_if(all.ambiguous, is_kept);
  if (lost != 0) find(std::to_string(lost) + " committed transfers are not in the book");
  if (kept.size() != all.committed.size() + static_cast<std::size_t>(in_effect))
    find("the book has transfers that were neither committed nor in doubt");
  result_.in_the_book += std::ssize(kept);
  const auto wrongs = answer_of(
      factory_, clock_, [&](DbClient& client) { return audit_bank(client, result_.in_the_book); });
  for (const std::string& wrong : wrongs)
    find(wrong);
  for (const std::string& surprise : all.surprises)
    find("unexpected: " + surprise);
  result_.committed += all.committed.size();
  result_.ambiguous += all.ambiguous.size();
  result_.ambiguous_in_effect += static_cast<std::uint64_t>(in_effect);
  all.committed.clear();
  all.ambiguous.clear();
  all.surprises.clear();
}

/// A server takes a moment to notice that a session was closed.
void TrialRound::look_at_server() {
  const postgres::TestServer& server =
      setting_.pair != nullptr ? setting_.pair->primary() : setting_.server;
  PostgresFactory asking({.address = server.address()}, clock_);
  const auto count = [](DbClient& client) {
    constexpr std::string_view sql = "select count(*) from pg_stat_activity where usename = $1";
    return client.execute(sql, {teller_user});
  };
  const Instant deadline = deadline_after(clock_.now(), std::chrono::seconds(10));
  for (;;) {
    const Value sessions = answer_of(asking, clock_, count).row(0).at(0U);
    if (sessions == Value(0)) return;
    if (clock_.now() > deadline)
      return find("the server still has sessions: " + to_string(sessions));
    clock_.sleep_until(deadline_after(clock_.now(), std::chrono::milliseconds(20)));
  }
}

void TrialRound::find(const std::string& what) {
  result_.findings.push_back("round " + std::to_string(setting_.number) + " (" +
                             std::string(to_string(setting_.isolation)) + "): " + what);
}

}  // namespace poolproof::subjects
