#pragma once
// A failure on one line: "pp1:SUBJECT:SCENARIO:CHOICES:FINGERPRINT". SCENARIO is a name of the
// library, or "=" and the scenario's TOML in base64url. CHOICES is print_choices(). FINGERPRINT is
// the schedule's, in 8 hexadecimal digits, and 8 more that tell whether the line is whole.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include <poolproof/sim/engine/schedule.h>
#include <poolproof/sim/scenario/scenario.h>

namespace poolproof::sim {

struct Token {
  std::string subject;
  Scenario scenario;
  Schedule schedule;  ///< its kinds are not known: see parse_choices()
  std::uint32_t fingerprint = 0;
};

constexpr std::string_view token_begin = "pp1:";
constexpr std::size_t token_bytes_max = std::size_t{64} << 20U;

/// Whether a subject of that name can stand in a token: 1 to 64 of a-z, A-Z, 0-9, "-", "_", ".".
bool is_subject_name(std::string_view name) noexcept;

std::string print_token(std::string_view subject, const Scenario& scenario,
                        const Schedule& schedule);

/// The tokens of one subject and scenario, put together without memory: for a program that dies.
class TokenWriter {
 public:
  TokenWriter(std::string_view subject, const Scenario& scenario);
  /// The token, piece by piece.
  void say(const Schedule& schedule, TextSink& sink) const noexcept;

 private:
  std::string before_choices_;
  std::string scenario_;  // for the checksum
};

/// Errors: one sentence, "token: <place> <value>: <rule>". A line with any one character changed
/// is refused.
std::expected<Token, std::string> parse_token(std::string_view line);

}  // namespace poolproof::sim
