#include <poolproof/core/ensure.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace poolproof {
namespace {

void print_and_abort(std::source_location where, const std::string& sentence) {
  if (sentence.empty()) {
    std::fprintf(stderr, "%s:%u: ensure failed in %s\n", where.file_name(),
                 static_cast<unsigned>(where.line()), where.function_name());
  } else {
    std::fprintf(stderr, "%s:%u: %s\n", where.file_name(), static_cast<unsigned>(where.line()),
                 sentence.c_str());
  }
  std::abort();
}

std::atomic<EnsureHandler> handler_now{&print_and_abort};

}  // namespace

EnsureHandler set_ensure_handler(EnsureHandler handler) noexcept {
  return handler_now.exchange(handler);
}

void ensure_failed(std::source_location where) {
  handler_now.load()(where, {});
  std::abort();  // A handler that returns would let a broken state live on.
}

void stop_for_misuse(const std::string& sentence, std::source_location where) {
  handler_now.load()(where, sentence);
  std::abort();
}

std::string to_string(std::source_location place) {
  const std::string_view path = place.file_name();
  if (path.empty()) return "an unknown place";
  return std::string(path.substr(path.find_last_of('/') + 1)) + ":" + std::to_string(place.line());
}

}  // namespace poolproof
