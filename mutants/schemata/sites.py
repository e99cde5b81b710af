#!/usr/bin/env python3
"""Finds what can be changed in C++ of this project's style, and writes copies in which every change is
compiled in, each behind a switch of its own (switch.h).

    sites.py --root ROOT --out FOLDER FILE...

writes FOLDER/include/poolproof/<FILE> and FOLDER/mutants.tsv: number, file, line, what is changed, the line as it
stands. It is a tokenizer and not a compiler: it relies on clang-format's spaces around binary operators, and on
braces."""
import argparse
import os
import re
import sys

sys.dont_write_bytecode = True  # The source folder is no place for it.
from cxx_text import OPENERS, Text  # noqa: E402

RELATIONS = {'<': ('less', '<='), '<=': ('less_equal', '<'), '>': ('greater', '>='),
             '>=': ('greater_equal', '>'), '==': ('equal', '!='), '!=': ('not_equal', '==')}
SWAPPED_NAMES = {'push_back': 'push_front', 'push_front': 'push_back', 'front': 'back', 'back': 'front',
                 'notify_one': 'notify_all', 'notify_all': 'notify_one', 'max': 'min', 'min': 'max'}
NOT_AN_EXPRESSION = {'return', 'break', 'continue', 'throw', 'case', 'default', 'using', 'typedef', 'template',
                     'static_assert', 'friend', 'public', 'private', 'protected', 'struct', 'class', 'enum', 'goto',
                     'const', 'constexpr', 'static', 'auto', 'typename', 'co_return', 'extern', 'namespace'}
DECLARATION = re.compile(r'^[\w:]+(?:<.*?>)?(?:::\w+)*(?:\s*[&*]+(?:\s*const)?)?\s+[&*]*\w+\s*(?:=|\(|\{|\[|$)', re.S)


class Change:
    """One mutant: tokens [begin, end) become what `write` makes of their text."""

    def __init__(self, begin, end, at, what, write):
        self.begin, self.end, self.at, self.what, self.write = begin, end, at, what, write
        self.number = 0


