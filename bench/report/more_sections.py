"""The sections about what else a pool does: time-outs, checks beside the traffic, storms, memory."""
from shown import Section, Table, cell, figures_table, strip_chart, table


def more_sections(results):
    made = (("timeouts", timeouts), ("beside", beside), ("storm", storms), ("memory", memory),
            ("language_cycle", languages))
    return [make(results) for experiment, make in made if results.cases(experiment)]


def timeouts(results):
    return Section("timeouts", "Time-outs", [
        "Eight threads ask again and again, for 1 ms each, for a connection that never comes. How late after its "
        "deadline each was told; the system's timer and the two cores have their part in it."],
        [strip_chart(results, "lateness of time-outs", "timeouts", "us after the deadline")],
        [figures_table(results, "lateness, and what a time-out costs", "timeouts",
                       [("p50 us", "p50_us"), ("p99 us", "p99_us"), ("p99.9 us", "p99_9_us"), ("max us", "max_us"),
                        ("processor ns", "processor_ns_per_cycle")])])


def beside(results):
    section = Section("beside", "Cycles beside something else", [
        "One thread cycles in a pool whose connections are all open, while another thread does what the table says, "
        "again and again. How long a cycle took; cycles during which the system took the processor away from "
        "their thread are counted apart. \"nothing\" is the same without the other thread's calls."])
    sizes = sorted({case.parameter("size") for case in results.cases("beside")})
    for size in sizes:
        rows = []
        for case in results.cases("beside"):
            if case.parameter("size") == size:
                rows.append([f"{case.contender}, {case.parameter('call')}"] + [
                    cell(results.numbers(case, figure)) for figure in (
                    "p50_us", "p99_us", "p99_9_us", "max_us", "preempted", "us_per_call")])
        section.tables.append(Table(f"us per cycle, {size} connections", [
            "pool, and what is done beside", "p50", "p99", "p99.9", "longest", "cycles preempted", "us per call beside"],
            sorted(rows)))
    return section


def storms(results):
    return Section("storm", "Connect storms", [
        "As many threads as the pool may have connections come at the same time to a pool that has opened none; to "
        "open one takes 1 ms. The ideal is 1 ms for all of them. A pool that opens under its lock opens "
        "one after the other."],
        [], [table(results, "ms until everybody has a connection, by connections", "storm", "all_served_ms", "size")])


def memory(results):
    return Section("memory", "Memory and allocations", [
        "Bytes that the pool itself allocates for each connection beyond the client in it, and for each caller who "
        "waits; and how often a cycle asks for memory. Of libraries that have memory pools of their own "
        "only what they ask of malloc is seen."],
        [], [figures_table(results, "10,000 connections, 256 waiters", "memory", [
            ("bytes per idle connection", "bytes_per_connection"), ("bytes per waiter", "bytes_per_waiter"),
            ("allocations per cycle", "allocations_per_cycle")])])


def languages(results):
    section = Section("languages", "Pools of other languages", [
        "In a process of their own, after a warm-up, so these figures were not taken in turn with those above. A language's "
        "own threads, sleeps and clock have their part: compare with the row of no pool in the same language. 8 connections."],
        [], [table(results, "ns per cycle, given back at once", "language_cycle", "ns_per_cycle", "threads")])
    for hold in sorted({case.parameter("hold_us") for case in results.cases("language_hold")}):
        section.tables.append(figures_table(results, f"32 threads, a hold of {hold} us", "language_hold", [
            ("cycles/s", "cycles_per_s"), ("p50 us", "p50_us"), ("p99 us", "p99_us"), ("max us", "max_us"),
            ("least / most", "fairness")], hold_us=hold))
    return section


def others_section(results):
    rows = []
    for name, figures in results.others.items():
        counters = [f"{key} {cell(numbers)}" for key, numbers in figures.items() if key not in ("real_time", "cpu_time")]
        rows.append([name, cell(figures.get("real_time", [])), ", ".join(counters)])
    rows += [[name, "", line] for name, lines in results.texts.items() for line in lines]
    return Section("others", "Other benchmarks of this build", [
        "The laws' cost, the simulator's speed, what the drivers cost on top of SQLite and PostgreSQL, and what it costs to "
        "run code as it is. What each figure means stands at the head of its file in bench/."],
        [], [Table("", ["benchmark", "ns", "figures"], rows)])


def machine_section(results):
    context = results.context
    machine = context.get("machine", {})
    rows = [["processor", machine.get("processor", "")],
            ["cores", str(context.get("num_cpus", machine.get("cores", "")))],
            ["system", machine.get("system", "")],
            ["C library", machine.get("libc", "")],
            ["compiler", context.get("compiler", "")],
            ["build", context.get("build_type", "")],
            ["poolproof", " ".join([context.get("poolproof", ""), machine.get("commit", "")]).strip()],
            ["libraries of peers", context.get("peers", "")],
            ["repetitions", str(results.repetitions())],
            ["load when it began", ", ".join(f"{one:.1f}" for one in context.get("load_avg", []))],
            ["date", str(context.get("date", ""))[:10]]]
    about = [[name, kind, sentence] for name, (kind, sentence) in results.kinds().items()]
    return Section("machine", "Machine, versions and contenders", [
        "Absolute times belong to this machine and this hour; what lasts are ratios within a run. Every figure is the "
        "median over the repetitions, ± half the distance of the quartiles. Each repetition is a process of its own, in "
        "which all contenders are measured in turn, case by case; each begins with another contender."],
        [], [Table("", ["", ""], [row for row in rows if row[1]]),
             Table("contenders", ["name", "kind", "what it is"], sorted(about))])
