// The zoo over the system's own threads, locks and atomics, run as it is: each pool under its name
// and ".std". This file is instrumented, so that its atomics are scheduling points.

#include <poolproof/sim/cli/run.h>
#include <poolproof/subjects/zoo/zoo_list.h>

namespace {

using namespace poolproof;

struct AsItIs {
  template <template <class> class S>
  sim::SubjectEntry pool(const std::string& name, std::string about) const {
    return sim::as_is_subject<S<StdPlatform>>(name + ".std", std::move(about));
  }
};

}  // namespace

int main(int argc, char** argv) {
  const std::vector<sim::SubjectEntry> subjects = subjects::zoo_list(AsItIs());
  return sim::run(subjects, argc, argv);
}
