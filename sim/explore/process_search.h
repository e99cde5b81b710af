#pragma once
// A search by several processes: for code as it is, whose variables two threads could not share.

#include <poolproof/sim/explore/search.h>

namespace poolproof::sim {

/// As search(), by `jobs` processes that are forked from this one and are gone at the end: the
/// same result as one process would have come to, but for coverage, which is not measured. What
/// went wrong first is run again here: a failure is told in all its details, and whatever took
/// another process down may take down this one, as it would have without the others. Call it
/// outside of executions. Where the system gives no more processes there are fewer of them.
SearchResult search_by_processes(const SearchPlan& plan, SearchProgress& progress);

}  // namespace poolproof::sim
