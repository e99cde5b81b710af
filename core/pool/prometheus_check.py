"""Has Prometheus's own parser read what prometheus_page prints, and compares every number.

    prometheus_check.py <prometheus_page>
"""
import subprocess
import sys

from prometheus_client.parser import text_string_to_metric_families

AWKWARD = 'a "quoted\\\nname", {of} Łódź'

TYPES = {
    "poolproof_connections": "gauge",
    "poolproof_opening_slots": "gauge",
    "poolproof_leases": "gauge",
    "poolproof_waiting_callers": "gauge",
    "poolproof_acquires": "counter",
    "poolproof_releases": "counter",
    "poolproof_acquire_timeouts": "counter",
    "poolproof_connects": "counter",
    "poolproof_connect_failures": "counter",
    "poolproof_closes": "counter",
    "poolproof_acquire_wait_seconds": "histogram",
}

BUSY = {
    ("poolproof_connections", "idle"): 3,
    ("poolproof_connections", "in_use"): 5,
    ("poolproof_connections", "invalid"): 2,
    ("poolproof_opening_slots", None): 1,
    ("poolproof_leases", None): 4,
    ("poolproof_waiting_callers", None): 6,
    ("poolproof_acquires_total", None): 100,
    ("poolproof_releases_total", None): 96,
    ("poolproof_acquire_timeouts_total", None): 7,
    ("poolproof_connects_total", None): 12,
    ("poolproof_connect_failures_total", None): 8,
    ("poolproof_closes_total", None): 9,
    ("poolproof_acquire_wait_seconds_count", None): 3,
    ("poolproof_acquire_wait_seconds_sum", None): 3601.5,
}


def expect(fact, what):
    if not fact:
        sys.exit(f"prometheus_check: {what}")


def check_buckets(buckets):
    """Pairs of bound and count, in the order of the page."""
    bounds = [bound for bound, _ in buckets]
    counts = [count for _, count in buckets]
    expect(bounds == sorted(bounds) and len(set(bounds)) == len(bounds), f"bounds: {bounds}")
    expect(bounds[-1] == float("inf"), f"no +Inf: {bounds}")
    waits = [0, 1.5, 3600]
    for bound, count in buckets:
        wanted = sum(wait <= bound for wait in waits)
        expect(count == wanted, f"le={bound}: {count}, not {wanted}")
    expect(counts[0] == 1, f"those who did not wait: {counts[0]}")


def check(text):
    families = list(text_string_to_metric_families(text))
    types = {family.name: family.type for family in families}
    expect(types == TYPES, f"types: {types}")
    expect(all(family.documentation for family in families), "a metric has no help")
    samples = [sample for family in families for sample in family.samples]
    pools = {sample.labels["pool"] for sample in samples}
    expect(pools == {"main", AWKWARD}, f"pools: {pools}")
    main = [sample for sample in samples if sample.labels["pool"] == "main"]
    others = [sample for sample in samples if sample.labels["pool"] == AWKWARD]
    numbers = {(sample.name, sample.labels.get("state")): sample.value
               for sample in main if "le" not in sample.labels}
    expect(numbers == BUSY, f"numbers: {numbers}")
    check_buckets([(float(sample.labels["le"]), sample.value)
                   for sample in main if "le" in sample.labels])
    expect(len(others) == len(main), f"{len(others)} samples of the other pool, not {len(main)}")
    expect(all(sample.value == 0 for sample in others), "an unused pool has other numbers than 0")
    print(f"prometheus_check: {len(samples)} samples as expected")


page = subprocess.run([sys.argv[1]], check=True, capture_output=True)
check(page.stdout.decode("utf-8"))