class Source(Text):
    def __init__(self, path, text, enums):
        super().__init__(path, text)
        self.enums, self.changes = enums, []

    def find(self):
        """All changes, in order of place."""
        self.skipped = set()
        self.asked = set()  # ranges that are asked whether they are true
        i = 0
        while i < len(self.tokens):
            if self.t(i) == '{' and self.kinds[i] == 'block' and i in self.partner:
                is_bool = self.returns_bool(i)
                self.block(i + 1, self.partner[i], is_bool)
                self.expressions(i + 1, self.partner[i])
                i = self.partner[i]
            i += 1
        self.changes = [c for c in self.changes
                        if c.what[:2] not in ('==', '!=') or (c.begin, c.end) not in self.asked]
        self.changes = [c for c in self.changes if not any(k in self.skipped for k in (c.at, c.begin))]
        self.changes.sort(key=lambda c: (c.at, c.begin, c.what))

    # ---- Statements

    def block(self, i, end, is_bool):
        while i < end:
            i = self.statement(i, end, is_bool)

    def statement(self, i, end, is_bool):
        text = self.t(i)
        if text in (';', 'else', 'do', 'try'):
            return i + 1
        if text == '[[':
            return self.partner[i] + 1
        if text == '{':
            self.block(i + 1, self.partner[i], is_bool)
            return self.partner[i] + 1
        if text in ('if', 'while', 'for', 'switch', 'catch'):
            return self.controlled(i)
        if text in ('case', 'default'):
            j = i
            while self.t(j) != ':':
                self.skipped.add(j)
                j += 1
            return j + 1
        stop = i
        while self.t(stop) != ';' and stop < end:
            stop = self.partner[stop] if self.t(stop) in OPENERS else stop
            stop += 1
        self.simple(i, stop, is_bool)
        for j in range(i, stop):
            if self.t(j) == '{' and self.kinds[j] == 'block':
                self.block(j + 1, self.partner[j], self.returns_bool(j))
        return stop + 1

    def controlled(self, i):
        word = self.t(i)
        if self.t(i + 1) == 'constexpr':
            self.skipped.update(range(i, self.partner[i + 2] + 1))
            return self.partner[i + 2] + 1
        opener = i + 1
        closer = self.partner[opener]
        begin = opener + 1
        if word == 'for':
            semicolons = [k for k in self.level(begin, closer) if self.t(k) == ';']
            if len(semicolons) == 2 and semicolons[1] > semicolons[0] + 1:
                self.condition(semicolons[0] + 1, semicolons[1], False)
        elif word in ('if', 'while'):
            for k in self.level(begin, closer):
                if self.t(k) == ';':
                    begin = k + 1
            if not any(self.t(k) == '=' for k in self.level(begin, closer)):
                self.condition(begin, closer, word == 'if')
        return closer + 1

    # A condition that is always true and one that never is: whoever notices either notices its negation, so that is no
    # mutant of its own. Nor is == in place of != where it negates all that is asked.
    def condition(self, begin, end, may_be_true):
        self.asked.add((begin, end))
        self.add(begin, end, begin, 'condition false', lambda n, x: f'(!{on(n)} && ({x}))')
        if may_be_true:
            self.add(begin, end, begin, 'condition true', lambda n, x: f'({on(n)} || ({x}))')

    def simple(self, i, stop, is_bool):
        text = self.t(i)
        if text in ('static_assert', 'using') or 'constexpr' in (self.t(i), self.t(i + 1)):
            self.skipped.update(range(i, stop))
            return
        if text == 'ensure':  # It says what is true, and does nothing.
            self.skipped.update(range(i, stop))
            return
        if text == 'return' and stop > i + 1:
            if is_bool:
                self.add(i + 1, stop, i + 1, 'answer negated',
                         lambda n, x: f'(static_cast<bool>({x}) != {on(n)})')
            return
        written = self.text[self.tokens[i].begin:self.tokens[stop - 1].end]
        if text != 'delete' and (text in NOT_AN_EXPRESSION or DECLARATION.match(written)):
            if re.match(r'^(const )?std::(unique_lock|scoped_lock|lock_guard)\b', written) and self.t(stop - 1) == ')':
                lock = next(k for k in range(i, stop) if self.t(k) == '(') - 1
                if 'unique_lock' in written and not written.startswith('const'):
                    name = self.t(lock)
                    self.add(i, stop + 1, i, 'lock given back at once',
                             lambda n, x, name=name: f'{x} if ({on(n)}) {name}.unlock();')
            return
        self.add(i, stop + 1, i, 'left out', lambda n, x: f'{{ if (!{on(n)}) {{ {x} }} }}')

    # ---- Expressions

    def expressions(self, begin, end):
        for i in range(begin, end):
            token = self.tokens[i]
            if token.kind == 'sign':
                self.sign(i)
            elif token.kind == 'number':
                self.constant(i)
            elif token.text in ('true', 'false'):
                other = 'false' if token.text == 'true' else 'true'
                self.replace(i, i + 1, other)
            elif token.text in SWAPPED_NAMES and self.t(i + 1) == '(' and self.t(i - 1) in ('.', '->', '::'):
                self.swapped_name(i)
            elif token.text == 'exchange' and self.t(i - 1) == '::' and self.t(i + 1) == '(':
                self.exchange(i)
            elif self.t(i + 1) == '::' and self.t(i - 1) != '::':
                self.enumerator(i)

    def sign(self, i):
        text = self.t(i)
        if text in RELATIONS and self.is_binary(i):
            function, other = RELATIONS[text]
            begin, end = self.left(i, self.BOUND), self.right(i, self.BOUND)
            self.changes.append(Binary(self, begin, i, end, f'{text} becomes {other}', function))
        elif text in ('&&', '||') and self.is_binary(i):
            self.logical(i)
        elif text == '?' and self.is_binary(i):
            begin = self.left(i, self.BOUND - {'&&', '||'})
            self.condition(begin, i, True)
        elif text == '+' and self.is_binary(i) and not self.is_text(i):
            self.replace_operator(i, '-')
        elif text in ('+=', '-='):
            self.assignment(i, '-=' if text == '+=' else '+=')
        elif text in ('++', '--') and self.t(i - 1) in (';', '{', '}', ')'):
            pass  # Left out as a statement.
        elif text in ('++', '--'):
            self.step(i)

    def is_text(self, i):
        begin, end = self.left(i, self.BOUND), self.right(i, self.BOUND)
        words = [self.tokens[k] for k in range(begin, end)]
        return any(w.kind == 'string' or 'string' in w.text or 'text' in w.text or w.text in ('message', 'words', 'name')
                   for w in words)

    def replace_operator(self, i, other):
        # Only the sign differs; both are compiled.
        bounds = self.BOUND | set(RELATIONS)
        begin, end = self.left(i, bounds), self.right(i, bounds)
        text = self.text[self.tokens[begin].begin:self.tokens[end - 1].end]
        if sum(1 for k in self.level(begin, end) if self.t(k) in ('+', '-') and self.is_binary(k)) != 1:
            return
        left = self.text[self.tokens[begin].begin:self.tokens[i - 1].end]
        right = self.text[self.tokens[i + 1].begin:self.tokens[end - 1].end]
        if '(' in text and ';' in text:
            return
        self.changes.append(Whole(begin, end, i, f'+ becomes {other}',
                                  lambda n, x: f'({on(n)} ? ({left}) {other} ({right}) : ({x}))'))

    def assignment(self, i, other):
        begin = i - 1
        while self.t(begin) in (')', ']'):
            begin = self.partner[begin] - 1
        begin = self.postfix(begin)
        end = self.right(i, {';', ','})
        if self.is_text(i):
            return
        left = self.text[self.tokens[begin].begin:self.tokens[i - 1].end]
        right = self.text[self.tokens[i + 1].begin:self.tokens[end - 1].end]
        self.changes.append(Whole(begin, end, i, f'{self.t(i)} becomes {other}',
                                  lambda n, x: f'({on(n)} ? ({left} {other} {right}) : ({x}))'))

    def step(self, i):
        """A ++ or -- within an expression: without it."""
        if self.tokens[i + 1].kind == 'name' and not self.tokens[i + 1].spaced:
            name = self.t(i + 1)
            if self.t(i + 2) in ('.', '->', '(', '['):
                return
            self.changes.append(Whole(i, i + 2, i, f'{self.t(i)} left out',
                                      lambda n, x: f'({on(n)} ? {name} : ({x}))'))

    def logical(self, i):
        operator = self.t(i)
        bounds = {';', ',', '?', ':', '=', 'return', '||', 'throw'} | ({'&&'} if operator == '&&' else set())
        ranges = [(self.left(i, bounds), i), (i + 1, self.right(i, bounds))]
        for begin, end in ranges:
            if any(c.begin == begin and c.end == end and c.what.endswith('left out') for c in self.changes):
                continue
            if operator == '&&':
                self.add(begin, end, begin, 'operand of && left out', lambda n, x: f'({on(n)} || ({x}))')
            else:
                self.add(begin, end, begin, 'operand of || left out', lambda n, x: f'(!{on(n)} && ({x}))')
            self.asked.add((begin, end))

    def constant(self, i):
        found = re.fullmatch(r'(\d+)([uU]?[lL]*)', self.t(i))
        in_template = (self.t(i - 1) == '<' and not self.is_binary(i - 1)) or \
            (self.t(i + 1) == '>' and not self.is_binary(i + 1))
        if not found or in_template or self.t(i - 1) == '[':
            return
        value = int(found.group(1))
        self.replace(i, i + 1, f'{value + 1}{found.group(2)}')

    def replace(self, begin, end, other):
        written = self.text[self.tokens[begin].begin:self.tokens[end - 1].end]
        self.add(begin, end, begin, f'{written} becomes {other}', lambda n, x: f'({on(n)} ? {other} : {x})')

    def swapped_name(self, i):
        other = SWAPPED_NAMES[self.t(i)]
        closer = self.partner[i + 1]
        if self.t(i) in ('max', 'min') and (self.t(i - 2) != 'std' or self.t(i + 1) != '('):
            return self.extreme(i, closer)
        if self.t(i) in ('front', 'back') and self.t(i - 2) not in ('idle_', 'queue_', 'waiters_', 'free_'):
            return
        if self.t(i) in ('push_back', 'push_front') and self.t(i - 2) not in ('idle_', 'queue_', 'free_', 'granted_'):
            return
        begin = self.postfix(i)
        head = self.text[self.tokens[begin].begin:self.tokens[i].begin]
        arguments = self.text[self.tokens[i + 1].begin:self.tokens[closer].end]
        if any(self.t(k) == '{' for k in range(i, closer)):
            return
        self.changes.append(Whole(begin, closer + 1, i, f'{self.t(i)} becomes {other}',
                                  lambda n, x: f'({on(n)} ? {head}{other}{arguments} : {x})'))

    def extreme(self, i, closer):
        """Instant::max() and Duration::zero() and their like."""
        owner = self.t(i - 2)
        if owner not in ('Instant', 'Duration') or closer != i + 2:
            return
        self.replace(i - 2, closer + 1, f'{owner}{{}}')

    def exchange(self, i):
        closer = self.partner[i + 1]
        comma = next((k for k in self.level(i + 2, closer) if self.t(k) == ','), None)
        if comma is None:
            return
        first = self.text[self.tokens[i + 2].begin:self.tokens[comma - 1].end]
        value = self.text[self.tokens[comma + 1].begin:self.tokens[closer - 1].end]
        if value.startswith(('std::move', '{')) or 'other.' in first:
            return
        self.changes.append(Whole(i - 2, closer + 1, i, 'exchange only reads',
                                  lambda n, x: f'({on(n)} ? {first} : {x})'))

    def enumerator(self, i):
        path = [self.t(i)]
        j = i + 1
        while self.t(j) == '::' and self.tokens[j + 1].kind == 'name':
            path.append(self.t(j + 1))
            j += 2
        if self.t(j) in ('(', '{', '<'):
            return
        names = self.enums.get('::'.join(path[-3:-1])) or self.enums.get(path[-2])
        if not names or path[-1] not in names:
            return
        other = names[(names.index(path[-1]) + 1) % len(names)]
        if other != path[-1]:
            self.replace(i, j, '::'.join(path[:-1] + [other]))

    def add(self, begin, end, at, what, write):
        if begin < end:
            self.changes.append(Change(begin, end, at, what, write))

    # ---- Writing

    def line_of(self, change):
        return self.text.count('\n', 0, self.tokens[change.at].begin) + 1

    def written(self):
        nested = sorted(self.changes, key=lambda c: (c.begin, -c.end, c.number))
        kept = []
        for change in nested:  # What is not nested would be written twice, or cut in two.
            if any(o.begin < change.begin < o.end < change.end for o in kept):
                change.number = 0
                continue
            kept.append(change)
        self.dropped = [c for c in nested if c.number == 0]
        return self.piece(0, len(self.tokens), kept, 0, len(self.text))

    def piece(self, begin, end, changes, from_byte=None, to_byte=None):
        at = self.tokens[begin].begin if from_byte is None else from_byte
        stop = self.tokens[end - 1].end if to_byte is None else to_byte
        out = []
        rest = list(changes)
        while rest:
            change = rest.pop(0)
            inner = []
            while rest and rest[0].begin < change.end:
                inner.append(rest.pop(0))
            out.append(self.text[at:self.tokens[change.begin].begin])
            out.append(change.emit(self, inner))
            at = self.tokens[change.end - 1].end
        out.append(self.text[at:stop])
        return ''.join(out)


