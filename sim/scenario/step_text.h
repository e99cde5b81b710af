#pragma once
// Reads one line of a client's script. The printed form is to_string(const Step&), in
// sim/scenario/scenario.h.

#include <expected>
#include <string>
#include <string_view>

#include <poolproof/sim/scenario/scenario.h>

namespace poolproof::sim {

/// Reads what to_string(const Step&) prints. Errors: the broken rule, without the text itself.
std::expected<Step, std::string> parse_step(std::string_view text);

/// The name of a step without its arguments, as "try_acquire".
std::string_view to_string(Step::Kind kind) noexcept;

}  // namespace poolproof::sim
