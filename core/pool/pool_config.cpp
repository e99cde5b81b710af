#include <poolproof/core/pool/pool_config.h>

#include <poolproof/core/pool/acquire_error.h>

namespace poolproof {
namespace {

using Severity = ConfigProblem::Severity;

void check_not_negative(const char* field, Duration value, std::vector<ConfigProblem>& problems) {
  if (value >= Duration::zero()) return;
  problems.push_back({Severity::error, field, to_string(value), "must not be negative"});
}

}  // namespace

std::string ConfigProblem::message() const {
  return field + " " + value + ": " + rule;
}

std::vector<ConfigProblem> PoolConfig::validate() const {
  std::vector<ConfigProblem> problems;
  if (min_size > max_size) {
    problems.push_back({Severity::error, "min_size", std::to_string(min_size),
                        "must not exceed max_size " + std::to_string(max_size)});
  }
  if (max_size == 0) {
    problems.push_back({Severity::error, "max_size", "0", "must be at least 1"});
  }
  if (max_size > max_size_limit) {
    problems.push_back({Severity::error, "max_size", std::to_string(max_size),
                        "must not exceed " + std::to_string(max_size_limit)});
  }
  check_not_negative("acquire_timeout", acquire_timeout, problems);
  check_not_negative("idle_timeout", idle_timeout, problems);
  if (max_lifetime > Duration::zero() && idle_timeout >= max_lifetime) {
    problems.push_back(
        {Severity::warning, "idle_timeout", to_string(idle_timeout),
         "has no effect unless shorter than max_lifetime " + to_string(max_lifetime)});
  }
  check_not_negative("max_lifetime", max_lifetime, problems);
  check_not_negative("health_check_interval", health_check_interval, problems);
  check_not_negative("validate_after_idle", validate_after_idle, problems);
  check_not_negative("validation_timeout", validation_timeout, problems);
  check_not_negative("connect_backoff", connect_backoff, problems);
  if (connect_backoff_max < connect_backoff) {
    problems.push_back({Severity::error, "connect_backoff_max", to_string(connect_backoff_max),
                        "must not be shorter than connect_backoff " + to_string(connect_backoff)});
  }
  if (calls_at_once == 0 || calls_at_once > max_size_limit) {
    problems.push_back({Severity::error, "calls_at_once", std::to_string(calls_at_once),
                        "must be from 1 to " + std::to_string(max_size_limit)});
  }
  if (wait_when_refused && connect_backoff == Duration::zero()) {
    problems.push_back({Severity::warning, "wait_when_refused", "true",
                        "has no effect without a connect_backoff"});
  }
  check_not_negative("leak_threshold", leak_threshold, problems);
  check_not_negative("close_timeout", close_timeout, problems);
  return problems;
}

}  // namespace poolproof
