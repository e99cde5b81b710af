// A thread uses what its creator makes only after having started it, and crashes where it comes
// first. With MADE_FIRST defined it cannot.

#include <memory>
#include <string>
#include <thread>

namespace {
std::unique_ptr<std::string> name;
}

int main() {
#ifdef MADE_FIRST
  name = std::make_unique<std::string>("worker");
#endif
  std::size_t length = 0;
  std::thread worker([&] { length = name->size(); });
#ifndef MADE_FIRST
  name = std::make_unique<std::string>("worker");
#endif
  worker.join();
  return length == 6 ? 0 : 1;
}
