"""What a section of the report is, and how its tables and plots come of results."""
from dataclasses import dataclass, field

from charts import Point, Series, axis, from_0_to_1, lines, short, strips
from spread import spread

@dataclass(frozen=True)
class Table:
    caption: str
    head: list
    rows: list


@dataclass
class Section:
    name: str
    title: str
    sentences: list
    charts: list = field(default_factory=list)  # functions of a width in pixels
    tables: list = field(default_factory=list)


def styles(results):
    """Contender -> the class that gives it its colour."""
    peers = floors = 0
    found = {}
    for name, (kind, _) in sorted(results.kinds().items()):
        if kind == "pool":
            found[name] = "pool"
        elif kind in ("floor", "ideal"):
            found[name] = f"floor floor{floors}"
            floors += 1
        elif kind != "language":
            found[name] = f"peer{peers % 9}"
            peers += 1
    return found


def in_order(results, names):
    """The pool first, then peers, then floors, each by name."""
    rank = {"pool": 0, "peer": 1, "language": 1, "floor": 2, "ideal": 3}
    kinds = results.kinds()
    return sorted(set(names), key=lambda name: (rank.get(kinds[name][0], 1), name))


def by_contender(results, experiment, **fixed):
    """Contender -> its cases in which the parameters are as `fixed`."""
    found = {}
    for case in results.cases(experiment):
        if all(case.parameter(name) == value for name, value in fixed.items()):
            found.setdefault(case.contender, []).append(case)
    return {name: found[name] for name in in_order(results, found)}


def cell(numbers):
    """The median, and how far the quartiles lie apart in percent of it."""
    one = spread(numbers)
    if one is None:
        return ""
    if one.count < 2 or one.median == 0:
        return short(one.median)
    percent = abs(one.high - one.low) / 2 / abs(one.median) * 100
    words = f"{percent:.0f}" if percent >= 10 else f"{percent:.1f}".removesuffix(".0")
    return f"{short(one.median)} ±{words}%"


def table(results, caption, experiment, figure, parameter, **fixed):
    """One row for each contender, one column for each value of `parameter`."""
    cases = by_contender(results, experiment, **fixed)
    columns = sorted({case.parameter(parameter) for group in cases.values() for case in group})
    rows = []
    for name, group in cases.items():
        at = {case.parameter(parameter): cell(results.numbers(case, figure)) for case in group}
        rows.append([name] + [at.get(column, "") for column in columns])
    return Table(caption, [parameter.replace("_us", ", us")] + [str(column) for column in columns], rows)


def figures_table(results, caption, experiment, figures, **fixed):
    """One row for each contender, one column for each of several figures. figures: [(heading, figure)]."""
    rows = []
    for name, group in by_contender(results, experiment, **fixed).items():
        rows += [[name] + [cell(results.numbers(case, figure)) for _, figure in figures] for case in group[:1]]
    return Table(caption, [""] + [heading for heading, _ in figures], rows)


def line_chart(results, title, experiment, figure, parameter, labels, **fixed):
    """A function of a width. labels: (of x, of y)."""
    look = styles(results)
    series = []
    for name, group in by_contender(results, experiment, **fixed).items():
        points = [(case.parameter(parameter), spread(results.numbers(case, figure))) for case in group]
        kept = tuple(Point(x, s.median, s.low, s.high) for x, s in sorted(points, key=lambda p: p[0])
                     if s is not None and x > 0 and s.low > 0)
        if kept:
            series.append(Series(name, look[name], kept))
    # The pool is drawn last, above the others.
    series.sort(key=lambda one: one.style == "pool")
    x_axis = axis(labels[0], [p.x for s in series for p in s.points], sorted({p.x for s in series for p in s.points}))
    y_axis = axis(labels[1], [number for s in series for p in s.points for number in (p.low, p.high)])
    return lambda width: lines(title, series, x_axis, y_axis, width)


PERCENTILES = (("p50", "p50_us"), ("p99", "p99_us"), ("p99.9", "p99_9_us"), ("max", "max_us"))


def strip_chart(results, title, experiment, label, **fixed):
    """Percentiles of waits, one row for each contender."""
    look = styles(results)
    rows = []
    for name, group in by_contender(results, experiment, **fixed).items():
        marks = [(word, spread(results.numbers(group[0], figure))) for word, figure in PERCENTILES]
        marks = [(word, max(s.median, 0.01)) for word, s in marks if s is not None]
        if marks:
            rows.append((name, look[name], marks))
    x_axis = axis(label, [x for _, _, marks in rows for _, x in marks])
    return lambda width: strips(title, rows, x_axis, width)


def share_chart(results, title, experiment, figure, label, **fixed):
    """A share from 0 to 1: lower quartile, median and upper quartile, one row for each contender."""
    look = styles(results)
    rows = []
    for name, group in by_contender(results, experiment, **fixed).items():
        one = spread(results.numbers(group[0], figure))
        if one is not None:
            rows.append((name, look[name], [("median", one.median), ("lower quartile", one.low),
                                            ("upper quartile", one.high)]))
    return lambda width: strips(title, rows, from_0_to_1(label), width)
