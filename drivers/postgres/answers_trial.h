#pragma once
// Whether each question gets its own statement's answer, over a proxy that lends its sessions to
// whoever asks: script/proxy-trial.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/drivers/postgres/postgres_options.h>

namespace poolproof::postgres {

struct AnswersPlan {
  std::uint64_t answers = 1'000'000;  ///< of all clients together
  std::size_t clients = 32;
  std::size_t texts = 400;  ///< that differ, each with parameters of several types
  std::uint64_t seed = 1;
};

struct AnswersResult {
  std::uint64_t right = 0;
  std::vector<std::string> wrong;   ///< answers of another statement
  std::vector<std::string> failed;  ///< errors that the statement did not ask for
};

/// Each client asks over a session of its own: single questions, transactions of several, streams,
/// errors on purpose. At most ten of the wrong and failed are kept of each client.
AnswersResult ask_around(const AnswersPlan& plan, const PostgresOptions& options, Clock& clock);

}  // namespace poolproof::postgres
