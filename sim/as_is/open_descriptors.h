#pragma once
// Which descriptors an execution has opened and left open.

#include <vector>

namespace poolproof::sim::as_is {

/// One thread at a time.
class OpenDescriptors {
 public:
  /// An execution begins. What is open now is not its own.
  void note();
  /// It has ended: what it left open is closed. As cheap as note() where that is nothing: they
  /// look at the lowest number that is free.
  void close_new() noexcept;

 private:
  std::vector<int> open_;  // as it was when the lowest free number changed last
  int free_ = -1;
};

}  // namespace poolproof::sim::as_is
