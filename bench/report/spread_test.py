"""The statistics, against numbers worked out by hand or taken from tables."""
import unittest

from spread import false_discovery, mann_whitney, quantile, ratios, runs_to_find_one, spread


class SpreadTest(unittest.TestCase):
    def test_quantiles_lie_between_their_neighbours(self):
        self.assertEqual(quantile([4, 1, 3, 2], 0.5), 2.5)
        self.assertEqual(quantile([5], 0.25), 5)
        self.assertEqual((spread([1, 2, 3, 4, 5]).low, spread([1, 2, 3, 4, 5]).high), (2, 4))
        self.assertIsNone(spread([]))

    def test_ratios_are_taken_run_by_run(self):
        self.assertEqual(ratios([2, 20], [1, 10]), [2, 2])
        self.assertEqual(ratios([1, 3], [2]), [1])  # Without pairs: of the medians.
        self.assertEqual(ratios([1], []), [])


class MannWhitneyTest(unittest.TestCase):
    def test_sides_without_overlap_are_as_rare_as_one_order_in_all_and_its_reverse(self):
        self.assertAlmostEqual(mann_whitney([1, 2, 3, 4], [5, 6, 7, 8]), 2 / 70)
        self.assertAlmostEqual(mann_whitney([5, 6, 7, 8, 9], [1, 2, 3, 4]), 2 / 126)

    def test_the_published_example_of_tortoises_and_hares_has_its_u(self):
        # Tortoises 1, 7 to 11 and hares 2 to 6, 12 among twelve: U is 11, of which the chance is 0.31.
        chance = mann_whitney([1, 7, 8, 9, 10, 11], [2, 3, 4, 5, 6, 12])
        self.assertAlmostEqual(chance, 0.3095, places=3)

    def test_equal_sides_are_no_difference(self):
        self.assertEqual(mann_whitney([3, 3, 3, 3], [3, 3, 3, 3]), 1.0)
        self.assertGreater(mann_whitney([1, 2, 3, 4], [1, 2, 3, 4]), 0.9)
        self.assertEqual(mann_whitney([], [1]), 1.0)

    def test_the_approximation_for_many_agrees_with_the_exact_count(self):
        a, b = list(range(0, 40, 2)), list(range(9, 49, 2))
        exact = mann_whitney(a, b)
        approximate = mann_whitney(a[:-1] + [b[0]], b)  # A tie is not counted exactly.
        self.assertAlmostEqual(exact, approximate, delta=0.02)

    def test_it_says_the_same_from_both_sides(self):
        a, b = [1, 4, 6, 7, 9], [2, 3, 8, 10, 11, 12]
        self.assertAlmostEqual(mann_whitney(a, b), mann_whitney(b, a))


class FalseDiscoveryTest(unittest.TestCase):
    def test_each_chance_is_corrected_for_its_rank_and_the_order_kept(self):
        self.assertEqual(false_discovery([0.01, 0.04, 0.03]), [0.03, 0.04, 0.04])
        self.assertEqual(false_discovery([0.9, 0.8]), [0.9, 0.9])
        self.assertEqual(false_discovery([]), [])

    def test_one_among_many_takes_more_runs(self):
        # 2 of the 70 orders of four and four are the clearest: 0.029. Of five and five, 2 of 252.
        self.assertEqual(runs_to_find_one(1, 0.05), 4)
        self.assertEqual(runs_to_find_one(6, 0.05), 5)
        self.assertEqual(runs_to_find_one(7, 0.05), 6)


if __name__ == "__main__":
    unittest.main()
