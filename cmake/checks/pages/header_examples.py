"""Compiles the examples in the comments of public headers: what is set in below a line "Example:".

    header_examples.py --root TREE --work FOLDER --compiler C++

They are given `pool`, `database`, `clock` and `client`; one that begins with `class` stands by itself. Exit code 1, with what the compiler
says, when one does not compile."""
import argparse
import os
import re
import subprocess
import sys

BEFORE = '''#include <array>
#include <chrono>
#include <iostream>
#include <poolproof/core/db/observed_database.h>
#include <poolproof/core/db/query_builder.h>
#include <poolproof/core/db/transaction_manager.h>
#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/maintenance.h>
#include <poolproof/core/pool/prometheus.h>
#include <poolproof/core/pool/with_lease.h>
#include <poolproof/drivers/configured_database.h>
#include <poolproof/drivers/open_database.h>
using namespace poolproof;
'''
GIVEN = '[[maybe_unused]] ConnectionPool& pool, [[maybe_unused]] DbClientFactory& database, [[maybe_unused]] SteadyClock& clock, [[maybe_unused]] DbClient& client'


def examples_of(path, text):
    """(line number, lines of the program)"""
    lines = text.split('\n')
    for number, line in enumerate(lines, 1):
        if re.fullmatch(r' *///? Example:', line):
            code = []
            for following in lines[number:]:
                inside = re.fullmatch(r' *///? {2,3}(.*)', following)
                if not inside:
                    break
                code.append(inside[1])
            yield number + 1, code


def program_of(headers, root):
    count, parts = 0, [BEFORE]
    for path in headers:
        with open(os.path.join(root, path), encoding='utf-8') as file:
            for line, code in examples_of(path, file.read()):
                count += 1
                text = f'#line {line} "{path}"\n' + '\n'.join(code)
                stands_alone = code[0].startswith('class ')
                parts.append(text if stands_alone else f'void example_{count}({GIVEN}) {{\n{text}\n}}')
    return count, '\n'.join(parts) + '\n'


def main():
    parser = argparse.ArgumentParser()
    for option in ('--root', '--work', '--compiler'):
        parser.add_argument(option, required=True)
    options = parser.parse_args()
    sys.path.insert(0, os.path.join(options.root, 'cmake/checks/api'))
    import api
    count, program = program_of(api.headers_of(options.root), options.root)
    os.makedirs(options.work, exist_ok=True)
    include = os.path.join(options.work, 'poolproof')
    if not os.path.islink(include):
        os.symlink(options.root, include)
    source = os.path.join(options.work, 'examples.cpp')
    with open(source, 'w', encoding='utf-8') as file:
        file.write(program)
    done = subprocess.run([options.compiler, '-std=c++23', '-fsyntax-only', '-I', options.work, source], capture_output=True, encoding='utf-8')
    print(done.stderr + f'header_examples: {count} examples')
    return 1 if done.returncode != 0 or count == 0 else 0


if __name__ == '__main__':
    sys.exit(main())
