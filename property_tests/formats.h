#pragma once
// What is promised of every format that we read: parse(print(x)) is x, and whatever the bytes,
// there is an answer: a value, or one sentence that names a place. Properties and fuzz/ ask the
// same.

#include <span>
#include <string>
#include <string_view>

namespace poolproof::property_tests {

struct Format {
  std::string_view name;
  /// What is wrong with how `bytes` are read; empty when nothing is. Any bytes. Never blocks.
  std::string (*complaint)(std::string_view bytes);
};

/// scenario, fault-plan, duration, choices, token, history, search-state.
std::span<const Format> formats() noexcept;
/// A mistake for a name that is not among them.
const Format& format(std::string_view name);

}  // namespace poolproof::property_tests
