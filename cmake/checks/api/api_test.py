"""Reads small headers, and changes what is declared in a tree of its own: what is said of it must be this and no more.

    api_test.py FOLDER     a folder to make"""
import contextlib
import io
import os
import shutil
import sys

import api
from declarations import declarations_of

FOLDER = sys.argv[1]
failures = []


def expect(what, found, expected):
    if found != expected:
        failures.append(f'{what}:\n  expected {expected}\n  found    {found}')


def reads(text, *expected):
    expect(text, declarations_of(text), list(expected))


reads('// int a();\n#define X 1\nint b(int c = 1); /* d */', 'int b(int c = 1)')
reads('namespace p { namespace detail { int a(); } int b(); }', 'int b()')
reads('class A { int a_; void b(); public: A() : a_{1}, c_(2) { b(); } void d() const; private: int c_; };',
      'class A', 'A:: A()', 'A:: void d() const')
reads('struct A : B<int> { int a = 1; enum class C : char { d, e }; };',
      'struct A : B<int>', 'A:: int a = 1', 'A:: enum class C : char { d, e }')
reads('class [[nodiscard]] A; template <class T> struct B final { class C { int d; }; };',
      'class [[nodiscard]] A', 'template <class T> struct B final', 'B:: class C')
reads('template <class T> requires(!X<T>) int f(T t) noexcept { return T{}; }',
      'template <class T> requires(! X<T>) int f(T t) noexcept')
reads('template <class T> concept C = requires(T t) { t.a(); }; C auto f();',
      'template <class T> concept C = requires(T t) { t . a(); }', 'C auto f()')
reads('std::string a{};\nbool operator==(A, A) = default;', 'std::string a { }', 'bool operator == (A, A) = default')


def write(path, text):
    os.makedirs(os.path.dirname(os.path.join(FOLDER, path)), exist_ok=True)
    with open(os.path.join(FOLDER, path), 'w', encoding='utf-8') as file:
        file.write(text)


def says(what, *arguments):
    out = io.StringIO()
    sys.argv = ['api', '--root', FOLDER, *arguments]
    with contextlib.redirect_stdout(out):
        code = api.main()
    expect(what[0], (code, out.getvalue()), what[1:])


shutil.rmtree(FOLDER, ignore_errors=True)
for folder in api.FOLDERS:
    write(f'{folder}/CMakeLists.txt', 'poolproof_room(x HEADERS\n  a.h SOURCES a.cpp)')
    write(f'{folder}/a.h', '')
for path in api.OF_SIM:
    write(path, '')
write('CMakeLists.txt', 'project(poolproof VERSION 0.1.0)')
write('CHANGELOG.md', '## 0.1.0 (unreleased)\n')
write('packaging/api.txt', 'version 0.1.0\ncore/a.h: int a()\n')
write('core/a.h', 'int a();')
says(('nothing has changed', 0, ''))

write('core/a.h', 'int a(int b);')
says(('a declaration has changed', 1,
      'api: gone: core/a.h: int a()\n'
      '  whoever uses it no longer builds: take it back, or say so in CHANGELOG.md, and run script/api --update\n'
      'api: new: core/a.h: int a(int b)\n'
      '  say so in CHANGELOG.md, and run script/api --update\n'))

write('CHANGELOG.md', '## 0.1.0\n')
says(('the version is released', 1,
      'api: core/a.h: int a()\n  is gone, and 0.1.0 is released: raise the version in CMakeLists.txt first\n'), '--update')
write('CMakeLists.txt', 'project(poolproof VERSION 0.1.1)')
write('CHANGELOG.md', '## 0.1.1\n')
says(('a patch version may not break', 1,
      'api: core/a.h: int a()\n  is gone, and 0.1.1 is released: raise the version in CMakeLists.txt first\n'), '--update')
write('CMakeLists.txt', 'project(poolproof VERSION 0.2.0)')
write('CHANGELOG.md', '## 0.2.0\n')
says(('a minor version may', 0, ''), '--update')
says(('what was written is what is there', 0, ''))

print('\n'.join(failures) or 'api_test: nothing to say')
sys.exit(1 if failures else 0)
