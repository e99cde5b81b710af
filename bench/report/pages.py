"""The report as one HTML file without network, and as Markdown."""
import html
import os

WIDE, NARROW = 660, 350


def _read(name):
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as file:
        return file.read()


def html_page(sections, legend, headline):
    """legend: [(name, style, sentence)]."""
    parts = [_read("page_head.html").replace("/*STYLE*/", _read("page.css"))]
    parts.append(f"<header><h1>Benchmarks of poolproof</h1><p>{html.escape(headline)}</p>")
    links = (f'<a href="#{one.name}">{html.escape(one.title)}</a>' for one in sections)
    parts.append(f"<nav>{' '.join(links)}</nav></header>")
    if any(one.charts for one in sections):
        parts.append(_legend(legend))
    parts.append("<main>")
    parts += [_section(one) for one in sections]
    parts.append(f"</main><script>{_read('page.js')}</script></body></html>\n")
    return "\n".join(parts)


def _legend(legend):
    boxes = [f'<label class="{style}" title="{html.escape(about)}"><input type="checkbox" checked '
             f'value="{html.escape(name)}"><i></i>{html.escape(name)}</label>' for name, style, about in legend]
    return ('<fieldset id="legend"><legend>Shown in the plots</legend>' + "".join(boxes)
            + '<button type="button" id="all">all</button> <button type="button" id="few">only ours</button></fieldset>')


def _section(section):
    parts = [f'<section id="{section.name}"><h2>{html.escape(section.title)}</h2>']
    parts += [f"<p>{html.escape(sentence)}</p>" for sentence in section.sentences]
    if section.charts:
        parts.append('<div class="charts">')
    for chart in section.charts:
        parts.append(f'<figure><div class="wide">{chart(WIDE)}</div><div class="narrow">{chart(NARROW)}</div></figure>')
    if section.charts:
        parts.append("</div>")
    parts += [_table(one) for one in section.tables]
    return "\n".join(parts + ["</section>"])


def _table(table):
    head = "".join(f"<th>{html.escape(word)}</th>" for word in table.head)
    rows = []
    for row in table.rows:
        cells = "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row[1:])
        rows.append(f"<tr><th>{html.escape(str(row[0]))}</th>{cells}</tr>")
    caption = f"<caption>{html.escape(table.caption)}</caption>" if table.caption else ""
    return (f'<div class="table"><table>{caption}<thead><tr>{head}</tr></thead><tbody>' + "\n".join(rows)
            + "</tbody></table></div>")


def markdown_page(sections, headline):
    parts = ["# Benchmarks of poolproof", headline]
    for section in sections:
        parts.append(f"## {section.title}")
        parts += section.sentences
        for table in section.tables:
            if table.caption:
                parts.append(f"**{table.caption}**")
            parts.append(_markdown_table(table))
    return "\n\n".join(parts) + "\n"


def _markdown_table(table):
    def line(cells):
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    aligned = ["---"] + ["---:"] * (len(table.head) - 1)
    return "\n".join([line(table.head), line(aligned)] + [line(row) for row in table.rows])
