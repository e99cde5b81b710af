// The command line over the mutated pool, and over transactions in it.

#include <poolproof/sim/cli/run.h>
#include <poolproof/subjects/reference_subject.h>
#include <poolproof/subjects/transaction_programs.cpp>
#include <poolproof/subjects/transactions_subject.cpp>

int main(int argc, char** argv) {
  using namespace poolproof;
  const std::vector<sim::SubjectEntry> subjects{
      sim::simulated_subject<subjects::ReferenceSubject<sim::SimPlatform>>("reference",
                                                                           "one mutant of it"),
      sim::simulated_subject<subjects::TransactionsSubject<sim::SimPlatform>>(
          "transactions", "one mutant of them")};
  return sim::run(subjects, argc, argv);
}
