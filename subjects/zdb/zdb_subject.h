#pragma once
// The connection pool of libzdb as a thing to be judged. Its client library for MySQL is replaced
// by one of ours (mysql_client.cpp).

#include <poolproof/sim/subject/subject_entry.h>

namespace poolproof::subjects {

/// The subject called "zdb": on real threads, and as it is inside an engine.
sim::SubjectEntry zdb_entry();

}  // namespace poolproof::subjects
