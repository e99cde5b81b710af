#include <poolproof/subjects/reference_subject.h>

namespace poolproof::subjects {

sim::Outcome outcome_of(AcquireErrorKind kind) noexcept {
  switch (kind) {
    case AcquireErrorKind::timed_out:
      return sim::Outcome::timed_out;
    case AcquireErrorKind::exhausted:
      return sim::Outcome::exhausted;
    case AcquireErrorKind::closed:
      return sim::Outcome::closed;
    case AcquireErrorKind::connect_failed:
      return sim::Outcome::connect_failed;
    case AcquireErrorKind::cancelled:
      return sim::Outcome::cancelled;
  }
  return sim::Outcome::failed;
}

}  // namespace poolproof::subjects
