"""The public declarations of a header, each as one line: no comments, no bodies of functions, nothing private. It knows as much
of C++ as this project's headers use; what it cannot read it would print oddly, but the same each time."""
import re

TOKEN = re.compile(r'''
    //[^\n]*|/\*.*?\*/                        # comments
  | \#(?:[^\n\\]|\\.)*                        # preprocessor lines
  | R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"      # literals
  | "(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+'
  | \d[\w']*(?:\.\d\w*)? | \w+
  | ::|->\*?|<=>|<<=|[-+*/%&|^=!<>]=|&&|\|\||\+\+|--|<<|\.\.\.
  | \S''', re.VERBOSE | re.DOTALL)
CLASS = re.compile(r'^(?:template .*> )?(?:typedef )?(class|struct|union) ')


class Token(str):
    """With its place in the text."""
    start = end = 0


def tokens_of(text):
    tokens = []
    for match in TOKEN.finditer(text):
        if not match[0].startswith(('//', '/*', '#')):
            tokens.append(Token(match[0]))
            tokens[-1].start, tokens[-1].end = match.span()
    return tokens


def joined(tokens):
    """With the spaces that people write, as far as comparing needs any."""
    text = ' '.join(tokens)
    text = re.sub(r' ?(::|\.\.\.) ?', r'\1', text)
    text = re.sub(r' ([,;)\]>&*])', r'\1', text)
    text = re.sub(r'([(\[<~]) ', r'\1', text)
    text = re.sub(r'(\w|>) ([(<]|\[(?!\[))', r'\1\2', text)
    return re.sub(r'\btemplate<', 'template <', text).strip()


class Reader:
    def __init__(self, text):
        self.tokens = tokens_of(text)
        self.place = 0
        self.declarations = []  # (class within which, tokens)

    def read(self):
        self.scope('', is_shown=True, is_class=False)
        return self.declarations

    def scope(self, within, is_shown, is_class):
        """Up to the brace that ends it; `within` is "Class::" or nothing, for namespaces are not said but `detail`."""
        is_reachable, head = is_shown, []
        is_shown = is_reachable and not is_class
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            self.place += 1
            if token == '}':
                return
            if token == ':' and is_class and head[-1:] in (['public'], ['protected'], ['private']):
                is_shown = is_reachable and head != ['private']
                head = []
            elif token == ';':
                self.emit(within, head, is_shown)
                head = []
            elif token == '(':
                head += ['('] + self.until(')')
            elif token == '{':
                head = self.brace(within, head, is_shown)
            else:
                head.append(token)

    def brace(self, within, head, is_shown):
        """A brace that opens: of a namespace, a class, a body or a value. What is left of the declaration's beginning."""
        text = joined(head)
        kind = CLASS.match(text)
        if not head or head[0] in ('namespace', 'inline') and 'namespace' in head[:2] or head[:2] == ['extern', '"C"']:
            self.scope(within, is_shown and 'detail' not in head, is_class=False)
            return []
        if kind and '=' not in text[kind.end():] and not re.search(r'\w\(', re.sub(r'(alignas|requires)\s?\(', '', text)):
            self.emit(within, head, is_shown)
            name = re.match(r'[\w:]+', text[kind.end():].replace('[[nodiscard]]', '').strip())
            self.scope(f'{within}{name[0]}::' if name else within, is_shown, is_class=kind[1] == 'class')
            return []
        content = self.until('}')
        following = self.tokens[self.place:self.place + 1]
        if 'enum' in head[:1] or self.is_value(head) or following in ([','], ['{']):
            return head + ['{'] + content  # Up to the semicolon, or on with a constructor's members.
        self.emit(within, head, is_shown)
        return []

    @staticmethod
    def is_value(head):
        return head[-1:] == ['='] or 'concept' in head or head[-1:] == ['requires'] or '(' not in head

    def until(self, end):
        """The tokens up to the one that closes, with it, past all that is opened between."""
        begin, depth = self.place, 1
        opening = {')': '(', '}': '{'}[end]
        while depth > 0 and self.place < len(self.tokens):
            depth += {opening: 1, end: -1}.get(self.tokens[self.place], 0)
            self.place += 1
        return self.tokens[begin:self.place]

    def emit(self, within, head, is_shown):
        head = without_initialisers(head)
        if is_shown and head and not (head[0] == 'using' and head[1] == 'namespace') and head[0] != 'static_assert':
            self.declarations.append((within, head))


def without_initialisers(head):
    """A constructor without what follows its colon."""
    depth = 0
    for index, token in enumerate(head):
        depth += {'(': 1, ')': -1}.get(token, 0)
        if token == ':' and depth == 0 and ')' in head[:index] and '?' not in head:
            return head[:index]
    return head


def declarations_of(text):
    return [f'{within} {joined(head)}'.strip() for within, head in Reader(text).read()]
