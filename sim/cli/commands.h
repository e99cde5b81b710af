#pragma once
// One function for each subcommand. Each prints all it has to say.

#include <span>

#include <poolproof/sim/cli/command_line.h>
#include <poolproof/sim/cli/console.h>
#include <poolproof/sim/subject/subject_entry.h>

namespace poolproof::sim {

ExitCode run_list(std::span<const SubjectEntry> subjects, const ListOptions& options,
                  Console& console);
ExitCode run_check(std::span<const SubjectEntry> subjects, const CheckOptions& options,
                   Console& console);
ExitCode run_replay(std::span<const SubjectEntry> subjects, const ReplayOptions& options,
                    Console& console);
ExitCode run_verify(const VerifyOptions& options, Console& console);
ExitCode run_detect(std::span<const SubjectEntry> subjects, const DetectOptions& options,
                    Console& console);
ExitCode run_bench(std::span<const SubjectEntry> subjects, const BenchOptions& options,
                   Console& console);

}  // namespace poolproof::sim
