"""What the report shows, section by section, as values that pages of several kinds can be made of."""
from more_sections import machine_section, more_sections, others_section
from ratio_table import ratio_tables, summary_table
from shown import Section, Table, figures_table, line_chart, share_chart, strip_chart, table


def hold_times(results):
    return sorted({case.parameter("hold_us") for case in results.cases("hold")})


def throughput(results):
    return Section("throughput", "Throughput against threads", [
        "So many threads take a connection out of a pool of 8 and give it back at once. Up to 8 threads nobody "
        "has to wait; beyond, a strict order pays a change of threads for each cycle in which somebody waits.",
        "With no hold this is the cost of the pool's own work, and of its lock where threads meet. "
        "Higher is better."],
        [line_chart(results, "cycles a second against threads", "cycle", "cycles_per_s", "threads",
                    ("threads", "cycles/s"))],
        [table(results, "ns per cycle, all threads together", "cycle", "ns_per_cycle", "threads"),
         table(results, "ns of processor time per cycle", "cycle", "processor_ns_per_cycle", "threads")])


def holds(results):
    section = Section("holds", "Waits against hold time", [
        "32 threads share 8 connections, and each holds its connection for a while. The dots are the wait of the "
        "median caller, p99, p99.9 and the longest. \"no-pool\" is the ideal: 8 threads with a connection each.",
        "A pool in order has its four dots close together; a pool in none serves most callers at once and lets "
        "a few wait for very long."])
    for hold in hold_times(results):
        fixed = {"threads": 32, "hold_us": hold}
        section.charts.append(strip_chart(results, f"waits at a hold of {hold} us", "hold",
                                          f"wait in us, at a hold of {hold} us", **fixed))
        section.tables.append(figures_table(
            results, f"32 threads, 8 connections, a hold of {hold} us", "hold",
            [("cycles/s", "cycles_per_s"), ("mean us", "mean_us"), ("p50 us", "p50_us"), ("p99 us", "p99_us"),
             ("p99.9 us", "p99_9_us"), ("max us", "max_us"), ("processor ns/cycle", "processor_ns_per_cycle"),
             ("switches/cycle", "switches_per_cycle")], **fixed))
    section.charts.append(line_chart(results, "p99 wait against hold", "hold", "p99_us", "hold_us",
                                     ("hold, us", "p99 wait, us"), threads=32))
    return section


def fairness(results):
    section = Section("fairness", "Fairness", [
        "The least served thread's cycles in those of the most served one: 1 means that all got the same, 0 that "
        "somebody got nothing. 32 threads, 8 connections. Without a hold, threads hardly meet on few cores, and "
        "the system's scheduler decides; so it is measured at several holds."])
    for hold in hold_times(results):
        section.charts.append(share_chart(results, f"fairness at a hold of {hold} us", "hold", "fairness",
                                          f"least / most served, at a hold of {hold} us", threads=32, hold_us=hold))
    section.tables = [table(results, f"least / most served, {threads} threads", "hold", "fairness", "hold_us",
                            threads=threads) for threads in (32, 128)]
    return section


def growth(results):
    return Section("growth", "Cost against the pool's size and its waiters", [
        "One thread cycles while all the other connections of the pool are open and idle; and 8 connections are "
        "cycled by 8 threads and so many more, who have to wait. A pool whose cost grows looks through "
        "something that it should not."],
        [line_chart(results, "ns per cycle against the pool's size", "size", "ns_per_cycle", "size",
                    ("connections", "ns/cycle")),
         line_chart(results, "ns per cycle against threads beyond connections", "waiters", "ns_per_cycle", "threads",
                    ("threads, on 8 connections", "ns/cycle"))],
        [table(results, "ns per cycle, one thread", "size", "ns_per_cycle", "size"),
         table(results, "ns per cycle on 8 connections, by threads", "waiters", "ns_per_cycle", "threads")])


def build(results):
    """All sections of which there are results."""
    sections = [Section("summary", "In short", [
        "Each ratio is taken within a run, in which both sides were measured one after the other, and is the median "
        "over all runs. Processor time is what other programs on the machine disturb least. Below 1 the "
        "reference pool costs less, or makes callers wait less, than the other side."],
        [], [Table(*part) for part in summary_table(results)])]
    wanted = (("cycle", throughput), ("hold", holds), ("hold", fairness), ("size", growth))
    sections += [make(results) for experiment, make in wanted if results.cases(experiment)]
    sections += more_sections(results)
    sections.append(Section("ratios", "Ratios to floors and to the best peer", [
        "A cycle of the reference pool in cycles of the other side, for every case. The best peer is the one with "
        "the lowest median in that case; it may be another in each row, and may promise less."],
        [], [Table(*part) for part in ratio_tables(results)]))
    if results.others or results.texts:
        sections.append(others_section(results))
    sections.append(machine_section(results))
    return sections
