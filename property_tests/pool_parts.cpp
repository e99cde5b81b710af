// All of the pool's own sources that a mutant may patch, in one translation unit: built for each
// mutant by strength.cmake, before whose include folders the patched copies come.
#include <poolproof/core/pool/acquire_error.cpp>
#include <poolproof/core/pool/pool_config.cpp>
#include <poolproof/core/pool/pool_metrics.cpp>
#include <poolproof/core/pool/pool_observer.cpp>
#include <poolproof/core/pool/pool_state.cpp>
#include <poolproof/core/pool/pool_state_numbers.cpp>
#include <poolproof/subjects/reference_subject.cpp>
