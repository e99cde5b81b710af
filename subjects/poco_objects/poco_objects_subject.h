#pragma once
// Poco::ObjectPool over database sessions, as a thing to be judged. The sessions' factory is the
// library's own extension point, PoolableObjectFactory.

#include <poolproof/sim/subject/subject_entry.h>

namespace poolproof::subjects {

/// The subject called "poco-objects": on real threads, and as it is inside an engine.
sim::SubjectEntry poco_objects_entry();

}  // namespace poolproof::subjects
