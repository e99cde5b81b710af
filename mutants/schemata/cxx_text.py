#!/usr/bin/env python3
"""C++ of this project's style as tokens, brackets and blocks. It is no compiler: it relies on clang-format's spaces
around binary operators."""
import re
import sys

TOKEN = re.compile(r'''
    (?P<space>\s+|//[^\n]*|/\*.*?\*/|\#(?:[^\n\\]|\\.|\\\n)*)
  | (?P<string>(?:u8|[uUL])?R"(?P<mark>[^()\s]*)\(.*?\)(?P=mark)"|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<number>\.?\d(?:[\w.']|[eEpP][+-])*)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<sign>\.\.\.|->\*|<=>|<<=|>>=|\[\[|\]\]|::|->|\+\+|--|<<|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[{}()\[\];:,.<>=!~?+\-*/%&|^])
''', re.X | re.S)

OPENERS = {'(': ')', '[': ']', '{': '}', '[[': ']]'}

class Token:
    __slots__ = ('kind', 'text', 'begin', 'end', 'spaced')

    def __init__(self, kind, text, begin, end, spaced):
        self.kind, self.text, self.begin, self.end, self.spaced = kind, text, begin, end, spaced


class Text:
    """One file."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        self.tokens = []
        self.read()
        self.match()
        self.find_blocks()

    def read(self):
        at = 0
        spaced = True
        square = []  # brackets that are open
        while at < len(self.text):
            found = TOKEN.match(self.text, at)
            if not found:
                sys.exit(f'{self.path}: cannot be read at {self.text[at:at + 20]!r}')
            if found.lastgroup == 'space' or found.group('space'):
                spaced = True
            else:
                kind = next(k for k in ('string', 'number', 'name', 'sign') if found.group(k))
                text = found.group(kind)
                if text == ']]' and square and square[-1] == '[':
                    text = ']'
                if text in ('[', '[['):
                    square.append(text)
                elif text in (']', ']]') and square:
                    square.pop()
                self.tokens.append(Token(kind, text, at, at + len(text), spaced))
                spaced = False
                at += len(text)
                continue
            at = found.end()

    def match(self):
        self.partner = {}
        stack = []
        for i, token in enumerate(self.tokens):
            if token.text in OPENERS:
                stack.append(i)
            elif token.text in OPENERS.values() and stack:
                if OPENERS[self.tokens[stack[-1]].text] != token.text:
                    sys.exit(f'{self.path}: brackets do not match at {token.begin}')
                opener = stack.pop()
                self.partner[opener], self.partner[i] = i, opener
        if stack:
            sys.exit(f'{self.path}: a bracket is not closed at {self.tokens[stack[-1]].begin}')

    def t(self, i):
        return self.tokens[i].text if 0 <= i < len(self.tokens) else ''

    def is_binary(self, i):
        return self.tokens[i].spaced and i + 1 < len(self.tokens) and self.tokens[i + 1].spaced

    # ---- Which braces are blocks of statements

    def find_blocks(self):
        self.kinds = {}
        around = []
        for i in range(len(self.tokens)):
            if self.t(i) in OPENERS:
                if self.t(i) == '{':
                    self.kinds[i] = self.kind_of(i, around[-1] if around else None)
                around.append(i)
            elif self.t(i) in OPENERS.values():
                around.pop()

    def header(self, brace):
        """The tokens before a brace, back to the statement or scope that it begins in."""
        i = brace - 1
        while i >= 0 and self.t(i) not in (';', '{', '}'):
            i = self.partner[i] - 1 if self.t(i) in (')', ']', ']]') and i in self.partner else i - 1
        return i + 1

    def kind_of(self, brace, around):
        before = self.t(brace - 1)
        if before in (';', '{', '}', 'else', 'do', 'try'):
            return 'block' if around is not None and self.kinds.get(around) == 'block' else 'other'
        words = [self.t(i) for i in range(self.header(brace), brace)]
        if words and words[0] == 'template':
            words = words[1:]
        if before == ')':
            opener = self.partner[brace - 1]
            if self.t(opener - 1) == 'requires':
                return 'other'
            return 'block'
        if before == 'requires':
            return 'other'
        if 'enum' in words:
            return 'other'
        if 'namespace' in words or (any(w in ('class', 'struct', 'union') for w in words) and ')' not in words):
            return 'scope'
        if before in (']', 'const', 'noexcept', 'override', 'mutable', ']]'):
            return 'block'
        if '->' in words and ')' in words[:words.index('->')] and '=' not in words[words.index('->'):]:
            return 'block'
        if any(w in ('class', 'struct', 'union') for w in words) and words[0] in ('class', 'struct', 'union'):
            return 'scope'
        return 'other'

    def returns_bool(self, brace):
        words = [self.t(i) for i in range(self.header(brace), brace)]
        return 'bool' in words[:words.index('(')] if '(' in words else False

    def level(self, begin, end):
        """Indices of the tokens that are inside no bracket that begins there."""
        i = begin
        while i < end:
            yield i
            i = self.partner[i] + 1 if self.t(i) in OPENERS and i in self.partner else i + 1

    # ---- Where an expression begins and ends

    BOUND = {';', ',', '?', ':', '=', '+=', '-=', 'return', '&&', '||', 'throw'}

    def is_bound(self, i, bounds):
        return self.t(i) in bounds and (self.t(i) not in ('<', '>') or self.is_binary(i))

    def left(self, i, bounds):
        j = i - 1
        while j >= 0:
            text = self.t(j)
            if self.is_bound(j, bounds) or text in OPENERS:
                break
            if text in (')', ']', '}', ']]') and j in self.partner:
                if text == '}' and self.kinds.get(self.partner[j]) == 'block':
                    break
                j = self.partner[j]
            j -= 1
        return j + 1

    def postfix(self, i):
        """Where the a.b(c)->d begins whose last name is i."""
        while self.t(i - 1) in ('.', '->', '::'):
            i -= 2
            while self.t(i) in (')', ']', ']]'):
                i = self.partner[i] - 1
                if self.t(i) == '>':
                    while self.t(i) != '<':
                        i -= 1
                    i -= 1
        return i

    def right(self, i, bounds):
        j = i + 1
        while j < len(self.tokens):
            text = self.t(j)
            if self.is_bound(j, bounds) or text in (')', ']', '}', ']]'):
                break
            j = self.partner[j] + 1 if text in OPENERS else j + 1
        return j
