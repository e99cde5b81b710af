#pragma once
// A statement, ready to be sent.

#include <cstddef>
#include <string>
#include <vector>

#include <poolproof/core/db/value.h>

namespace poolproof {

/// One statement in the words of one dialect, with the values for its placeholders in order.
struct Statement {
  std::string text;
  std::vector<Value> parameters{};
  /// How many parameters the caller still has to give. Either this is 0 or there are no others.
  std::size_t open_placeholders = 0;

  friend bool operator==(const Statement&, const Statement&) = default;
};

}  // namespace poolproof
