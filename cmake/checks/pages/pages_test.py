"""Plants a mistake of each kind in a page of its own, and expects the sentence that names it, and no other.

    pages_test.py FOLDER     a folder to make"""
import os
import shutil
import sys

import claims
import header_examples
import runs
from page import Page

FOLDER = sys.argv[1]
HELP = {'check': '  --time DURATION\n  --seed S\n'}
failures = []


def page_of(text, path='README.md'):
    with open(os.path.join(FOLDER, path), 'w', encoding='utf-8') as file:
        file.write(text)
    return Page(FOLDER, path)


def expect(what, found, *expected):
    found = list(found)
    if found != list(expected):
        failures.append(f'{what}:\n  expected {list(expected)}\n  found    {found}')


def claim(what, text, *expected, path='README.md'):
    expect(what, claims.findings([page_of(text, path)], {'known'}, HELP.get), *expected)


def run(what, text, *expected, is_whole=False, has_as_is=False):
    runner = runs.Runner(FOLDER, os.path.join(FOLDER, 'work'), {'poolproof': '/bin/echo'}, is_whole, has_as_is)
    expect(what, runner.findings(page_of(text)), *expected)


shutil.rmtree(FOLDER, ignore_errors=True)
for folder in ('script', 'docs', 'core/pool'):
    os.makedirs(os.path.join(FOLDER, folder))

claim('link to nowhere', 'a [page](docs/none.md)', 'README.md:1: the link leads to docs/none.md, which is not there')
claim('heading that is not there', '# A `b`, c\n[x](#a-b-c)\n[y](#a-b)', 'README.md:3: README.md has no heading #a-b')
claim('path that is not there', 'see `core/none.h`', 'README.md:1: there is no core/none.h')
claim('path that is there, code that is no path', '`script/` and `a/b` and [x](https://nowhere.invalid)')
claim('block without a language', '```\npoolproof\n```',
      'README.md:1: a block of "": after ``` stands one of sh, console, text, cpp, cmake, toml, json, yaml')
claim('command in text', '```text\n$ poolproof\n```', 'README.md:1: a block of text has a command: say console')
claim('test that is not there', '<!-- run by: none -->\n```sh\na\n```',
      'README.md:2: "run by: none": there is no test of that name')
claim('test that is there', '<!-- run by: known -->\n```sh\na\n```')
claim('unknown word', '<!-- run: fast -->\n```sh\na\n```',
      'README.md:2: "run: fast": it is whole, as-is, exit N or an option with its value')
claim('yaml', '```yaml\na: b\n```',
      'README.md:1: a block of yaml is not run: say so with <!-- not run: why --> or <!-- run by: test -->')
claim('unknown option in prose', '`poolproof check --tiem 1s`, `check --seed 1`', 'README.md:1: poolproof check has no option --tiem')
claim('unknown option of a program', '```sh\npoolproof check --colour\n```', 'README.md:2: poolproof check has no option --colour')
claim("another program's option", '`poolproof check --seed 1 -- make --jobs 2`')

claim('options that are not told of', '`--seed`', 'docs/command-line.md:1: does not say what --time is, which poolproof check has',
      path='docs/command-line.md')
with open(os.path.join(FOLDER, 'core/pool/pool_config.h'), 'w', encoding='utf-8') as header:
    header.write('struct PoolConfig {\n  std::size_t min_size = 2;\n  Duration a_time = x();\n  static constexpr int a = 1;\n};\n')
claim('knobs that are not told of', '| `min_size` | a_time', 'docs/pool.md:1: does not say what | `a_time` | is, which PoolConfig has',
      path='docs/pool.md')

run('exit code', '```sh\ntrue\nfalse # never\n```', 'README.md:3: false # never\n  ended with 1 instead of 0:\n    ')
run('exit code that is meant', '<!-- run: exit 3 -->\n```sh\nexit 3\n```')
run('what it says', '```sh\necho so >&2; exit 2\n```',
    'README.md:2: echo so >&2; exit 2\n  ended with 2 instead of 0:\n    so')
run('output', '```console\n$ poolproof a 12/s\na 13/s\n```')
run('output with a gap', '```console\n$ poolproof ab cd\n...\na... cd\n```')
run('output that is not printed', '```console\n$ poolproof a\nb\n```', 'README.md:2: poolproof a\n  does not print: b')
run('script/poolproof is what was built', '```sh\n[ "$(script/poolproof x)" = x ]\n```')
run('shortened', '<!-- run: --time 1s -->\n```console\n$ poolproof --time 2h | grep 1s\nnot compared\n```')
run('not run', '<!-- not run: it fails -->\n```sh\nfalse\n```')
run('run by', '<!-- run by: known -->\n```sh\nfalse\n```')
run('whole', '<!-- run: whole -->\n```sh\nfalse\n```')
run('whole, where all is run', '<!-- run: whole -->\n```sh\nfalse\n```',
    'README.md:3: false\n  ended with 1 instead of 0:\n    ', is_whole=True)
run('as it is', '<!-- run: as-is -->\n```sh\nfalse\n```')
run('placeholder', '```sh\n[ DIR = written ]\n```')
run('continued', '```sh\necho a \\\n  b | grep "a b"\n```')
run('folder of an install', '```sh\nmkdir -p /opt/poolproof/a && ls opt/poolproof/a\n```')

expect('example in a comment', header_examples.examples_of('a.h', '/// One.\n/// Example:\n///   a();\n///     b();\n/// Not c.\n//   d();\n'),
       (3, ['a();', '  b();']))
expect('example at the top', header_examples.examples_of('a.h', '// Example:\n//   a();\n\n//   b();\n'), (2, ['a();']))

print('\n'.join(failures) or 'pages_test: nothing to say')
sys.exit(1 if failures else 0)
