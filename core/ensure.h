#pragma once
// `ensure(fact)`: a mistake of ours stops the program in every build. Bad luck is a value instead
// (std::expected), and a promise broken over time is a Violation (sim/judge/law.h).

#include <source_location>
#include <string>

namespace poolproof {

/// What is done about a fact that does not hold: `sentence` says which, or is empty. It must not
/// return: it aborts or throws.
using EnsureHandler = void (*)(std::source_location where, const std::string& sentence);

/// Installs `handler` for the whole process and returns the one before. The default prints the
/// place and aborts; the simulator installs one that throws, so that a failure can be shrunk. Any
/// thread.
EnsureHandler set_ensure_handler(EnsureHandler handler) noexcept;

[[noreturn]] void ensure_failed(std::source_location where);

/// Stops for a mistake of those who use this library: "handlers.cpp:88: <sentence>".
[[noreturn]] void stop_for_misuse(const std::string& sentence, std::source_location where);

/// "handlers.cpp:88", without the folder; "an unknown place" for one that was never set.
std::string to_string(std::source_location place);

/// Stops unless `fact` holds. One fact each, said positively, on in every build.
constexpr void ensure(bool fact, std::source_location where = std::source_location::current()) {
  if (!fact) [[unlikely]]
    ensure_failed(where);
}

}  // namespace poolproof
