#pragma once
// apr_reslist, the resource list of the Apache Portable Runtime's utilities, as a thing to be
// judged. Its constructor and destructor callbacks open and close the sessions.

#include <poolproof/sim/subject/subject_entry.h>

namespace poolproof::subjects {

/// The subject called "apr": on real threads, and as it is inside an engine. The first call
/// initialises the library.
sim::SubjectEntry apr_entry();

}  // namespace poolproof::subjects
