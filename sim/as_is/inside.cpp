#include <poolproof/sim/as_is/inside.h>

#include <dlfcn.h>
#include <unistd.h>

#include <cstring>

namespace poolproof::sim::as_is {

void* next(const char* name) noexcept {
  const mocks::AllocationFaults::Pause pause;
  if (void* found = ::dlsym(RTLD_NEXT, name)) return found;
  const auto say = [](const char* text) {
    static_cast<void>(::write(STDERR_FILENO, text, std::strlen(text)));
  };
  say("poolproof: the C library of this program has no ");
  say(name);
  say("\n");
  ::_exit(2);
}

void leave(Ending ending, std::string_view explanation) noexcept {
  Engine::current().leave(ending, explanation);
}

}  // namespace poolproof::sim::as_is
