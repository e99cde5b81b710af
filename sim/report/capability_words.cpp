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

}  // namespace poolproof::sim
