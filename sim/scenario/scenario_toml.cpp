#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <poolproof/sim/scenario/scenario.h>
#include <poolproof/sim/scenario/step_text.h>
#include <poolproof/sim/scenario/toml_depth.h>
#include <poolproof/sim/scenario/toml_fields.h>

namespace poolproof::sim {
namespace {

constexpr std::size_t about_bytes_max = 500;

void read_name(TableReader& table, std::string& into) {
  table.read("name", into);
  const bool is_good =
      !into.empty() && into.size() <= Scenario::name_bytes_max &&
      into.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-~") == std::string::npos;
  if (!is_good) table.refuse("name", "must be 1 to 64 of a-z, 0-9, '-' and '~'");
}

void read_about(TableReader& table, std::string& into) {
  table.read("about", into);
  const bool has_control = std::ranges::any_of(
      into, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (into.size() > about_bytes_max || has_control) {
    table.refuse("about", "must be one line of at most 500 bytes");
  }
}

void read_time(TableReader& table, TimeMode& into) {
  std::string mode = "racing";
  table.read("time", mode);
  if (mode != "racing" && mode != "patient")
    table.refuse("time", R"(must be "racing" or "patient")");
  into = mode == "patient" ? TimeMode::patient : TimeMode::racing;
}

void read_dialect(TableReader& top, Dialect& dialect) {
  std::string word(to_string(dialect));
  top.read("dialect", word);
  for (const Dialect one : {Dialect::sqlite, Dialect::postgresql, Dialect::mysql}) {
    if (word != to_string(one)) continue;
    dialect = one;
    return;
  }
  top.refuse("dialect", "must be \"sqlite\", \"postgresql\" or \"mysql\"");
}

void read_pool(TableReader& top, PoolConfig& pool, Complaints& complaints) {
  const toml::table* found = top.table("pool");
  if (found == nullptr) return;
  TableReader table(*found, "pool", complaints);
  table.refuse_others({"min_size", "max_size", "acquire_timeout", "idle_timeout", "max_lifetime",
                       "health_check_interval", "validate_after_idle", "validation_timeout",
                       "connect_backoff", "connect_backoff_max", "calls_at_once",
                       "wait_when_refused", "leak_threshold", "reset_on_return", "seed"});
  table.read("min_size", pool.min_size, {0, PoolConfig::max_size_limit});
  table.read("max_size", pool.max_size, {0, PoolConfig::max_size_limit});
  table.read("acquire_timeout", pool.acquire_timeout);
  table.read("idle_timeout", pool.idle_timeout);
  table.read("max_lifetime", pool.max_lifetime);
  table.read("health_check_interval", pool.health_check_interval);
  table.read("validate_after_idle", pool.validate_after_idle);
  table.read("validation_timeout", pool.validation_timeout);
  table.read("connect_backoff", pool.connect_backoff);
  table.read("connect_backoff_max", pool.connect_backoff_max);
  table.read("calls_at_once", pool.calls_at_once, {0, PoolConfig::max_size_limit});
  table.read("wait_when_refused", pool.wait_when_refused);
  table.read("leak_threshold", pool.leak_threshold);
  table.read("reset_on_return", pool.reset_on_return);
  table.read("seed", pool.seed, {0, UINT64_MAX});
  for (const ConfigProblem& problem : pool.validate()) {
    if (problem.severity != ConfigProblem::Severity::error) continue;
    table.refuse(problem.field, problem.value, problem.rule);
  }
}

/// How many leases a client holds at most: when every acquire succeeds.
std::size_t leases_at_once(const ClientScript& client) {
  std::size_t out = 0;
  std::size_t most = 0;
  for (std::uint32_t round = 0; round < client.repeat; ++round) {
    const std::size_t before = out;
    for (const Step& step : client.steps) {
      if (step.kind == Step::Kind::acquire || step.kind == Step::Kind::try_acquire) ++out;
      if (step.kind == Step::Kind::release && out != 0) --out;
      most = std::max(most, out);
    }
    if (out <= before || most > Scenario::leases_per_client_max) break;
  }
  return most;
}

void read_steps(const toml::array& lines, const std::string& path, std::vector<Step>& steps,
                Complaints& complaints) {
  for (std::size_t i = 0; i < lines.size() && i < Scenario::script_steps_max; ++i) {
    const toml::node& line = *lines.get(i);
    const std::string name = path + ".steps[" + std::to_string(i) + "] " + shown(line);
    const auto* text = line.as_string();
    if (text == nullptr) {
      complaints.add(line.source().begin.line, name, "must be a string");
    } else if (const auto step = parse_step(text->get())) {
      steps.push_back(*step);
    } else {
      complaints.add(line.source().begin.line, name, step.error());
    }
  }
}

ClientScript read_client(TableReader& table, const std::string& path, Complaints& complaints) {
  ClientScript client;
  table.refuse_others({"name", "count", "repeat", "steps"});
  read_name(table, client.name);
  table.read("count", client.count, {1, Scenario::tasks_max});
  table.read("repeat", client.repeat, {1, Scenario::repeat_max});
  if (const toml::array* lines = table.array("steps")) {
    if (lines->empty() || lines->size() > Scenario::script_steps_max) {
      table.refuse("steps", "must be 1 to 1000 steps");
    }
    read_steps(*lines, path, client.steps, complaints);
  } else if (table.find("steps") == nullptr) {
    table.refuse("steps", "is missing; a client needs at least one step");
  }
  if (leases_at_once(client) > Scenario::leases_per_client_max) {
    table.refuse("steps", "must not hold more than 8 leases at once");
  }
  return client;
}

bool is_lease_step(const Step& step) noexcept {
  switch (step.kind) {
    case Step::Kind::execute:
    case Step::Kind::invalidate:
    case Step::Kind::release:
    case Step::Kind::release_again:
    case Step::Kind::use_ended:
    case Step::Kind::sleep:
      return true;
    default:
      return false;
  }
}

/// No other client may use a pool that one client destroys, nor that client itself.
bool keeps_destroy_last(const Scenario& scenario) {
  for (const ClientScript& client : scenario.clients) {
    const auto destroy = std::ranges::find(client.steps, Step::Kind::destroy, &Step::kind);
    if (destroy == client.steps.end()) continue;
    if (client_count(scenario) != 1 || client.repeat != 1) return false;
    if (!std::all_of(destroy + 1, client.steps.end(), is_lease_step)) return false;
  }
  return true;
}

void read_clients(TableReader& top, Scenario& scenario, Complaints& complaints) {
  const toml::array* found = top.array("clients");
  if (found == nullptr || found->empty()) {
    if (found != nullptr || top.find("clients") == nullptr) {
      top.refuse("clients", "must be one [[clients]] table or more");
    }
    return;
  }
  for (std::size_t i = 0; i < found->size() && i < Scenario::tasks_max; ++i) {
    const std::string path = "clients[" + std::to_string(i) + "]";
    const toml::table* client = found->get(i)->as_table();
    if (client == nullptr) {
      complaints.add(found->get(i)->source().begin.line, path + " " + shown(*found->get(i)),
                     "must be a table");
      continue;
    }
    TableReader table(*client, path, complaints);
    scenario.clients.push_back(read_client(table, path, complaints));
  }
  if (found->size() > Scenario::tasks_max || client_count(scenario) > Scenario::tasks_max) {
    top.refuse("clients", "must not be more than 48, their counts added up");
  }
  if (!keeps_destroy_last(scenario)) {
    top.refuse("clients",
               "destroy is for the only client, unrepeated; only steps with a lease may follow");
  }
}

void read_faults(TableReader& top, mocks::FaultPlan& faults, Complaints& complaints) {
  const toml::table* found = top.table("faults");
  if (found == nullptr) return;
  TableReader table(*found, "faults", complaints);
  table.refuse_others({"plan"});
  std::string text;
  table.read("plan", text);
  if (const auto plan = mocks::FaultPlan::parse(text)) {
    faults = *plan;
  } else {
    table.refuse("plan", plan.error());
  }
}

Scenario read_scenario(const toml::table& root, Complaints& complaints) {
  Scenario scenario;
  TableReader top(root, "", complaints);
  top.refuse_others({"name", "about", "time", "dialect", "sees_transactions", "prefill",
                     "maintenance", "spurious_wakeups", "spurious_cas_failures", "steps_max",
                     "pool", "clients", "faults"});
  read_name(top, scenario.name);
  read_about(top, scenario.about);
  read_time(top, scenario.time);
  read_dialect(top, scenario.dialect);
  top.read("sees_transactions", scenario.sees_transactions);
  top.read("prefill", scenario.prefill);
  top.read("maintenance", scenario.maintenance);
  top.read("spurious_wakeups", scenario.spurious_wakeups, {0, Scenario::spurious_max});
  top.read("spurious_cas_failures", scenario.spurious_cas_failures, {0, Scenario::spurious_max});
  top.read("steps_max", scenario.steps_max,
           {Scenario::steps_bound_min, Scenario::steps_bound_max});
  read_pool(top, scenario.pool, complaints);
  read_clients(top, scenario, complaints);
  read_faults(top, scenario.faults, complaints);
  return scenario;
}

}  // namespace

std::expected<Scenario, std::string> Scenario::parse(std::string_view toml,
                                                     std::string_view source) {
  Complaints complaints(source);
  Scenario scenario;
  if (toml.size() > file_bytes_max) {
    complaints.add(1, "file", "must not be larger than 1 MiB");
  } else if (const auto deep_line = first_deep_line(toml)) {
    complaints.add(*deep_line, "file", "must not nest deeper than 8 brackets or 8 dots");
  } else {
    try {
      scenario = read_scenario(toml::parse(toml), complaints);
    } catch (const toml::parse_error& error) {
      complaints.add(std::max(error.source().begin.line, 1U), "file",
                     one_line(error.description()));
    }
  }
  if (complaints.first()) return std::unexpected(*complaints.first());
  return scenario;
}

}  // namespace poolproof::sim
