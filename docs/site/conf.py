# How Sphinx makes the site of the pages and of the headers' comments. Run by docs/site/make_site.py, which says where both are.
import os

project = 'poolproof'
version = release = os.environ['POOLPROOF_VERSION']
extensions = ['myst_parser']
source_suffix = {'.md': 'markdown'}
root_doc = 'README'

myst_heading_anchors = 4  # As links name them.

html_theme = 'furo'
html_title = f'poolproof {version}'
html_static_path = ['_static']
html_css_files = ['site.css']
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
pygments_style = 'friendly'
pygments_dark_style = 'monokai'
highlight_language = 'none'
# Sequences that no lexer knows are shown as they are.
suppress_warnings = ['misc.highlighting_failure']
