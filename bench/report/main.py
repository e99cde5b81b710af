"""What script/bench does."""
import os
import subprocess
import sys

import compare
import machine
import options as command_line
import report
import results
import runs

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, "build", "release")


def build_release():
    """Errors: BadInput when something cannot be built, which the compiler has said."""
    for command in (["cmake", "--preset", "release"], ["cmake", "--build", "--preset", "release", "--target", "benches"]):
        ended = subprocess.run(command, cwd=ROOT, stdout=sys.stderr)
        if ended.returncode != 0:
            raise results.BadInput(f"{' '.join(command)}: ended with {ended.returncode}")


def prepare(options):
    if options.installs:
        wanted = ["--bench"] + (["--languages"] if options.languages else [])
        if subprocess.run([os.path.join(ROOT, "script", "setup")] + wanted, stdout=sys.stderr).returncode != 0:
            raise results.BadInput("script/setup: could not install what is missing; --no-install goes on without")
    build_release()


def measure(options):
    prepare(options)
    documents = runs.suite(BUILD, options, machine.facts(ROOT))
    if not options.filter and not options.suite_only:
        documents += runs.others(BUILD, options)
    if options.languages:
        import languages
        documents += languages.measure(os.path.join(ROOT, "bench", "languages"), options)
    return documents


def write_report(options):
    documents = None
    if options.sources:
        found = results.read(options.sources)
    else:
        documents = measure(options)
        found = results.Results()
        for number, document in enumerate(documents):
            found.add(results.results_of(document, f"run {number + 1}"))
    if not found.samples:
        raise results.BadInput(f"--filter {options.filter}: matches no measurement" if options.filter
                               else f"{' '.join(options.sources)}: has no results of the suite in it")
    report.write(options.output, found, documents)
    print(f"{os.path.join(options.output, 'index.html')} and report.md, of {found.repetitions()} repetitions")


def compared(options):
    """What is compared: (results of A, results of B)."""
    a, b = options.compare
    if os.path.isdir(a) and os.path.isdir(b):
        sides = runs.two_builds((a, b), options)
        return tuple(_merged(documents, side) for documents, side in zip(sides, (a, b)))
    if os.path.isfile(a) and os.path.isfile(b):
        return results.read([a]), results.read([b])
    for one, other in ((a, b), (b, a)):
        if os.path.exists(one) and not os.path.exists(other):
            raise results.BadInput(f"--compare {a} {b}: both must be build folders, files or contenders, but "
                                   f"there is no {other}")
    place = options.sources or [os.path.join(options.output, "raw.json")]
    all_of_them = results.read(place)
    return tuple(compare.contender_alone(all_of_them, one, place[0]) for one in (a, b))


def _merged(documents, place):
    merged = results.Results()
    for document in documents:
        merged.add(results.results_of(document, place))
    return merged


def main(words):
    try:
        options = command_line.read(words)
        if options.wants_help:
            print(command_line.HELP, end="")
        elif options.compare:
            sides = compared(options)
            print(compare.text(options.compare, compare.verdicts(*sides), compare.runs_of(*sides)), end="")
        else:
            write_report(options)
    except results.BadInput as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bench: interrupted; nothing was written", file=sys.stderr)
        return 3
    return 0
