#include <poolproof/subjects/zoo/zoo.h>

#include <algorithm>

#include <poolproof/subjects/zoo/connection_bag.h>
#include <poolproof/subjects/zoo/thread_cache.h>
#include <poolproof/subjects/zoo/zoo_list.h>

namespace poolproof::subjects {
namespace {

struct ForBothPlatforms {
  template <template <class> class S>
  sim::SubjectEntry pool(std::string name, std::string about) const {
    return sim::templated_subject<S>(std::move(name), std::move(about));
  }
};

}  // namespace

std::vector<sim::SubjectEntry> zoo_subjects() {
  using sim::SimPlatform;
  using sim::simulated_subject;
  std::vector<sim::SubjectEntry> entries = zoo_list(ForBothPlatforms());
  const auto place =
      std::ranges::find(entries, "zoo-optimistic-counter", &sim::SubjectEntry::name);
  entries.insert(
      place, {
                 simulated_subject<zoo::ConnectionBag<SimPlatform>>(
                     "zoo-connection-bag", "slots claimed without a lock, a hint for each thread"),
                 simulated_subject<zoo::ThreadCachePool<SimPlatform>>(
                     "zoo-thread-cache", "wrong: a thread keeps what it gives back (L5)"),
             });
  return entries;
}

}  // namespace poolproof::subjects
