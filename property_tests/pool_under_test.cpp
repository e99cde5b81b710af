// In a file of its own: this is what script/property-strength builds anew for each mutant.
#include <poolproof/property_tests/promise.h>
#include <poolproof/subjects/reference_subject.h>

namespace poolproof::property_tests {

const sim::SubjectEntry& pool_under_test() {
  static const sim::SubjectEntry entry =
      sim::templated_subject<subjects::ReferenceSubject>("reference", "the pool of this library");
  return entry;
}

}  // namespace poolproof::property_tests
