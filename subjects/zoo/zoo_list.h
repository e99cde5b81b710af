#pragma once
// The pools of the zoo that are templated on Platform, in the order of docs/zoo.md. Who asks says
// what entry to make of each.

#include <vector>

#include <poolproof/sim/subject/subject_entry.h>
#include <poolproof/subjects/zoo/actor_pool.h>
#include <poolproof/subjects/zoo/lock_free_stack.h>
#include <poolproof/subjects/zoo/optimistic_counter.h>
#include <poolproof/subjects/zoo/semaphore_list.h>
#include <poolproof/subjects/zoo/semaphore_stack.h>
#include <poolproof/subjects/zoo/sharded_lists.h>
#include <poolproof/subjects/zoo/single_condition.h>
#include <poolproof/subjects/zoo/ticket_queue.h>
#include <poolproof/subjects/zoo/try_then_sleep.h>
#include <poolproof/subjects/zoo/unlocked_close.h>

namespace poolproof::subjects {

/// `make.pool<Subject>(name, about)` makes an entry.
template <class Make>
std::vector<sim::SubjectEntry> zoo_list(const Make& make) {
  return {
      make.template pool<zoo::SingleCondition>("zoo-single-condition",
                                               "one condition variable, notify_all"),
      make.template pool<zoo::IfNotWhile>("zoo-if-not-while",
                                          "wrong: takes a wake-up for a promise (L7)"),
      make.template pool<zoo::SemaphoreList>("zoo-semaphore-list",
                                             "a semaphore and a list under a mutex"),
      make.template pool<zoo::PermitLeak>("zoo-permit-leak",
                                          "wrong: a failed connect keeps its permit (L3)"),
      make.template pool<zoo::SemaphoreStackPool>("zoo-semaphore-stack",
                                                  "a semaphore and a lock-free stack"),
      make.template pool<zoo::TaggedStack>("zoo-tagged-stack", "a lock-free stack with tags"),
      make.template pool<zoo::UntaggedStack>("zoo-untagged-stack",
                                             "wrong: the same without tags, ABA (L1)"),
      make.template pool<zoo::TicketQueue>("zoo-ticket-queue", "served by ticket number"),
      make.template pool<zoo::AbandonedTicket>(
          "zoo-abandoned-ticket", "wrong: a timed-out ticket blocks those behind it (L5)"),
      make.template pool<zoo::Sharded>("zoo-sharded", "sharded free lists with stealing"),
      make.template pool<zoo::ShardSleep>("zoo-shard-sleep",
                                          "wrong: a waiter hears only its own shard (L5)"),
      make.template pool<zoo::Actor>("zoo-actor", "one thread owns it all, callers post messages"),
      make.template pool<zoo::ActorForgets>("zoo-actor-forgets",
                                            "wrong: serves those who have given up (L3)"),
      make.template pool<zoo::OptimisticCounterPool>("zoo-optimistic-counter",
                                                     "wrong: checks, then counts (L2)"),
      make.template pool<zoo::UnlockedClosePool>("zoo-unlocked-close",
                                                 "wrong: closes without the lock (L12)"),
      make.template pool<zoo::TryThenSleepPool>(
          "zoo-try-then-sleep", "wrong: does not look again before it sleeps (L5)"),
  };
}

}  // namespace poolproof::subjects
