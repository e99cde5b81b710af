#include <poolproof/core/pool/lease.h>

#include <poolproof/core/ensure.h>

namespace poolproof {

void stop_for_ended_lease(std::source_location released_at, std::source_location where) {
  const bool was_released = *released_at.file_name() != '\0';
  stop_for_misuse(was_released
                      ? "a lease was used after it had been released at " + to_string(released_at)
                      : "a lease was used that holds no connection: it was moved from, or never "
                        "held one",
                  where);
}

}  // namespace poolproof
