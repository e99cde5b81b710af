"""Holds README.md, docs/*.md and packaging/README.md to what they say: runs each command that they show, and looks that each
link, heading, path and option of the program that they name is there.

    check_pages.py --root TREE --work FOLDER --poolproof PROGRAM --your-own-pool PROGRAM [--compiler C++ --as-is] [--whole]

How a block of commands (```sh, or ```console with what is printed) says how it is run, in a comment before it:

    nothing                        each command, in a folder that looks like a clone; it must end with 0, and print what
                                   the block shows ("..." leaves out; speed and counts of schedules are not compared)
    <!-- run: exit 1 -->           it ends with 1
    <!-- run: --time 1s -->        with this value of an option that it has; then what it prints is not compared
    <!-- run: as-is -->            only where code as it is can be run
    <!-- run: whole -->            only without sanitizers, where tests may take minutes
    <!-- run by: NAME -->          the test NAME runs it, or one like it
    <!-- not run: WHY -->          nothing does

Parts of a `run` are separated by "; ". TOKEN, DIR and STEP are filled in, `my-pool` is examples/your_own_pool.cpp, and /opt/poolproof
is a folder of the test's own. Exit code 1, with a line for each finding, when something is not as it is said."""
import argparse
import os
import re
import subprocess
import sys

import claims
from page import pages_of
from runs import Runner


def names_of_tests(root):
    names = set()
    for folder, below, files in os.walk(root):
        below[:] = [name for name in below if not name.startswith('.') and name != 'build']
        for file in files:
            if file == 'CMakeLists.txt':
                with open(os.path.join(folder, file), encoding='utf-8') as text:
                    names |= set(re.findall(r'(?:NAME|poolproof_\w+)[ (](?:\w+ )?([a-z][\w.-]+)', text.read()))
    return names


def help_from(program):
    known = {}
    commands = subprocess.run([program, '--help'], capture_output=True, encoding='utf-8', check=True).stdout

    def help_of(command):
        if not re.search(rf'^  {command} ', commands, re.MULTILINE):
            return None
        if command not in known:
            known[command] = subprocess.run([program, command, '--help'], capture_output=True, encoding='utf-8').stdout
        return known[command]
    return help_of


def compiled(compiler, root, work):
    program = os.path.join(work, 'dining-philosophers')
    source = os.path.join(root, 'sim/as_is/programs/dining_philosophers.cpp')
    subprocess.run([compiler, '-std=c++20', '-g', source, '-pthread', '-o', program], check=True)
    return program


def main():
    parser = argparse.ArgumentParser()
    for option in ('--root', '--work', '--poolproof', '--your-own-pool'):
        parser.add_argument(option, required=True)
    parser.add_argument('--compiler')
    parser.add_argument('--as-is', action='store_true')
    parser.add_argument('--whole', action='store_true')
    parser.add_argument('--page', help='this one alone')
    options = parser.parse_args()

    os.makedirs(options.work, exist_ok=True)
    programs = {'poolproof': options.poolproof, 'your-own-pool': options.your_own_pool, 'my-pool': options.your_own_pool}
    if options.as_is:
        programs['dining-philosophers'] = compiled(options.compiler, options.root, options.work)
    pages = pages_of(options.root)
    found = list(claims.findings(pages, names_of_tests(options.root), help_from(options.poolproof)))
    runner = Runner(options.root, options.work, programs, options.whole, options.as_is)
    for page in pages:
        if options.page in (None, page.path):
            found += runner.findings(page)
    for finding in found:
        print(finding)
    print(f'pages: {len(pages)} pages, {runner.run_count} commands run, {len(found) or "no"} findings')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
