"""A header and a site of its own: what becomes of comments, and what is said of links.

    site_test.py TREE FOLDER     the tree, and a folder to make"""
import os
import shutil
import sys

TREE, FOLDER = sys.argv[1], sys.argv[2]
import make_site
import reference

failures = []


def expect(what, found, expected):
    if found != expected:
        failures.append(f'{what}:\n  expected {expected!r}\n  found    {found!r}')


shutil.rmtree(FOLDER, ignore_errors=True)
os.makedirs(os.path.join(FOLDER, 'cmake/checks'))
os.symlink(os.path.join(TREE, 'cmake/checks/api'), os.path.join(FOLDER, 'cmake/checks/api'))
make_site.write(os.path.join(FOLDER, 'core/a.h'), '''#pragma once
// What lives here.

namespace poolproof {

/// One `thing`.
class A {
 public:
  A();
  ~A();
  /// Says how many T<A> or `T<A>` there are:
  ///   count<A>(1);
  int count(int of) const { return of; }
  int plain = 3;  ///< never 0

 private:
  int hidden_;
};

}  // namespace poolproof
''')
expect('page of a header', reference.page_of(FOLDER, 'core/a.h'), '''# core/a.h

What lives here.


`#include <poolproof/core/a.h>`

## A

```cpp
class A
```

One `thing`.

```cpp
A();
~A();
```

```cpp
int count(int of) const
```

Says how many T\\<A> or `T<A>` there are:

```cpp
count<A>(1);
```

```cpp
int plain = 3;
```

never 0

'''.replace('A();\n~A();', 'A()\n~A()').replace('int plain = 3;', 'int plain = 3'))

page = '[a](../core/a.h) [`b`](../core/b.h#L1) [c](d.md#e) [f](https://g.invalid) ![h](i.png)\n```console\n'
expect('links of a page', make_site.in_site(page, 'docs/x.md', FOLDER, ['core/a.h']),
       '[a](../api/core/a.md) `b` [c](d.md#e) [f](https://g.invalid) ![h](i.png)\n```none\n')

site = os.path.join(FOLDER, 'html')
make_site.write(os.path.join(site, 'a.html'), '<a href="b.html#there"></a><a href="b.html#gone"></a><img src="c.png"><a href="https://d.invalid">')
make_site.write(os.path.join(site, 'b.html'), '<p id="there"><a href="#there"></a>')
expect('links to nowhere', list(make_site.links_to_nowhere(site)),
       ['docs: a.html: the link b.html#gone leads nowhere', 'docs: a.html: the link c.png leads nowhere'])

make_site.NEEDED = {'no_such_module': 'python3-none'}
sys.argv = ['make_site', '--root', FOLDER, '--into', FOLDER]
expect('what is missing', make_site.what_is_missing(), ['python3-none'])
expect('code where it is missing', make_site.main(), 77)

print('\n'.join(failures) or 'site_test: nothing to say')
sys.exit(1 if failures else 0)
