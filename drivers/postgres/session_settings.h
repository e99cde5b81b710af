#pragma once
// The settings that values and texts of this driver rely on. They are not start-up parameters,
// which proxies refuse or, worse, swallow: the session is told them as soon as it is there.

#include <string>

namespace poolproof::postgres {

/// A query for all of them, which says in its first column which process serves the session.
/// Those that a proxy does not carry from session to session are set only if that is the process
/// `serving`, whom the server itself named when it let us in: another one's was named by a proxy.
std::string settings_for_process(int serving);

/// A query for all of them.
std::string settings();

}  // namespace poolproof::postgres
