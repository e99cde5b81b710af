"""The report of recorded runs, and what is said of bad options and files."""
import contextlib
import io
import json
import os
import re
import tempfile
import unittest

import compare
import main
import report
import results
from charts import axis, short
from ratio_table import best_peer
from shown import cell

RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "recorded", "four_runs.json")


def said_of(*words):
    """Exit code, standard output and standard error of script/bench."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main.main(list(words))
    return code, out.getvalue(), err.getvalue()


class ResultsTest(unittest.TestCase):
    def test_a_name_is_an_experiment_a_contender_and_parameters(self):
        case = results.case_of("hold/soci/threads:32/size:8/hold_us:100/iterations:1/manual_time")
        self.assertEqual((case.experiment, case.contender, case.parameter("hold_us")), ("hold", "soci", 100))
        self.assertEqual(results.case_of("beside/soci/call:nothing/size:10").parameter("call"), "nothing")
        self.assertIsNone(results.case_of("BM_ToyPoolTwoByTwo"))
        self.assertIsNone(results.case_of("compare/BM_SqliteSelectOneExecuted"))

    def test_repetitions_are_kept_in_their_order(self):
        read = results.read([RECORDED])
        self.assertEqual(read.repetitions(), 4)
        self.assertIn("BM_ToyPoolTwoByTwo", read.others)


class NumbersTest(unittest.TestCase):
    def test_numbers_have_three_digits(self):
        self.assertEqual([short(one) for one in (0, 0.04212, 1, 12.345, 1234, 999_600, 2.5e9)],
                         ["0", "0.0421", "1", "12.3", "1.23k", "1M", "2.5G"])

    def test_a_cell_says_how_far_the_quartiles_lie_apart(self):
        self.assertEqual(cell([100, 100, 100, 100]), "100 ±0%")
        self.assertEqual(cell([90, 95, 100, 105, 110]), "100 ±5%")
        self.assertEqual(cell([7]), "7")

    def test_an_axis_of_equal_values_has_a_width(self):
        one = axis("x", [5, 5], (5,))
        self.assertLess(one.low, one.high)


class ReportTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        code, self.out, self.err = said_of("--from", RECORDED, "--output", self.folder.name)
        self.assertEqual(code, 0, self.err)
        self.page = self.text("index.html")
        self.markdown = self.text("report.md")

    def text(self, name):
        with open(os.path.join(self.folder.name, name), encoding="utf-8") as file:
            return file.read()

    def test_both_have_every_section(self):
        for title in ("In short", "Throughput against threads", "Waits against hold time", "Fairness",
                      "Cost against the pool's size and its waiters", "Time-outs", "Cycles beside something else",
                      "Connect storms", "Memory and allocations", "Ratios to floors and to the best peer",
                      "Other benchmarks of this build", "Machine, versions and contenders"):
            self.assertIn(f"## {title}\n", self.markdown)
            self.assertIn(f"<h2>{title.replace(chr(39), '&#x27;')}</h2>", self.page)

    def test_the_page_needs_no_network(self):
        self.assertIsNone(re.search(r"https?://|src=|@import|url\(", self.page))

    def test_a_ratio_is_the_median_of_the_runs_ratios(self):
        read = results.read([RECORDED])
        ours, theirs = (read.numbers(results.Case("cycle", name, (("threads", 1), ("size", 8), ("hold_us", 0))),
                                     "processor_ns_per_cycle") for name in ("poolproof", "two-mutex-pairs"))
        each = sorted(a / b for a, b in zip(ours, theirs))
        self.assertIn(f"two lock and unlock pairs | {short((each[1] + each[2]) / 2)} (", self.markdown)

    def test_the_best_peer_is_no_floor(self):
        read = results.read([RECORDED])
        case = results.Case("hold", "poolproof", (("threads", 32), ("size", 8), ("hold_us", 1000)))
        self.assertIn(best_peer(read, case), ("soci", "poco-objectpool", "tbb-bounded-queue"))

    def test_a_row_of_markdown_has_as_many_cells_as_its_head(self):
        for block in re.findall(r"(?:^\|.*\n)+", self.markdown, re.MULTILINE):
            self.assertEqual(len({line.count(" | ") for line in block.splitlines()}), 1, block)


class CompareTest(unittest.TestCase):
    def test_a_contender_that_is_slower_everywhere_is_said_to_be(self):
        before, after = results.Results(), results.Results()
        case = results.Case("cycle", "x", (("threads", 1),))
        before.samples[case] = {"ns_per_cycle": [10, 11, 12, 13, 14]}
        after.samples[case] = {"ns_per_cycle": [20, 21, 22, 23, 24]}
        self.assertEqual([one.word for one in compare.verdicts(before, after)], ["slower"])
        self.assertEqual([one.word for one in compare.verdicts(after, before)], ["faster"])
        self.assertEqual([one.word for one in compare.verdicts(before, before)], ["no difference"])

    def test_two_contenders_of_a_file_are_compared(self):
        code, out, _ = said_of("--compare", "two-mutex-pairs", "poolproof", "--from", RECORDED)
        self.assertEqual(code, 0)
        self.assertIn("poolproof, compared with two-mutex-pairs: 4 runs of each, a Mann-Whitney U test", out)
        self.assertRegex(out, r"cycle: 1 thread, 8 connections")
        self.assertRegex(out, r"slower +x \d+.* ns per cycle +cycle: 1 thread, 8 connections, 0 us hold")
        self.assertRegex(out, r"\d+ faster, \d+ slower, \d+ no difference\n")

    def test_a_file_compared_with_itself_shows_no_difference(self):
        code, out, _ = said_of("--compare", RECORDED, RECORDED)
        self.assertEqual(code, 0)
        self.assertIn("0 faster, 0 slower", out)
        self.assertRegex(out, r"cases alone shows from \d+ runs on: --passes \d+, or fewer cases by --filter")


class MistakesTest(unittest.TestCase):
    def refused(self, sentence, *words):
        code, out, err = said_of(*words)
        self.assertEqual((code, out, err), (2, "", f"bench: {sentence}\n"))

    def test_options(self):
        self.refused("--fast: there is no such option; script/bench --help lists those that there are", "--fast")
        self.refused("--passes 3: must be a number from 4 to 100", "--passes", "3")
        self.refused("--passes: must be followed by a number from 4 to 100", "--passes")
        self.refused("--round-ms x: must be a number from 1 to 10000", "--round-ms", "x")
        self.refused("--compare: must be followed by two names", "--compare", "a")
        self.refused("--from: must be followed by a file of results", "--from", "--quick")

    def test_contenders_that_are_not_there(self):
        code, _, err = said_of("--compare", "hikari", "poolproof", "--from", RECORDED)
        self.assertEqual(code, 2)
        self.assertTrue(err.startswith(f"bench: {RECORDED}: there is no contender \"hikari\", only: futex-hand-off, "))

    def test_files(self):
        self.refused("nowhere.json: cannot be read: No such file or directory", "--from", "nowhere.json")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "bad.json")
            for text, sentence in (
                    ("{", f"{path}: must be JSON: Expecting property name enclosed in double quotes: "
                          "line 1 column 2 (char 1)"),
                    ("{}", f"{path}: must be results of Google Benchmark, with a list \"benchmarks\""),
                    ('{"benchmarks": [1]}', f"{path}: benchmarks[0]: must be an object with a \"name\""),
                    ('{"benchmarks": []}', f"{path}: has no results of the suite in it"),
                    ('{"benchmarks": [{"name": "cycle/x", "error_occurred": true, "error_message": "two holders"}]}',
                     f"{path}: cycle/x: has failed: two holders")):
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
                self.refused(sentence, "--from", path)
            self.refused(f"{folder}: must be a build folder with bench/suite/pool_bench in it: build the target "
                         "pool_bench", "--compare", folder, folder)
            self.refused(f"--compare {folder} soci: both must be build folders, files or contenders, but there is no "
                         "soci", "--compare", folder, "soci")

    def test_too_few_repetitions(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "one.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"benchmarks": [{"name": "cycle/x/threads:1", "ns_per_cycle": 5}]}, file)
            self.refused("--compare: cycle: 1 thread: 1 repetition on one side, must be at least 4 on each to tell a "
                         "difference from chance", "--compare", path, path)

    def test_a_folder_that_cannot_be_written(self):
        self.refused(f"{RECORDED}/x: cannot be written: Not a directory", "--from", RECORDED, "--output", f"{RECORDED}/x")


if __name__ == "__main__":
    unittest.main()
