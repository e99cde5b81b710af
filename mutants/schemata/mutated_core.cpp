// All of the core that has mutants, in one file, which the linker meets before the library that
// has none.

#include <poolproof/core/db/transaction.cpp>
#include <poolproof/core/db/transaction_begin.cpp>
#include <poolproof/core/db/transaction_control.cpp>
#include <poolproof/core/db/transaction_manager.cpp>
#include <poolproof/core/pool/acquire_error.cpp>
#include <poolproof/core/pool/connection_pool.cpp>
#include <poolproof/core/pool/pool_config.cpp>
#include <poolproof/core/pool/pool_metrics.cpp>
#include <poolproof/core/pool/pool_observer.cpp>
#include <poolproof/core/pool/pool_state.cpp>
#include <poolproof/core/pool/pool_state_numbers.cpp>
