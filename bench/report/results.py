"""Results of Google Benchmark, read from JSON files and sorted by what was measured."""
import json
import re
from dataclasses import dataclass, field


class BadInput(Exception):
    """One sentence that names the place, the value and the rule."""


@dataclass(frozen=True)
class Case:
    """What was measured: experiment "hold", contender "poolproof", parameters (("threads", 32), ...)."""

    experiment: str
    contender: str
    parameters: tuple = ()

    def parameter(self, name):
        return dict(self.parameters).get(name)


@dataclass
class Results:
    """`samples[case][figure]` is a list with one number for each repetition, in order."""

    context: dict = field(default_factory=dict)
    samples: dict = field(default_factory=dict)
    others: dict = field(default_factory=dict)  # benchmarks that are not the suite's, by full name
    texts: dict = field(default_factory=dict)  # what programs said that speak no JSON, by their names

    def add(self, other):
        # Pools of other languages have kinds, too, and come in documents of their own.
        contenders = self.context.get("contenders", "")
        self.context = self.context or dict(other.context)
        if other.context.get("contenders", "") != contenders:
            merged = contenders.splitlines() + other.context.get("contenders", "").splitlines()
            self.context["contenders"] = "\n".join(dict.fromkeys(merged))
        self.texts.update(other.texts)
        for mine, theirs in ((self.samples, other.samples), (self.others, other.others)):
            for case, figures in theirs.items():
                for figure, numbers in figures.items():
                    mine.setdefault(case, {}).setdefault(figure, []).extend(numbers)

    def numbers(self, case, figure):
        return self.samples.get(case, {}).get(figure, [])

    def cases(self, experiment):
        return [case for case in self.samples if case.experiment == experiment]

    def kinds(self):
        """Contender -> (kind, sentence about it), in the order in which they were listed."""
        lines = self.context.get("contenders", "").splitlines()
        parts = [line.split("|", 2) for line in lines if line.count("|") == 2]
        listed = {name: (kind, about) for name, kind, about in parts}
        for case in self.samples:
            listed.setdefault(case.contender, ("peer", ""))
        return listed

    def repetitions(self):
        return max((len(n) for f in self.samples.values() for n in f.values()), default=0)


_suffix = re.compile(r"/(iterations:\d+|manual_time|real_time|process_time|repeats:\d+)")
_no_figures = {"name", "run_name", "run_type", "repetitions", "repetition_index", "threads", "iterations",
               "time_unit", "family_index", "per_family_instance_index", "aggregate_name", "aggregate_unit",
               "error_occurred", "error_message"}


def case_of(name):
    """The case that a benchmark's name stands for; None when it is not one of the suite's."""
    parts = _suffix.sub("", name).split("/")
    if len(parts) < 2 or any(part.startswith("BM_") for part in parts):
        return None
    pairs = [part.split(":", 1) for part in parts[2:]]
    if not all(len(pair) == 2 and pair[1] for pair in pairs):
        return None
    return Case(parts[0], parts[1], tuple((key, int(value) if value.isdigit() else value) for key, value in pairs))


def results_of(document, place):
    """Results of one document. Errors: BadInput."""
    if not isinstance(document, dict) or not isinstance(document.get("benchmarks"), list):
        raise BadInput(f"{place}: must be results of Google Benchmark, with a list \"benchmarks\"")
    results = Results(context=document.get("context", {}), texts=document.get("text", {}))
    for index, one in enumerate(document["benchmarks"]):
        if not isinstance(one, dict) or not isinstance(one.get("name"), str):
            raise BadInput(f"{place}: benchmarks[{index}]: must be an object with a \"name\"")
        if one.get("error_occurred"):
            raise BadInput(f"{place}: {one['name']}: has failed: {one.get('error_message', 'no reason given')}")
        if one.get("run_type", "iteration") == "iteration":
            _take(results, one)
    return results


def _take(results, one):
    case = case_of(one["name"])
    home = results.others if case is None else results.samples
    figures = home.setdefault(_suffix.sub("", one["name"]) if case is None else case, {})
    for figure, number in one.items():
        is_number = isinstance(number, (int, float)) and not isinstance(number, bool)
        if figure not in _no_figures and is_number:
            figures.setdefault(figure, []).append(float(number))


def read(paths):
    """The results of several files together. Errors: BadInput."""
    results = Results()
    for path in paths:
        try:
            with open(path, encoding="utf-8") as file:
                document = json.load(file)
        except OSError as error:
            raise BadInput(f"{path}: cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise BadInput(f"{path}: must be JSON: {error}") from error
        for part in document if isinstance(document, list) else [document]:
            results.add(results_of(part, path))
    return results


def raw_of(documents):
    """What is kept of several runs: one text that `read` takes."""
    return json.dumps(documents, indent=1)
