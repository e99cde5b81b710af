// The program `poolproof`: the command line over every pool that ships with it.

#include <vector>

#include <poolproof/sim/cli/run.h>
#include <poolproof/subjects/broken/lossy_pool.h>
#include <poolproof/subjects/broken/racy_pool.h>
#include <poolproof/subjects/naive_pool.h>
#include <poolproof/subjects/reference_subject.h>

using namespace poolproof;
using namespace poolproof::subjects;

int main(int argc, char** argv) {
  const std::vector<sim::SubjectEntry> subjects{
      sim::templated_subject<ReferenceSubject>("reference", "the pool of this library"),
      sim::templated_subject<NaiveSubject>("naive",
                                           "one mutex, one condition variable, a stack: right, if "
                                           "unfair"),
      sim::templated_subject<LossySubject>(
          "lossy",
          "broken on purpose: a hand-off to a waiter that is giving "
          "up loses the connection"),
      sim::templated_subject<RacySubject>("racy",
                                          "broken on purpose: counts its leases without the lock"),
  };
  return sim::run(subjects, argc, argv);
}
