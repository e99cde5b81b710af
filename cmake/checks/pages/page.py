"""A page of README.md or docs/ as its test reads it: fenced blocks with the word that stands before each, headings, links."""
import os
import re
from collections import namedtuple

# What a block may be; in sh each line is a command, in console each that begins with "$ ", the rest is what it prints.
LANGUAGES = ('sh', 'console', 'text', 'cpp', 'cmake', 'toml', 'json', 'yaml')
OF_COMMANDS = ('sh', 'console', 'yaml')

Block = namedtuple('Block', 'line language note lines')  # note: the comment right before it, or ''
Command = namedtuple('Command', 'line text shown')  # shown: what the page says that it prints


class Page:
    def __init__(self, root, path):
        self.root, self.path = root, path
        self.blocks, self.prose = [], []  # prose: (line number, text), what is not in a block
        self.anchors = set()
        with open(os.path.join(root, path), encoding='utf-8') as file:
            self.text = file.read()
        self.read(self.text.split('\n'))

    def read(self, lines):
        block, note = None, ''
        for number, line in enumerate(lines, 1):
            fence = re.match(r'\s*```(.*)', line)
            if fence and block is None:
                block = Block(number, fence[1].strip(), note, [])
            elif fence:
                self.blocks.append(block)
                block, note = None, ''
            elif block is not None:
                block.lines.append((number, line))
            else:
                comment = re.fullmatch(r'\s*<!-- (.*) -->\s*', line)
                note = comment[1] if comment else note if not line.strip() else ''
                self.prose.append((number, line))
                self.read_heading(line)

    def read_heading(self, line):
        heading = re.match(r'#+ +(.*)', line)
        if heading:
            text = re.sub(r'\[([^]]*)\]\([^)]*\)', r'\1', heading[1])
            self.anchors.add(re.sub(r'[^\w\- ]', '', text.strip().lower()).replace(' ', '-'))

    def code_spans(self):
        for number, line in self.prose:
            for span in re.findall(r'`([^`]+)`', line):
                yield number, span

    def links(self):
        """Those that lead to a file: (line number, path from the root or None for this page, anchor or None)."""
        for number, line in self.prose:
            for target in re.findall(r'\]\(([^)\s]+)\)', re.sub(r'`[^`]*`', '', line)):
                if not re.match(r'[a-z]+:', target):
                    yield number, *resolve(self.path, target)


def resolve(page_path, target):
    path, _, anchor = target.partition('#')
    return os.path.normpath(os.path.join(os.path.dirname(page_path), path)) if path else None, anchor or None


def commands_of(block):
    """The commands of an sh or console block; a backslash at a line's end goes on with the next one."""
    commands, continued = [], False
    for number, line in block.lines:
        is_command = line.strip() != '' if block.language == 'sh' else line.startswith('$ ')
        text = line[2:] if block.language == 'console' and is_command else line
        if continued:
            commands[-1] = commands[-1]._replace(text=commands[-1].text + ' ' + line.strip().rstrip('\\'))
        elif is_command:
            commands.append(Command(number, text.strip().rstrip('\\'), []))
        elif commands and line.strip():
            commands[-1].shown.append(line)
        continued = line.endswith('\\') and (is_command or continued)
    return commands


def pages_of(root):
    paths = ['README.md', 'packaging/README.md']
    if os.path.isdir(os.path.join(root, 'docs')):
        paths += sorted('docs/' + name for name in os.listdir(os.path.join(root, 'docs')) if name.endswith('.md'))
    return [Page(root, path) for path in paths if os.path.exists(os.path.join(root, path))]
