"""Whether one build, or one contender, is faster than another: for each case a test, and a sentence."""
from dataclasses import dataclass

from charts import short
from ratio_table import words_of
from results import BadInput, Results
from spread import false_discovery, mann_whitney, quantile, runs_to_find_one

# Figures of which less is better, and their names for a reader.
FIGURES = {"ns_per_cycle": "ns per cycle", "p99_us": "p99, us", "all_served_ms": "ms until all are served",
           "processor_ns_per_cycle": "processor ns per cycle", "bytes_per_connection": "bytes per connection"}
DETAILS = {"timeouts": ("p99_us",), "beside": ("p99_us",), "storm": ("all_served_ms",),
           "memory": ("bytes_per_connection",)}
CHANCE_MAX = 0.05
REPETITIONS_MIN = 4  # With three on each side not even the clearest order is rarer than CHANCE_MAX.


@dataclass(frozen=True)
class Verdict:
    case: str
    figure: str
    before: float
    after: float
    chance: float  # that so clear a difference comes of nothing, corrected for how many were compared
    word: str  # faster, slower, no difference

    def line(self):
        times = short(self.after / self.before) if self.before else "-"
        return (f"{self.word:13}  x {times:<6}  p {self.chance:.3f}  {short(self.before):>7} -> "
                f"{short(self.after):<7} {self.figure:22}  {self.case}")


def figures_of(case):
    return DETAILS.get(case.experiment, ("ns_per_cycle", "p99_us"))


def contender_alone(results, contender, place):
    """Only that contender's cases, under no name. Errors: BadInput."""
    names = sorted(results.kinds())
    if contender not in names:
        raise BadInput(f"{place}: there is no contender \"{contender}\", only: {', '.join(names)}")
    samples = {type(case)(case.experiment, "", case.parameters): figures
               for case, figures in results.samples.items() if case.contender == contender}
    return Results(context=results.context, samples=samples)


def verdicts(before, after):
    """One for each case and figure that both have. Errors: BadInput when there is none."""
    pairs = [(case, figure, before.numbers(case, figure), after.numbers(case, figure))
             for case in before.samples for figure in figures_of(case)]
    pairs = [pair for pair in pairs if pair[2] and pair[3]]
    if not pairs:
        raise BadInput("--compare: the two have no case in common, so there is nothing to compare")
    for case, figure, a, b in pairs:
        if min(len(a), len(b)) < REPETITIONS_MIN:
            count = min(len(a), len(b))
            plural = "" if count == 1 else "s"
            raise BadInput(f"--compare: {words_of(case)}: {count} repetition{plural} on one side, must be at least"
                           f" {REPETITIONS_MIN} on each to tell a difference from chance")
    chances = false_discovery([mann_whitney(a, b) for _, _, a, b in pairs])
    return [_verdict(pair, chance) for pair, chance in zip(pairs, chances)]


def runs_of(before, after):
    return min(before.repetitions(), after.repetitions())


def _verdict(pair, chance):
    case, figure, a, b = pair
    before, after = quantile(a, 0.5), quantile(b, 0.5)
    word = "no difference"
    if chance <= CHANCE_MAX and before != after:
        word = "faster" if after < before else "slower"
    name = f"{case.contender + ', ' if case.contender else ''}{words_of(case)}"
    return Verdict(name, FIGURES[figure], before, after, chance, word)


def text(names, found, runs):
    """names: (of the first, of the second). runs: on each side."""
    counts = {word: sum(one.word == word for one in found) for word in ("faster", "slower", "no difference")}
    lines = [f"{names[1]}, compared with {names[0]}: {runs} runs of each, a Mann-Whitney U test of each case, corrected for "
             f"all {len(found)} as Benjamini and Hochberg do, at {CHANCE_MAX:.0%}.", ""]
    lines += [one.line() for one in sorted(found, key=lambda one: (one.word == "no difference", one.case))]
    lines += ["", ", ".join(f"{count} {word}" for word, count in counts.items())]
    wanted = runs_to_find_one(len(found), CHANCE_MAX)
    if counts["no difference"] and runs < wanted:
        lines.append(f"A difference in one of {len(found)} cases alone shows from {wanted} runs on: --passes {wanted}, or "
                     "fewer cases by --filter.")
    return "\n".join(lines) + "\n"
