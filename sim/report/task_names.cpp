#include <fmt/format.h>

#include <poolproof/sim/report/trace.h>

namespace poolproof::sim {
namespace {

constexpr std::uint16_t no_script = 0xffff;

/// Clients whose scripts have the same name are numbered through.
std::string client_name(const Scenario& scenario, ClientName client) {
  const ClientScript& script = scenario.clients.at(client.script);
  std::uint32_t bearers = 0;
  std::uint32_t before = 0;
  for (std::size_t i = 0; i < scenario.clients.size(); ++i) {
    if (scenario.clients[i].name != script.name) continue;
    if (i < client.script) before += scenario.clients[i].count;
    bearers += scenario.clients[i].count;
  }
  if (bearers == 1) return script.name;
  return fmt::format("{} {}", script.name, before + client.copy + 1);
}

}  // namespace

std::string task_name(std::span<const std::string> names, TaskId task) {
  const auto index = static_cast<std::size_t>(task);
  return index < names.size() ? names[index] : fmt::format("task {}", index);
}

std::vector<std::string> task_names(const Scenario& scenario,
                                    std::span<const ClientName> clients) {
  std::vector<std::string> names;
  unsigned own_threads = 0;
  for (const ClientName& client : clients) {
    if (client.script != no_script)
      names.push_back(client_name(scenario, client));
    else if (names.empty())
      names.emplace_back("main");
    else
      names.push_back(++own_threads == 1 ? "pool" : fmt::format("pool {}", own_threads));
  }
  return names;
}

}  // namespace poolproof::sim
