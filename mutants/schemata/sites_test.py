#!/usr/bin/env python3
"""What sites.py finds, and what it writes."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import sites  # noqa: E402


def source_of(text, enums=None):
    source = sites.Source('a.cpp', text, enums or {})
    source.find()
    for number, change in enumerate(source.changes, 1):
        change.number = number
    return source


def changes_of(statements, enums=None):
    """Of a function with these statements: what is changed, and the text that is."""
    source = source_of('void f() {\n' + statements + '\n}\n', enums)
    return [(c.what, source.text[source.tokens[c.begin].begin:source.tokens[c.end - 1].end]) for c in source.changes]


class Sites(unittest.TestCase):
    def test_leaves_out_statements_and_no_declarations(self):
        self.assertEqual(changes_of('int x = f(1);\nSlot& slot = take();\nSlot* const one = take();\ncount(x);\n++x;\nreturn;'),
                         [('1 becomes 2', '1'), ('left out', 'count(x);'), ('left out', '++x;')])

    def test_makes_conditions_true_and_false(self):
        self.assertEqual(changes_of('if (is_closed) g();'),
                         [('condition false', 'is_closed'), ('condition true', 'is_closed'), ('left out', 'g();')])

    def test_never_makes_a_loop_endless(self):
        self.assertEqual(changes_of('while (next()) {}'), [('condition false', 'next()')])

    def test_asks_what_a_condition_declares_first(self):
        self.assertEqual([c for c in changes_of('if (auto x = g(); !x) {}')],
                         [('condition false', '!x'), ('condition true', '!x')])
        self.assertEqual(changes_of('if (auto* x = g()) {}'), [])

    def test_leaves_out_operands(self):
        self.assertEqual([c for c in changes_of('bool x = a && (b || c);')],
                         [('operand of && left out', 'a'), ('operand of && left out', '(b || c)'),
                          ('operand of || left out', 'b'), ('operand of || left out', 'c')])

    def test_moves_bounds_and_spares_templates(self):
        self.assertEqual(changes_of('bool x = a.size() < vector<int>(n).size();'),
                         [('< becomes <=', 'a.size() < vector<int>(n).size()')])

    def test_does_not_negate_twice(self):
        self.assertEqual([what for what, _ in changes_of('if (a == b) g();')],
                         ['condition false', 'condition true', 'left out'])

    def test_takes_another_enumerator(self):
        self.assertEqual(changes_of('x = Fate::keep;', {'Fate': ['keep', 'close']}),
                         [('left out', 'x = Fate::keep;'), ('Fate::keep becomes Fate::close', 'Fate::keep')])

    def test_leaves_what_is_decided_by_the_compiler(self):
        self.assertEqual(changes_of('constexpr int x = 1;\nstatic_assert(x == 1);\nensure(x > 0);\n'
                                    'if constexpr (a && b) {}\nswitch (x) { case 3: break; }'), [])

    def test_leaves_what_is_no_function(self):
        text = 'struct A {\n  int x = 1;\n  std::array<int, 2> y{{1, 2}};\n};\nenum class E { a = 1 };\n'
        self.assertEqual(source_of(text).changes, [])

    def test_finds_lambdas_in_statements(self):
        self.assertEqual(changes_of('decide([&](S& s) { s.close(); });'),
                         [('left out', 'decide([&](S& s) { s.close(); });'), ('left out', 's.close();')])

    def test_gives_a_lock_back(self):
        self.assertIn(('lock given back at once', 'std::unique_lock lock(mutex_);'),
                      changes_of('std::unique_lock lock(mutex_);\ng();'))

    def test_writes_every_change_into_one_text(self):
        source = source_of('void f() {\n  if (a < 1) g();\n}\n')
        on = '::poolproof::mutants::on'
        self.assertEqual(
            source.written(),
            'void f() {\n'
            f'  if ((!{on}(1) && (({on}(2) || (::poolproof::mutants::less(3, a, ({on}(4) ? 2 : 1))))))) '
            f'{{ if (!{on}(5)) {{ g(); }} }}\n'
            '}\n')

    def test_keeps_the_number_of_lines(self):
        text = 'void f() {\n  g(\n      1,\n      2);\n}\n'
        self.assertEqual(source_of(text).written().count('\n'), text.count('\n'))


if __name__ == '__main__':
    unittest.main()
