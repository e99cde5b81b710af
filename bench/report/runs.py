"""Runs the benchmark programs of a build folder and brings back what they say, as JSON documents."""
import json
import os
import subprocess
import sys
import tempfile

from results import BadInput

SUITE = os.path.join("bench", "suite", "pool_bench")
OTHERS = ("acquire_release", "linearizability", "simulation", "sqlite", "postgres")
# A number that has no factor with the count of contenders in common brings each to the front some time.
TURN_STEP = 7
KEPT_OF_CONTEXT = ("date", "num_cpus", "mhz_per_cpu", "cpu_scaling_enabled", "load_avg", "contenders", "peers",
                   "compiler", "build_type", "poolproof")


def suite_of(build):
    """The program of the suite in a build folder. Errors: BadInput."""
    program = os.path.join(build, SUITE)
    if not os.access(program, os.X_OK):
        raise BadInput(f"{build}: must be a build folder with {SUITE} in it: build the target pool_bench")
    return program


def say(words):
    print(f"bench: {words}", file=sys.stderr, flush=True)


def document_of(command):
    """What a program of Google Benchmark says, without what belongs to this machine alone. Errors: BadInput."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "results.json")
        ended = subprocess.run(command + [f"--benchmark_out={path}", "--benchmark_out_format=json"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        name = os.path.basename(command[0])
        if ended.returncode != 0:
            last = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise BadInput(f"{name}: ended with {ended.returncode}: {last}")
        with open(path, encoding="utf-8") as file:
            text = file.read()
    if not text.strip():
        raise BadInput(f"{name}: has measured nothing: {' '.join(command[1:])}")
    document = json.loads(text)
    context = document.get("context", {})
    document["context"] = {key: context[key] for key in KEPT_OF_CONTEXT if key in context}
    return document


def suite_pass(program, number, options):
    command = [program, f"--turn={number * TURN_STEP}", f"--round_ms={options.round_ms}"]
    if options.filter:
        command.append(f"--benchmark_filter={options.filter}")
    return document_of(command)


def suite(build, options, facts):
    """One document for each pass."""
    program = suite_of(build)
    documents = []
    for number in range(options.passes):
        say(f"the suite, pass {number + 1} of {options.passes}")
        documents.append(suite_pass(program, number, options))
        documents[-1]["context"]["machine"] = facts
    return documents


def two_builds(builds, options):
    """Documents of each of two build folders, measured in turn: A B, B A, A B, ..."""
    programs = [suite_of(build) for build in builds]
    documents = ([], [])
    for number in range(options.passes):
        say(f"both builds, pass {number + 1} of {options.passes}")
        for which in ((0, 1) if number % 2 == 0 else (1, 0)):
            documents[which].append(suite_pass(programs[which], number, options))
    return documents


def others(build, options):
    """The other benchmarks of the build. Which are not there are left out."""
    documents = []
    for name in OTHERS:
        program = os.path.join(build, "bench", f"{name}_bench")
        if not os.access(program, os.X_OK):
            continue
        say(name)
        documents.append(document_of([program] + (["--benchmark_min_time=0.05"] if options.is_quick else [])))
    program = os.path.join(build, "bench", "as_is_cost")
    if os.access(program, os.X_OK):
        say("as_is_cost")
        command = [program] + (["10000"] if options.is_quick else [])
        said = subprocess.run(command, capture_output=True, text=True)
        documents.append({"benchmarks": [], "text": {"as_is_cost": said.stdout.splitlines()}})
    return documents
