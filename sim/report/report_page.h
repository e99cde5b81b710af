#pragma once
// One failure as a page for a browser, and as a file for a trace viewer. Both need nothing else:
// no network, no other file.

#include <string>

#include <poolproof/sim/report/trace.h>

namespace poolproof::sim {

/// What is shown. All of it must outlive the call it is handed to.
struct PageSource {
  std::string_view subject;
  std::string_view token;        ///< empty on real threads
  std::string_view explanation;  ///< the engine's, when the execution did not complete
  TraceSource trace;
  std::span<const LoggedStep> steps;  ///< empty on real threads: then there are events only
};

/// HTML. One can step through it, forwards and backwards, and see the pool, what each task waits
/// for, and the lines of source at each step. Reads the source files that the steps lie in, where
/// they are still there. The same bytes for the same execution of the same program.
std::string report_page(const PageSource& source);

/// Chrome's trace event format, which Perfetto reads: a track for each task with its operations
/// and the calls they make, one for each session with its leases, and how many wait. One
/// microsecond stands for one row of the page: virtual time stands still most of the time.
std::string trace_events(const PageSource& source);

}  // namespace poolproof::sim