def on(number):
    return f'::poolproof::mutants::on({number})'


def emit(change, source, inner):
    return change.write(change.number, source.piece(change.begin, change.end, inner))


Change.emit = emit


class Whole(Change):
    """A change that writes both forms out itself; what lies within is changed in neither of them but the kept one."""


class Binary(Change):
    def __init__(self, source, begin, sign, end, what, function):
        super().__init__(begin, end, sign, what, None)
        self.sign, self.function = sign, function

    def emit(self, source, inner):
        left = source.piece(self.begin, self.sign, [c for c in inner if c.end <= self.sign])
        right = source.piece(self.sign + 1, self.end, [c for c in inner if c.begin > self.sign])
        return f'::poolproof::mutants::{self.function}({self.number}, {left}, {right})'


def enums_in(root, files):
    enums = {}
    for path in files:
        text = re.sub(r'//[^\n]*', '', open(os.path.join(root, path)).read())
        for found in re.finditer(r'enum class (\w+)[^{;]*\{([^}]*)\}', text):
            names = re.findall(r'\b([a-z]\w*)\b', re.sub(r'=[^,]*', '', found.group(2)))
            owners = re.findall(r'(?:struct|class) (?:\[\[\w+\]\] )?(\w+)[^;{]*\{', text[:found.start()])
            enums[found.group(1)] = names
            if owners:
                enums[f'{owners[-1]}::{found.group(1)}'] = names
    if 'Kind' in enums:
        del enums['Kind']  # Which one is not said.
    return enums


