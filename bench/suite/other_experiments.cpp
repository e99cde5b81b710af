#include <poolproof/bench/suite/experiments.h>
namespace poolproof::bench {
void register_timeouts(const Suite&) {}
void register_beside(const Suite&) {}
void register_storms(const Suite&) {}
void register_memory(const Suite&) {}
}
