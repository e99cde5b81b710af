#pragma once
// mongoc_client_pool, of the C driver for MongoDB, as a thing to be judged.

#include <poolproof/sim/subject/subject_entry.h>

namespace poolproof::subjects {

/// The subject called "mongoc": on real threads, and as it is inside an engine. The first call
/// initialises the library.
sim::SubjectEntry mongoc_entry();

}  // namespace poolproof::subjects
