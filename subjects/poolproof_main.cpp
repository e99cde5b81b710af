// The program `poolproof`: the command line over every pool that ships with it.

#include <utility>
#include <vector>

#include <poolproof/sim/cli/run.h>
#include <poolproof/subjects/broken/lossy_pool.h>
#include <poolproof/subjects/broken/racy_pool.h>
#include <poolproof/subjects/naive_pool.h>
#include <poolproof/subjects/reference_subject.h>
#include <poolproof/subjects/third_party.h>
#include <poolproof/subjects/transactions_subject.h>
#include <poolproof/subjects/zoo/zoo.h>

using namespace poolproof;
using namespace poolproof::subjects;

namespace {

std::vector<sim::SubjectEntry> all_subjects() {
  std::vector<sim::SubjectEntry> subjects{
      sim::templated_subject<ReferenceSubject>("reference", "the pool of this library"),
      sim::templated_subject<NaiveSubject>(
          "naive", "one mutex, one condition variable, a stack of idle connections"),
      sim::templated_subject<LossySubject>(
          "lossy", "broken on purpose: a hand-off to a waiter that gives up loses a connection"),
      sim::templated_subject<RacySubject>("racy",
                                          "broken on purpose: counts its leases without the lock"),
      sim::templated_subject<TransactionsSubject>(
          "transactions", "the transaction manager of this library over its pool"),
  };
  for (sim::SubjectEntry& pool : zoo_subjects())
    subjects.push_back(std::move(pool));
  add_third_party(subjects);
  return subjects;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<sim::SubjectEntry> subjects = all_subjects();
  return sim::run(subjects, argc, argv);
}
