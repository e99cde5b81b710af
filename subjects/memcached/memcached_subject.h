#pragma once
// The pool of libmemcachedutil as a thing to be judged. Its handles connect when they are first
// used; they hear of their cloning and their end through libmemcached's own callbacks.

#include <poolproof/sim/subject/subject_entry.h>

namespace poolproof::subjects {

/// The subject called "memcached": on real threads, and as it is inside an engine.
sim::SubjectEntry memcached_entry();

}  // namespace poolproof::subjects
