"""Runs the commands of a page, in a folder that looks like a clone of the tree, with the programs that were built."""
import os
import re
import shutil
import subprocess

from page import commands_of

# Words that stand for something that a reader has, and what they are here. STEP is one that the schedule of TOKEN has.
PLACEHOLDERS = {'TOKEN': 'found/failure.token', 'DIR': 'written', 'STEP': '13'}
# Of history.jsonl.
TEN_CONNECTIONS = 'name = "ten"\n[pool]\nmax_size = 10\n[[clients]]\ncount = 3\nsteps = ["acquire 1s", "release"]\n'
LONGEST = 120  # seconds; of a command in a block that is run whole, 1200
# Speed is the machine's; how many schedules there are hangs on each step that a pool takes.
WITHOUT_FIGURES = re.compile(r'[\d,.]+/s|[\d,]+ (?=schedules|interleavings)|\s+')


class Runner:
    """programs: name -> path of what is built. In a build that is not `whole`, blocks that take minutes are left out, and
    those of code as it is where it cannot run."""

    def __init__(self, root, work, programs, is_whole, has_as_is):
        self.root, self.work, self.programs = root, work, programs
        self.is_whole, self.has_as_is = is_whole, has_as_is
        self.run_count = 0

    def findings(self, page):
        blocks = [(block, self.parts_of(block)) for block in page.blocks if self.is_run(block)]
        if not blocks:
            return
        folder = os.path.join(self.work, page.path.replace('/', '-').removesuffix('.md'))
        self.make_clone(folder)
        self.make_what_is_meant(folder, ' '.join(command.text for block, _ in blocks for command in commands_of(block)))
        for block, parts in blocks:
            for command in commands_of(block):
                yield from self.run(page, command, parts, folder)

    @staticmethod
    def parts_of(block):
        kind, _, rest = block.note.partition(': ')
        return rest.split('; ') if kind == 'run' else []

    def is_run(self, block):
        parts = self.parts_of(block)
        if block.language not in ('sh', 'console') or block.note.startswith(('not run: ', 'run by: ')):
            return False
        return (self.is_whole or 'whole' not in parts) and (self.has_as_is or 'as-is' not in parts)

    def run(self, page, command, parts, folder):
        self.run_count += 1
        text = shortened(command.text, parts)
        expected = next((int(part[5:]) for part in parts if part.startswith('exit ')), 0)
        done = self.bash(in_place(text, folder), folder, 1200 if 'whole' in parts else LONGEST)
        if done.returncode != expected:
            yield (f'{page.path}:{command.line}: {text}\n  ended with {done.returncode} instead of {expected}:\n'
                   + indented(done.stdout[-2000:] + done.stderr[-2000:]))
        elif text == command.text:
            missing = first_missing(command.shown, done.stdout)
            if missing:
                yield f'{page.path}:{command.line}: {text}\n  does not print: {missing}'

    def bash(self, text, folder, longest):
        path = os.path.join(folder, '.bin') + ':' + os.environ['PATH']
        try:
            return subprocess.run(['bash', '-c', text], cwd=folder, env=os.environ | {'PATH': path}, timeout=longest,
                                  stdin=subprocess.DEVNULL, capture_output=True, encoding='utf-8', errors='replace')
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(text, 'a time limit', '', f'not done after {longest} s\n')

    def make_clone(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        for made in ('.bin', 'script', 'build'):
            os.makedirs(os.path.join(folder, made))
        for name in os.listdir(self.root):
            if not name.startswith('.') and name not in ('script', 'build'):
                os.symlink(os.path.join(self.root, name), os.path.join(folder, name))
        for name in os.listdir(os.path.join(self.root, 'script')):
            if name != 'poolproof':
                os.symlink(os.path.join(self.root, 'script', name), os.path.join(folder, 'script', name))
        for name, program in self.programs.items():
            write_caller(os.path.join(folder, '.bin', name), name, program)
        write_caller(os.path.join(folder, 'script/poolproof'), 'script/poolproof', self.programs['poolproof'])

    def make_what_is_meant(self, folder, commands):
        """What a reader has who calls these commands."""
        if 'TOKEN' in commands:
            self.bash('poolproof check lossy --scenario timeout-races-hand-off --report found', folder, LONGEST)
        if 'history.jsonl' in commands:
            with open(os.path.join(folder, 'ten.toml'), 'w', encoding='utf-8') as file:
                file.write(TEN_CONNECTIONS)
            self.bash('poolproof check reference --scenario ten.toml --schedules 1 --history history.jsonl', folder, LONGEST)
        if './dining-philosophers' in commands and self.has_as_is:
            shutil.copy(self.programs['dining-philosophers'], folder)


def write_caller(path, name, program):
    with open(path, 'w', encoding='utf-8') as file:
        file.write(f'#!/bin/bash\nexec -a {name} {program} "$@"\n')
    os.chmod(path, 0o755)


def shortened(text, parts):
    """With the options' values that the mark has, in place of those that the command has."""
    for part in parts:
        if part.startswith('--'):
            option = part.split()[0]
            text = re.sub(rf'{option} \S+', part, text)
    return text


def in_place(text, folder):
    """Placeholders filled in, and what would be installed on the machine put into the folder."""
    for word, meaning in PLACEHOLDERS.items():
        text = re.sub(rf'\b{word}\b', meaning, text)
    return text.replace('/opt/poolproof', folder + '/opt/poolproof')


def first_missing(shown, printed):
    """The first line of the page that is not printed after those before it. Speed, counts of schedules and spaces may differ; "..." leaves out."""
    lines = [WITHOUT_FIGURES.sub('', line) for line in printed.split('\n')]
    place = 0
    for line in shown:
        wanted = [re.escape(WITHOUT_FIGURES.sub('', part)) for part in line.split('...')]
        pattern = re.compile('.*'.join(wanted))
        while place < len(lines) and not pattern.fullmatch(lines[place]):
            place += 1
        if line.strip() != '...' and place == len(lines):
            return line.strip()
    return None


def indented(text):
    return '\n'.join('    ' + line for line in text.rstrip('\n').split('\n'))
