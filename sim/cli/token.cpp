#include <poolproof/sim/cli/token.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <poolproof/mocks/quotation.h>
#include <poolproof/sim/cli/base64url.h>

namespace poolproof::sim {
namespace {

constexpr std::size_t hex_digits = 8;

/// CRC-32 (IEEE 802.3): sees every change that is confined to 32 bits, so every changed character.
class Checksum {
 public:
  void add(std::string_view text) noexcept {
    for (const char character : text) {
      remainder_ ^= static_cast<unsigned char>(character);
      for (int i = 0; i < 8; ++i)
        remainder_ = (remainder_ >> 1U) ^ ((remainder_ & 1U) != 0 ? 0xedb88320U : 0U);
    }
  }
  [[nodiscard]] std::uint32_t value() const noexcept { return ~remainder_; }

 private:
  std::uint32_t remainder_ = 0xffffffffU;
};

/// Passes text on and sums it up.
class SummingSink final : public TextSink {
 public:
  explicit SummingSink(TextSink& to) : to_(to) {}
  void operator()(std::string_view piece) noexcept override {
    sum.add(piece);
    to_(piece);
  }
  Checksum sum;

 private:
  TextSink& to_;
};

void say_hex(std::uint32_t value, TextSink& say) noexcept {
  constexpr std::string_view digits = "0123456789abcdef";
  for (unsigned shift = 32; shift > 0; shift -= 4)
    say(digits.substr((value >> (shift - 4)) & 15U, 1));
}

const Scenario* find_in_library(std::string_view name) {
  const auto& library = scenario_library();
  const auto found = std::ranges::find(library, name, &Scenario::name);
  return found == library.end() ? nullptr : &*found;
}

std::string scenario_field(const Scenario& scenario) {
  const Scenario* known = find_in_library(scenario.name);
  if (known != nullptr && *known == scenario) return scenario.name;
  return "=" + to_base64url(to_toml(scenario));
}

/// The scenario belongs to what is summed up: a token is of no use once the library's has changed.
std::string with_checksum(std::string text, const Scenario& scenario) {
  Checksum sum;
  sum.add(text + "\n" + to_toml(scenario));
  return fmt::format("{}{:08x}", text, sum.value());
}

std::unexpected<std::string> wrong(std::string_view sentence) {
  return std::unexpected(fmt::format("token: {}", sentence));
}

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const auto colon = line.find(':');
    fields.push_back(line.substr(0, colon));
    if (colon == std::string_view::npos) return fields;
    line.remove_prefix(colon + 1);
  }
}

std::expected<Scenario, std::string> read_scenario(std::string_view field) {
  if (!field.starts_with('=')) {
    const Scenario* known = find_in_library(field);
    if (known == nullptr) {
      return wrong(fmt::format("scenario {}: there is none of that name in the library",
                               mocks::quotation(field)));
    }
    return *known;
  }
  const auto toml = from_base64url(field.substr(1));
  if (!toml) return wrong(fmt::format("scenario: {}", toml.error()));
  auto scenario = Scenario::parse(*toml, "scenario");
  if (!scenario) return wrong(scenario.error());
  return scenario;
}

std::expected<std::uint32_t, std::string> read_fingerprint(std::string_view field) {
  const bool is_hex = field.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (field.size() != 2 * hex_digits || !is_hex) {
    return wrong(fmt::format("fingerprint {}: it is 16 of 0-9, a-f", mocks::quotation(field)));
  }
  std::uint32_t value = 0;
  std::from_chars(field.data(), field.data() + hex_digits, value, 16);
  return value;
}

}  // namespace

bool is_subject_name(std::string_view name) noexcept {
  constexpr std::string_view allowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of(allowed) == std::string_view::npos;
}

std::string print_token(std::string_view subject, const Scenario& scenario,
                        const Schedule& schedule) {
  StringSink sink;
  TokenWriter(subject, scenario).say(schedule, sink);
  return std::move(sink.text);
}

TokenWriter::TokenWriter(std::string_view subject, const Scenario& scenario)
    : before_choices_(fmt::format("{}{}:{}:", token_begin, subject, scenario_field(scenario))),
      scenario_("\n" + to_toml(scenario)) {}

void TokenWriter::say(const Schedule& schedule, TextSink& sink) const noexcept {
  SummingSink summing(sink);
  summing(before_choices_);
  say_choices(schedule, summing);
  summing(":");
  say_hex(fingerprint(schedule), summing);
  summing.sum.add(scenario_);
  say_hex(summing.sum.value(), sink);
}

std::expected<Token, std::string> parse_token(std::string_view line) {
  if (!line.starts_with(token_begin)) {
    return wrong(fmt::format("{}: it begins with \"pp1:\"", mocks::quotation(line)));
  }
  const std::vector<std::string_view> fields = split(line);
  if (fields.size() != 5) {
    return wrong(
        fmt::format("{} parts between colons: there are 5, "
                    "pp1:SUBJECT:SCENARIO:CHOICES:FINGERPRINT",
                    fields.size()));
  }
  if (!is_subject_name(fields[1])) {
    return wrong(fmt::format("subject {}: a name is 1 to 64 of a-z, A-Z, 0-9, \"-\", \"_\", \".\"",
                             mocks::quotation(fields[1])));
  }
  const auto read = read_fingerprint(fields[4]);
  if (!read) return std::unexpected(read.error());
  auto scenario = read_scenario(fields[2]);
  if (!scenario) return std::unexpected(scenario.error());
  const std::string whole =
      with_checksum(std::string(line.substr(0, line.size() - hex_digits)), *scenario);
  if (whole != line) {
    return wrong(
        fmt::format("fingerprint \"{}\": it must end in \"{}\": the line was changed, or its "
                    "scenario was",
                    fields[4], whole.substr(whole.size() - hex_digits)));
  }
  auto schedule = parse_choices(fields[3]);
  if (!schedule) return wrong(fmt::format("choices, {}", schedule.error()));
  return Token{.subject = std::string(fields[1]),
               .scenario = *std::move(scenario),
               .schedule = *std::move(schedule),
               .fingerprint = *read};
}

}  // namespace poolproof::sim
