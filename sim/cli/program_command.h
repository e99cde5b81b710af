#pragma once
// `poolproof run -- PROGRAM ARGUMENTS`: a program as it is, under many schedules. The command
// starts the program with a library preloaded that has its main function tried instead of called;
// there the second half goes on (sim/as_is/program_entry.h).

#include <poolproof/sim/cli/command_line.h>
#include <poolproof/sim/cli/console.h>

namespace poolproof::sim {

/// The environment variable in which the second half finds the words of the command line.
constexpr const char* program_variable = "POOLPROOF_RUN";

/// Becomes the program: does not come back unless it cannot. Errors: one sentence and exit code 2.
ExitCode start_program(const ProgramOptions& options, Console& console);

}  // namespace poolproof::sim
