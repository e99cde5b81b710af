#include <poolproof/sim/report/capability_words.h>

namespace poolproof::sim {

std::string to_string(const Order& order) {
  switch (order.kind) {
    case Order::Kind::fifo:
      return "fifo";
    case Order::Kind::none:
      return "none";
    case Order::Kind::bounded:
      break;
  }
  return "bounded:" + std::to_string(order.overtakes_max);
}

std::string declined_words(const Capabilities& capabilities) {
  std::string words;
  const auto add = [&words](std::string_view word) {
    if (!words.empty()) words += ", ";
    words += word;
  };
  if (capabilities.order != Order{}) add("order " + to_string(capabilities.order));
  for (const CapabilityWord& word : capability_words) {
    if (!(capabilities.*word.promised)) add(word.name);
  }
  return words;
}

std::string offer_words(const Capabilities& capabilities) {
  constexpr std::array operations{
      CapabilityWord{"try_acquire", &Capabilities::try_acquire},
      CapabilityWord{"invalidate", &Capabilities::invalidate},
      CapabilityWord{"ensure_min_size", &Capabilities::ensure_min_size},
      CapabilityWord{"health_check", &Capabilities::health_check},
      CapabilityWord{"metrics", &Capabilities::metrics},
      CapabilityWord{"resize", &Capabilities::resize},
      CapabilityWord{"evict_all", &Capabilities::evict_all},
      CapabilityWord{"close", &Capabilities::close},
      CapabilityWord{"drain", &Capabilities::drain}};
  std::string offered = "acquire, release";
  std::string lacking;
  for (const CapabilityWord& word : operations) {
    std::string& list = capabilities.*word.promised ? offered : lacking;
    if (!list.empty()) list += ", ";
    list += word.name;
  }
  return "It offers " + offered + ".\n" + (lacking.empty() ? "" : "It has no " + lacking + ".\n");
}

}  // namespace poolproof::sim
