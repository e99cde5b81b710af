#include <poolproof/sim/cli/ci_options.h>

#include <charconv>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <poolproof/mocks/quotation.h>

namespace poolproof::sim {
namespace {

constexpr std::uint32_t shards_max = 10'000;

bool read_number(std::string_view digits, std::uint32_t& number) {
  const char* end = digits.data() + digits.size();
  const auto [stopped_at, error] = std::from_chars(digits.data(), end, number);
  return error == std::errc() && stopped_at == end;
}

}  // namespace

std::expected<Shard, std::string> parse_shard(std::string_view text) {
  Shard shard;
  const std::size_t slash = text.find('/');
  const bool is_read = slash != std::string_view::npos &&
                       read_number(text.substr(0, slash), shard.number) &&
                       read_number(text.substr(slash + 1), shard.of);
  if (!is_read || shard.number == 0 || shard.number > shard.of || shard.of > shards_max) {
    return std::unexpected(
        fmt::format("{}: expected a part and the number of parts, at most {}, as in 3/8",
                    mocks::quotation(text), shards_max));
  }
  return shard;
}

void add_ci_options(CLI::App& app, CiOptions& options) {
  app.add_option("--junit", options.junit_file,
                 "Write the results as JUnit's XML, a test case for each scenario")
      ->type_name("FILE");
  app.add_option("--sarif", options.sarif_file,
                 "Write what is broken as SARIF 2.1.0, at the line of source where it clashes")
      ->type_name("FILE");
  app.add_option("--regressions", options.regressions_folder,
                 "A folder of tokens of failures: those of this subject are run first, and new "
                 "failures are added to it")
      ->type_name("DIR");
  app.add_option_function<std::string>(
         "--shard",
         [&options](const std::string& text) {
           const auto shard = parse_shard(text);
           if (!shard) throw CLI::ValidationError("--shard", shard.error());
           options.shard = *shard;
         },
         "Check a part of the scenarios, as one of several machines that share them: 3/8 is the "
         "third of eight; --schedules and --time are each one's own")
      ->type_name("N/M");
  app.add_option_function<std::string>(
         "--format",
         [&options](const std::string& text) {
           if (text != "text" && text != "github") {
             throw CLI::ValidationError("--format",
                                        mocks::quotation(text) + ": expected text or github");
           }
           options.for_github = text == "github";
         },
         "github: with an annotation for each broken law, at its line of source; default text")
      ->type_name("FORMAT");
}

}  // namespace poolproof::sim
