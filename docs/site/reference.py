"""What the comments of a public header say, as a page: each declaration as it stands in the header, and the sentences above it."""
import re
import sys
import textwrap


def page_of(root, header):
    sys.path.insert(0, root + '/cmake/checks/api')
    from declarations import Reader
    with open(f'{root}/{header}', encoding='utf-8') as file:
        text = file.read()
    lines = [f'# {header}', '', about(text), '', f'`#include <poolproof/{header}>`', '']
    bare = []  # Declarations without a word, one below the other.
    for within, head in Reader(text).read():
        code, said = shown(text, head), words_about(text, head)
        heading = heading_of(within, code)
        if bare and (said or heading or bare[0][0] != within):
            lines += block([line for _, line in bare])
            bare = []
        if heading:
            lines += [heading, '']
        if not said and not heading:
            bare.append((within, code))
            continue
        lines += block([code]) + [said, '']
    return '\n'.join(lines + block([line for _, line in bare])) + '\n'


def about(text):
    said = re.match(r'#pragma once\n((?://.*\n)+)', text)
    return as_page(re.sub(r'^// ?', '', said[1], flags=re.MULTILINE)) if said else ''


def as_page(words):
    """Lines that are set in are a program, or what it prints; elsewhere no word is a tag."""
    words = re.sub(r'^  .*|`[^`]*`|<', lambda part: '\\<' if part[0] == '<' else part[0], words, flags=re.MULTILINE)
    return re.sub(r'((?:^  .*\n?)+)', lambda lines: f'\n```cpp\n{textwrap.dedent(lines[1]).rstrip()}\n```\n\n', words, flags=re.MULTILINE)


def shown(text, head):
    """As it stands there, from the column in which it begins."""
    start = text.rindex('\n', 0, head[0].start) + 1
    return textwrap.dedent(text[start:head[-1].end])


def words_about(text, head):
    above = re.search(r'((?:[ ]*///(?!<).*\n)+)[ ]*$', text[:head[0].start])
    beside = re.match(r'[^\n]*?///< ?(.*)((?:\n\s*///< ?.*)*)', text[head[-1].end:])
    words = re.sub(r'^ *///<? ?', '', (above[1] if above else '') + (beside[1] + beside[2] if beside else ''), flags=re.MULTILINE)
    return as_page(words.strip()).strip()


def heading_of(within, code):
    kind = re.match(r'(?:template <.*>\s+)?(?:requires .*\s+)?(class|struct|union|enum class) (?:\[\[nodiscard\]\] )?(\w+)', code)
    return f'{"###" if within else "##"} {within}{kind[2]}' if kind and '(' not in code.split(kind[2])[0] else ''


def block(code):
    return ['```cpp', *code, '```', ''] if code else []
