"""Compares what the installed headers declare with packaging/api.txt: script/api [--update]

What is covered is said in docs/stability.md. Exit code 1, with a line for each declaration that is new or gone. --update writes the
file anew; it refuses what takes a declaration away from a version that is released."""
import argparse
import os
import re
import sys

from declarations import declarations_of

# Installed, since templates and inline functions need them, but nobody's business.
INSIDE = re.compile('core/(backoff|futex|parker|spin_mutex|db/(aggregate|client_call|insert_parts|query_parts|statement_writer)|pool/('
                    'caller|guarded|guarded_pool|intrusive_list|lazy|pause|pending_events|pool_core|pool_sessions|pool_state|'
                    r'pooled_connection|run_together|slot|waiter))\.h')
# Of the simulator, what a subject and its program are written with.
OF_SIM = ['sim/cli/run.h', 'sim/judge/capabilities.h', 'sim/subject/environment.h']
FOLDERS = ['core', 'drivers', 'drivers/postgres', 'drivers/sqlite', 'mocks']


def headers_of(root):
    found = list(OF_SIM)
    for folder in FOLDERS:
        with open(os.path.join(root, folder, 'CMakeLists.txt'), encoding='utf-8') as file:
            room = re.search(r'poolproof_room\(\w+\s+.*?\bHEADERS\s+(.*?)(?:SOURCES|TESTS|USES|\))', file.read(), re.DOTALL)
        found += [f'{folder}/{name}' for name in room[1].split()]
    return [path for path in sorted(found) if not INSIDE.fullmatch(path)]


def declared(root):
    lines = []
    for path in headers_of(root):
        with open(os.path.join(root, path), encoding='utf-8') as file:
            lines += [f'{path}: {declaration}' for declaration in declarations_of(file.read())]
    return lines


def version_of(root):
    with open(os.path.join(root, 'CMakeLists.txt'), encoding='utf-8') as file:
        version = re.search(r'project\(poolproof VERSION ([\d.]+)', file.read())[1]
    with open(os.path.join(root, 'CHANGELOG.md'), encoding='utf-8') as file:
        return version, re.search(rf'^## {re.escape(version)} \(unreleased\)', file.read(), re.MULTILINE) is None


def part_that_breaks(version):
    """Before 1.0 each minor version may break what the last one had."""
    parts = version.split('.')
    return parts[:2] if parts[0] == '0' else parts[:1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--update', action='store_true')
    parser.add_argument('--root', default=os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))))
    options = parser.parse_args()
    snapshot = os.path.join(options.root, 'packaging/api.txt')
    with open(snapshot, encoding='utf-8') as file:
        first, *kept = file.read().splitlines()
    kept_version = first.removeprefix('version ')
    version, is_released = version_of(options.root)
    now = declared(options.root)
    gone, new = [line for line in kept if line not in now], [line for line in now if line not in kept]

    may_break = not is_released or part_that_breaks(version) != part_that_breaks(kept_version)
    if options.update:
        if gone and not may_break:
            print(f'api: {gone[0]}\n  is gone, and {version} is released: raise the version in CMakeLists.txt first')
            return 1
        with open(snapshot, 'w', encoding='utf-8') as file:
            file.write('\n'.join([f'version {version}'] + now) + '\n')
        return 0
    advice = 'say so in CHANGELOG.md, and run script/api --update'
    for line in gone:
        raised = '' if may_break else 'raise the version in CMakeLists.txt, '
        print(f'api: gone: {line}\n  whoever uses it no longer builds: take it back, or {raised}{advice}')
    for line in new:
        print(f'api: new: {line}\n  {advice}')
    return 1 if gone or new else 0


if __name__ == '__main__':
    sys.exit(main())