def read_sites(root, files):
    enums = enums_in(root, files)
    number = 0
    sources = []
    for path in files:
        source = Source(path, open(os.path.join(root, path)).read(), enums)
        source.find()
        for change in source.changes:
            number += 1
            change.number = number
        sources.append(source)
    return sources


def main():
    options = argparse.ArgumentParser()
    options.add_argument('--root', required=True)
    options.add_argument('--out', required=True)
    options.add_argument('files', nargs='+')
    arguments = options.parse_args()
    rows = []
    for source in read_sites(arguments.root, arguments.files):
        target = os.path.join(arguments.out, 'include/poolproof', source.path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        text = source.written()
        if source.path.endswith('.h'):
            text = text.replace('#pragma once\n', '#pragma once\n#include <poolproof/mutants/schemata/switch.h>\n', 1)
        else:
            text = '#include <poolproof/mutants/schemata/switch.h>\n' + text
        with open(target, 'w') as file:
            file.write(text)
        lines = source.text.split('\n')
        for change in source.changes:
            if change.number:
                line = source.line_of(change)
                rows.append(f'{change.number}\t{source.path}\t{line}\t{change.what}\t{lines[line - 1].strip()}\n')
    with open(os.path.join(arguments.out, 'mutants.tsv'), 'w') as file:
        file.writelines(rows)
    print(f'{len(rows)} mutants in {len(arguments.files)} files')


if __name__ == '__main__':
    main()
