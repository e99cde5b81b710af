#include <poolproof/core/ensure.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace poolproof {
namespace {

void print_and_abort(std::source_location where) {
  std::fprintf(stderr, "%s:%u: ensure failed in %s\n", where.file_name(),
               static_cast<unsigned>(where.line()), where.function_name());
  std::abort();
}

std::atomic<EnsureHandler> handler_now{&print_and_abort};

}  // namespace

EnsureHandler set_ensure_handler(EnsureHandler handler) noexcept {
  return handler_now.exchange(handler);
}

void ensure_failed(std::source_location where) {
  handler_now.load()(where);
  std::abort();  // A handler that returns would let a broken state live on.
}

}  // namespace poolproof
