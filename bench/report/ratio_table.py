"""Ratios of the reference pool to floors and peers, each taken within a run."""
from charts import short
from spread import ratios, spread

OURS = "poolproof"
FLOORS = ("own-slot", "two-mutex-pairs", "mutex-deque-condition", "futex-hand-off", "no-pool")


def case_like(results, case, contender):
    """The same case of another contender; None when it was not measured."""
    wanted = type(case)(case.experiment, contender, case.parameters)
    return wanted if wanted in results.samples else None


def best_peer(results, case, figure="ns_per_cycle"):
    """The peer with the lowest median in `case`; None when there is none."""
    found = []
    for name, (kind, _) in results.kinds().items():
        other = case_like(results, case, name)
        one = spread(results.numbers(other, figure)) if other and kind == "peer" else None
        if one is not None:
            found.append((one.median, name))
    return min(found)[1] if found else None


def ratio(results, case, contender, figure="ns_per_cycle"):
    """"1.25 (1.2 to 1.31)", or nothing."""
    other = case_like(results, case, contender) if contender else None
    if other is None:
        return ""
    return said_of(ratios(results.numbers(case, figure), results.numbers(other, figure)))


def said_of(numbers):
    one = spread(numbers)
    if one is None:
        return ""
    return short(one.median) if one.count < 2 else f"{short(one.median)} ({short(one.low)} to {short(one.high)})"


def words_of(case):
    said = ", ".join(_said(*pair) for pair in case.parameters)
    return f"{case.experiment}: {said}" if said else case.experiment


def _said(key, value):
    names = {"threads": "thread", "size": "connection"}
    if key in names:
        return f"{value} {names[key]}{'' if value == 1 else 's'}"
    return f"{value} us {key[:-3]}" if key.endswith("_us") else f"{key} {value}"


def ratio_tables(results):
    """(caption, head, rows)."""
    figures = (("time of a cycle, in that of the other side", "ns_per_cycle"),
               ("processor time of a cycle, in that of the other side", "processor_ns_per_cycle"))
    head = ["case"] + [f"to {floor}" for floor in FLOORS] + ["to the best peer", "which is"]
    return [(caption, head, rows) for caption, figure in figures if (rows := ratio_rows(results, figure))]


def ratio_rows(results, figure):
    rows = []
    for experiment in ("cycle", "hold", "size", "waiters"):
        for case in asked(results, experiment, {}):
            best = best_peer(results, case, figure)
            rows.append([words_of(case)] + [ratio(results, case, floor, figure) for floor in FLOORS]
                        + [ratio(results, case, best, figure), best or ""])
    return rows


# What a reader wants to know first: experiment, parameters, figure, the other side (None: the best peer), a sentence.
QUESTIONS = (
    ("cycle", {"threads": 1}, "processor_ns_per_cycle", "two-mutex-pairs",
     "One thread alone: processor time, in that of two lock and unlock pairs"),
    ("cycle", {"threads": 1}, "processor_ns_per_cycle", "soci",
     "One thread alone: processor time, in that of SOCI's pool"),
    ("cycle", {"threads": 1}, "processor_ns_per_cycle", "poco-objectpool",
     "One thread alone: processor time, in that of Poco's ObjectPool"),
    ("cycle", {"threads": 2}, "processor_ns_per_cycle", "soci",
     "Two threads that never wait: processor time, in that of SOCI's pool"),
    ("cycle", {"threads": 8}, "processor_ns_per_cycle", "soci",
     "Eight threads that never wait: processor time, in that of SOCI's pool"),
    ("hold", {"threads": 32, "hold_us": 100}, "ns_per_cycle", "futex-hand-off",
     "32 threads on 8 connections held for 100 us: time a cycle, in that of the least that keeps an order"),
    ("hold", {"threads": 32, "hold_us": 100}, "ns_per_cycle", "no-pool", "The same, in that of 8 threads without a pool"),
    ("hold", {"threads": 32, "hold_us": 1000}, "ns_per_cycle", "no-pool", "Held for 1 ms, likewise"),
    ("hold", {"threads": 32, "hold_us": 1000}, "p99_us", "soci", "Held for 1 ms: p99 wait, in that of SOCI's pool"),
    ("hold", {"threads": 32, "hold_us": 100}, "p99_us", "futex-hand-off",
     "Held for 100 us: p99 wait, in that of the least that keeps an order"),
)
OWN_QUESTIONS = (
    ("hold", {"threads": 32, "hold_us": 100}, "p99_us", "mean_us", "Held for 100 us: p99 wait, in the pool's own mean wait"),
    ("hold", {"threads": 32, "hold_us": 1000}, "p99_us", "mean_us", "Held for 1 ms, likewise"),
)


def asked(results, experiment, fixed):
    """The reference pool's cases that a question is about."""
    return [case for case in results.cases(experiment) if case.contender == OURS
            and all(case.parameter(key) == value for key, value in fixed.items())]


def summary_table(results):
    """(caption, head, rows)."""
    rows = []
    for experiment, fixed, figure, other, sentence in QUESTIONS:
        for case in asked(results, experiment, fixed):
            rows.append([sentence, ratio(results, case, other, figure)])
    for experiment, fixed, figure, other, sentence in OWN_QUESTIONS:
        for case in asked(results, experiment, fixed):
            rows.append([sentence, said_of(ratios(results.numbers(case, figure), results.numbers(case, other)))])
    rows = [row for row in rows if row[1]]
    return [("", ["the reference pool", "ratio (quartiles)"], rows)] if rows else []
