"""Makes the site: the pages as they are, and a page for each public header, of its comments. Called by script/docs.

    make_site.py --root TREE --into FOLDER      FOLDER/html/index.html is the first page

Exit code 1: something that was warned of, or a link in the site that leads nowhere. Exit code 77: Sphinx or its parts are missing."""
import argparse
import html.parser
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import urllib.parse

import reference

NEEDED = {'sphinx': 'python3-sphinx', 'myst_parser': 'python3-myst-parser', 'furo': 'furo'}
TITLES = {'core/pool': 'The pool', 'core/db': 'Databases', 'core': 'Time and chance', 'drivers': 'Drivers', 'mocks': 'Mocks',
          'sim': 'The simulator'}


def what_is_missing():
    return [package for module, package in NEEDED.items() if importlib.util.find_spec(module) is None]


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def public_headers(root):
    sys.path.insert(0, os.path.join(root, 'cmake/checks/api'))
    import api
    return api.headers_of(root)


def part_of(header):
    return next(part for part in TITLES if header.startswith(part + '/'))


def in_site(text, page, root, headers):
    """A page of the tree as one of the site: what is not in the site is named and not linked; headers have pages."""
    def link(match):
        words, target = match[1], match[2]
        if re.match(r'[a-z]+:|#', target):
            return match[0]
        path = os.path.normpath(os.path.join(os.path.dirname(page), target.partition('#')[0]))
        if path in headers:
            return f'[{words}]({os.path.relpath("api/" + path, os.path.dirname(page))[:-2]}.md)'
        return match[0] if path == 'README.md' or path.startswith('docs/') else words
    text = re.sub(r'(?<!!)\[((?:[^][`]|`[^`]*`)+)\]\(([^)\s]+)\)', link, text)
    return re.sub(r'^(\s*```)(?:console|text|sh)$', r'\1none', text, flags=re.MULTILINE)


def groups_of(overview):
    """The pages of docs/README.md, by the words in bold before them."""
    for title, links in re.findall(r'\*\*(.+?)\*\*: (.*?)(?:\n\n|\Z)', overview, re.DOTALL):
        yield title, [path for path in re.findall(r'\]\(([\w-]+\.md)\)', links)]


def write_pages(root, source, headers):
    overview = read(os.path.join(root, 'docs/README.md'))
    trees = ''
    for title, pages in groups_of(overview):
        trees += tree_of(title, ['docs/' + page for page in pages])
    trees += tree_of('Reference', ['api/' + part.replace('/', '-') + '.md' for part in TITLES])
    for name in os.listdir(os.path.join(root, 'docs')):
        if name.endswith('.md'):
            page = 'docs/' + name
            write(os.path.join(source, page), in_site(read(os.path.join(root, page)), page, root, headers))
        elif name.endswith('.png'):
            shutil.copy(os.path.join(root, 'docs', name), os.path.join(source, 'docs', name))
    first = in_site(read(os.path.join(root, 'README.md')), 'README.md', root, headers)
    write(os.path.join(source, 'README.md'), first + '\n' + trees)
    write(os.path.join(source, 'docs/README.md'), '---\norphan: true\n---\n' + read(os.path.join(source, 'docs/README.md')))


def tree_of(title, pages):
    return f'```{{toctree}}\n:hidden:\n:caption: {title}\n\n' + '\n'.join(pages) + '\n```\n'


def write_reference(root, source, headers):
    for part, title in TITLES.items():
        of_part = [header for header in headers if part_of(header) == part]
        names = '\n'.join(f'- [`{header}`]({header[:-2]}.md)' for header in of_part)
        write(os.path.join(source, 'api', part.replace('/', '-') + '.md'),
              f'# {title}\n\nFrom the comments of the public headers ([which parts are stable](../docs/stability.md)).\n\n{names}\n\n'
              + '```{toctree}\n:hidden:\n\n' + '\n'.join(header[:-2] + '.md' for header in of_part) + '\n```\n')
        for header in of_part:
            write(os.path.join(source, 'api', header[:-2] + '.md'), reference.page_of(root, header))


def run(command, **options):
    """What it prints to standard error, line by line."""
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding='utf-8', **options)
    if done.returncode != 0:
        sys.exit(f'docs: {command[0]} ended with {done.returncode}:\n{done.stderr}')
    return done.stderr.splitlines()


class Links(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.targets, self.anchors = [], set()
        self.feed(read(path))

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ('id', 'name'):
                self.anchors.add(value)
            elif name in ('href', 'src') and value and not re.match(r'[a-z]+:', value):
                self.targets.append(value)


def links_to_nowhere(site):
    pages = {}
    for folder, _, files in os.walk(site):
        for name in files:
            if name.endswith('.html'):
                path = os.path.join(folder, name)
                pages[path] = Links(path)
    for path, links in sorted(pages.items()):
        for target in links.targets:
            file, _, anchor = urllib.parse.unquote(target).partition('#')
            to = os.path.normpath(os.path.join(os.path.dirname(path), file.partition('?')[0])) if file else path
            if not os.path.exists(to) or anchor and to in pages and anchor not in pages[to].anchors:
                yield f'docs: {os.path.relpath(path, site)}: the link {target} leads nowhere'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--root', required=True)
    parser.add_argument('--into', required=True)
    options = parser.parse_args()
    missing = what_is_missing()
    if missing:
        print(f'docs: skipped, for there is no {", ".join(missing)} here; script/docs installs it')
        return 77
    root, into = os.path.abspath(options.root), os.path.abspath(options.into)
    shutil.rmtree(into, ignore_errors=True)
    source, site = os.path.join(into, 'source'), os.path.join(into, 'html')
    headers = public_headers(root)
    shutil.copytree(os.path.join(root, 'docs/site'), source)
    write_pages(root, source, headers)
    write_reference(root, source, headers)
    version = re.search(r'project\(poolproof VERSION ([\d.]+)', read(os.path.join(root, 'CMakeLists.txt')))[1]
    warnings = run([sys.executable, '-m', 'sphinx', '-q', '-E', source, site], env=os.environ | {'POOLPROOF_VERSION': version})
    shutil.copy(os.path.join(site, 'README.html'), os.path.join(site, 'index.html'))
    found = [line for line in warnings if line.strip()] + list(links_to_nowhere(site))
    for line in found:
        print(line.replace(into + '/', ''))
    print(f'docs: {os.path.relpath(site)}/index.html, {len(found) or "no"} findings')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
