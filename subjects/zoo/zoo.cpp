#include <poolproof/subjects/zoo/zoo.h>

#include <poolproof/subjects/zoo/actor_pool.h>
#include <poolproof/subjects/zoo/connection_bag.h>
#include <poolproof/subjects/zoo/lock_free_stack.h>
#include <poolproof/subjects/zoo/optimistic_counter.h>
#include <poolproof/subjects/zoo/semaphore_list.h>
#include <poolproof/subjects/zoo/semaphore_stack.h>
#include <poolproof/subjects/zoo/sharded_lists.h>
#include <poolproof/subjects/zoo/single_condition.h>
#include <poolproof/subjects/zoo/thread_cache.h>
#include <poolproof/subjects/zoo/ticket_queue.h>
#include <poolproof/subjects/zoo/try_then_sleep.h>
#include <poolproof/subjects/zoo/unlocked_close.h>

namespace poolproof::subjects {

std::vector<sim::SubjectEntry> zoo_subjects() {
  using sim::SimPlatform;
  using sim::simulated_subject;
  using sim::templated_subject;
  return {
      templated_subject<zoo::SingleCondition>("zoo-single-condition",
                                              "one condition variable, notify_all"),
      templated_subject<zoo::IfNotWhile>("zoo-if-not-while",
                                         "wrong: takes a wake-up for a promise (L7)"),
      templated_subject<zoo::SemaphoreList>("zoo-semaphore-list",
                                            "a semaphore and a list under a mutex"),
      templated_subject<zoo::PermitLeak>("zoo-permit-leak",
                                         "wrong: a failed connect keeps its permit (L3)"),
      templated_subject<zoo::SemaphoreStackPool>("zoo-semaphore-stack",
                                                 "a semaphore and a lock-free stack"),
      templated_subject<zoo::TaggedStack>("zoo-tagged-stack", "a lock-free stack with tags"),
      templated_subject<zoo::UntaggedStack>("zoo-untagged-stack",
                                            "wrong: the same without tags, ABA (L1)"),
      templated_subject<zoo::TicketQueue>("zoo-ticket-queue", "served by ticket number"),
      templated_subject<zoo::AbandonedTicket>(
          "zoo-abandoned-ticket", "wrong: a timed-out ticket blocks those behind it (L5)"),
      templated_subject<zoo::Sharded>("zoo-sharded", "sharded free lists with stealing"),
      templated_subject<zoo::ShardSleep>("zoo-shard-sleep",
                                         "wrong: a waiter hears only its own shard (L5)"),
      templated_subject<zoo::Actor>("zoo-actor", "one thread owns it all, callers post messages"),
      templated_subject<zoo::ActorForgets>("zoo-actor-forgets",
                                           "wrong: serves those who have given up (L3)"),
      simulated_subject<zoo::ConnectionBag<SimPlatform>>(
          "zoo-connection-bag", "slots claimed without a lock, a hint for each thread"),
      simulated_subject<zoo::ThreadCachePool<SimPlatform>>(
          "zoo-thread-cache", "wrong: a thread keeps what it gives back (L5)"),
      templated_subject<zoo::OptimisticCounterPool>("zoo-optimistic-counter",
                                                    "wrong: checks, then counts (L2)"),
      templated_subject<zoo::UnlockedClosePool>("zoo-unlocked-close",
                                                "wrong: closes without the lock (L12)"),
      templated_subject<zoo::TryThenSleepPool>("zoo-try-then-sleep",
                                               "wrong: does not look again before it sleeps (L5)"),
  };
}

}  // namespace poolproof::subjects
