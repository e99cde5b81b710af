"""What can be seen of the pages without running anything: links, paths, languages of blocks, how commands are marked, and
options that the program has."""
import glob
import os
import re

from page import LANGUAGES, OF_COMMANDS, commands_of

ROOMS = 'core|mocks|sim|drivers|subjects|mutants|property_tests|fuzz|bench|examples|docs|script|cmake|packaging'
PROGRAMS = ('poolproof', 'script/poolproof', 'my-pool', 'your-own-pool')
RUN_PARTS = re.compile(r'exit \d+|whole|as-is|--[a-z-]+ \S+')


def findings(pages, tests, help_of):
    """help_of(command) is what `poolproof COMMAND --help` prints, or None; tests are the names of those that there are."""
    by_path = {page.path: page for page in pages}
    for page in pages:
        yield from link_findings(page, by_path)
        yield from path_findings(page)
        for block in page.blocks:
            yield from block_findings(page, block, tests)
        yield from option_findings(page, help_of)
        if page.path == 'docs/command-line.md':
            yield from missing(page, re.findall(r'^ +(--[a-z-]+)', help_of('check'), re.MULTILINE), 'poolproof check has')
        if page.path == 'docs/pool.md':
            yield from missing(page, knobs_of(page.root), 'PoolConfig has')


def link_findings(page, by_path):
    for line, path, anchor in page.links():
        target = path or page.path
        if not os.path.exists(os.path.join(page.root, target)):
            yield f'{page.path}:{line}: the link leads to {target}, which is not there'
        elif anchor and target in by_path and anchor not in by_path[target].anchors:
            yield f'{page.path}:{line}: {target} has no heading #{anchor}'


def path_findings(page):
    for line, span in page.code_spans():
        path = re.fullmatch(rf'(?:{ROOMS})/[\w./*-]+', span.split()[0]) if span.split() else None
        if path and not glob.glob(os.path.join(page.root, path[0].rstrip('.'))):
            yield f'{page.path}:{line}: there is no {path[0]}'


def block_findings(page, block, tests):
    here = f'{page.path}:{block.line}'
    if block.language not in LANGUAGES:
        yield f'{here}: a block of "{block.language}": after ``` stands one of {", ".join(LANGUAGES)}'
    elif block.language == 'text' and any(line.startswith('$ ') for _, line in block.lines):
        yield f'{here}: a block of text has a command: say console'
    elif block.language in OF_COMMANDS:
        kind, _, rest = block.note.partition(': ')
        if kind == 'run by' and rest not in tests:
            yield f'{here}: "run by: {rest}": there is no test of that name'
        elif kind == 'run':
            for part in rest.split('; '):
                if not RUN_PARTS.fullmatch(part):
                    yield f'{here}: "run: {part}": it is whole, as-is, exit N or an option with its value'
        elif block.language == 'yaml' and kind not in ('not run', 'run by'):
            yield f'{here}: a block of yaml is not run: say so with <!-- not run: why --> or <!-- run by: test -->'


def option_findings(page, help_of):
    """Options of the program, wherever it is called or a command of it is named."""
    texts = list(page.code_spans())
    for block in page.blocks:
        if block.language in ('sh', 'console'):
            texts += [(command.line, command.text) for command in commands_of(block)]
    for line, text in texts:
        words = text.split(' -- ')[0].split('#')[0].split()
        words = words[1:] if words and words[0] in PROGRAMS else words
        told = help_of(words[0]) if words and re.fullmatch('[a-z]+', words[0]) else None
        for option in re.findall(r'(?<!\S)--[a-z][a-z-]*', ' '.join(words)) if told else []:
            if not re.search(rf'(?<!\S){option}(?![a-z-])', told):
                yield f'{page.path}:{line}: poolproof {words[0]} has no option {option}'


def knobs_of(root):
    with open(os.path.join(root, 'core/pool/pool_config.h'), encoding='utf-8') as file:
        fields = file.read().partition('struct PoolConfig {')[2]
    return [f'| `{name}` |' for name in re.findall(r'^  (?!static)[\w:]+ (\w+) = ', fields, re.MULTILINE)]


def missing(page, wanted, whose):
    for word in wanted:
        if not re.search(re.escape(word) + r'(?![a-z-])', page.text):
            yield f'{page.path}:1: does not say what {word} is, which {whose}'
