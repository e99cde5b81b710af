"""What can be said of a few repetitions: their middle, their spread, and whether two sets differ."""
import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """Half of the numbers lie from `low` to `high`."""

    median: float
    low: float
    high: float
    count: int


def quantile(numbers, share):
    """By linear interpolation between the two nearest; `share` from 0 to 1."""
    ordered = sorted(numbers)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def spread(numbers):
    """None of nothing."""
    if not numbers:
        return None
    return Spread(quantile(numbers, 0.5), quantile(numbers, 0.25), quantile(numbers, 0.75), len(numbers))


def ratios(numbers, others):
    """Of each number to the one of the same run, so that whatever slowed a run slowed both."""
    if len(numbers) != len(others):
        return [quantile(numbers, 0.5) / quantile(others, 0.5)] if numbers and others and all(others) else []
    return [a / b for a, b in zip(numbers, others) if b]


def mann_whitney(a, b):
    """The chance (two-sided) that ranks as unequal as those of `a` and `b` come of one distribution.

    Exact for up to 20 numbers each without ties, else by the normal approximation with its corrections for
    ties and continuity. Mann and Whitney, 1947.
    """
    if not a or not b:
        return 1.0
    ranks, ties = _ranks(list(a) + list(b))
    u = sum(ranks[: len(a)]) - len(a) * (len(a) + 1) / 2
    smaller = min(u, len(a) * len(b) - u)
    if not ties and len(a) <= 20 and len(b) <= 20:
        return min(1.0, 2 * _exact_share(int(smaller), len(a), len(b)))
    return _normal_chance(smaller, len(a), len(b), ties)


def _ranks(numbers):
    """The rank of each number, equal ones sharing theirs, and the sizes of the groups of equal ones."""
    order = sorted(range(len(numbers)), key=lambda i: numbers[i])
    ranks = [0.0] * len(numbers)
    ties = []
    begin = 0
    while begin < len(order):
        end = begin
        while end < len(order) and numbers[order[end]] == numbers[order[begin]]:
            end += 1
        for place in range(begin, end):
            ranks[order[place]] = (begin + 1 + end) / 2
        if end - begin > 1:
            ties.append(end - begin)
        begin = end
    return ranks, ties


def _exact_share(u_max, n, m):
    """The share of the orders of n and m numbers whose U is at most `u_max`."""
    counts = [[[1] + [0] * u_max for _ in range(m + 1)] for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            for u in range(u_max + 1):
                of_a = counts[i - 1][j][u - j] if u >= j else 0
                counts[i][j][u] = of_a + counts[i][j - 1][u]
    return sum(counts[n][m]) / math.comb(n + m, n)


def _normal_chance(u, n, m, ties):
    total = n + m
    tied = sum(t**3 - t for t in ties) / (total * (total - 1))
    variance = n * m / 12 * (total + 1 - tied)
    if variance <= 0:
        return 1.0
    z = (abs(u - n * m / 2) - 0.5) / math.sqrt(variance)
    return min(1.0, math.erfc(max(z, 0.0) / math.sqrt(2)))


def false_discovery(chances):
    """Chances corrected for how many there are: of those that stay at 0.05 or below, at most 1 in 20 is luck.

    Benjamini and Hochberg, 1995. Many clear differences need no more runs than one would.
    """
    order = sorted(range(len(chances)), key=lambda i: chances[i], reverse=True)
    corrected = [1.0] * len(chances)
    lowest = 1.0
    for place, i in enumerate(order):
        lowest = min(lowest, chances[i] * len(chances) / (len(chances) - place))
        corrected[i] = lowest
    return corrected


def runs_to_find_one(cases, chance_max):
    """How many runs on each side it takes until a difference in one case alone, among `cases`, can be told from chance."""
    runs = 1
    while 2 / math.comb(2 * runs, runs) * cases > chance_max:
        runs += 1
    return runs
