"""Writes the report of results into a folder: index.html, report.md and the raw results."""
import os

from pages import html_page, markdown_page
from results import BadInput, raw_of
from sections import build
from shown import in_order, styles


def headline(results):
    machine = results.context.get("machine", {})
    where = machine.get("processor") or "an unknown processor"
    cores = results.context.get("num_cpus") or machine.get("cores")
    return (f"{results.repetitions()} repetitions on {where} with {cores} cores, {results.context.get('compiler', '')}, "
            f"{results.context.get('build_type', '')}. Compare within a plot or a column only.")


def write(folder, results, documents=None):
    """Errors: BadInput when the folder cannot be written."""
    sections = build(results)
    kinds, look = results.kinds(), styles(results)
    legend = [(name, look[name], kinds[name][1]) for name in in_order(results, kinds)
              if kinds[name][0] != "language"]
    first = headline(results)
    files = {"index.html": html_page(sections, legend, first), "report.md": markdown_page(sections, first)}
    if documents is not None:
        files["raw.json"] = raw_of(documents)
    try:
        os.makedirs(folder, exist_ok=True)
        for name, text in files.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise BadInput(f"{folder}: cannot be written: {error.strerror}") from error
