"""Plots as SVG, drawn for one width in pixels each, so that their words stay readable on a narrow screen."""
import html
import math
from dataclasses import dataclass

LEFT, RIGHT, TOP, BOTTOM = 58, 20, 10, 42


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True)
class Series:
    name: str
    style: str  # the class that gives it its colour
    points: tuple


@dataclass(frozen=True)
class Axis:
    label: str
    low: float
    high: float
    ticks: tuple = ()  # none: powers of ten
    is_linear: bool = False

    def share(self, value):
        value = min(max(value, self.low), self.high)
        if self.is_linear:
            return (value - self.low) / (self.high - self.low)
        return (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))

    def marks(self):
        if self.ticks:
            return list(self.ticks)
        first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
        return [10.0**power for power in range(first, last + 1)]


def short(number):
    """A number in three digits: 1.25k, 0.042, 7M."""
    if number == 0:
        return "0"
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(number) >= limit * 0.9995:
            return _three_digits(number / limit) + letter
    return _three_digits(number)


def _three_digits(number):
    digits = max(0, 2 - math.floor(math.log10(abs(number)))) if number else 0
    text = f"{number:.{min(digits, 6)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def axis(label, values, ticks=()):
    """A logarithmic axis with room for all `values` above 0."""
    positive = [value for value in values if value > 0] or [1.0]
    low, high = min(positive), max(positive)
    if not ticks:
        low, high = 10 ** math.floor(math.log10(low)), 10 ** math.ceil(math.log10(high) + 1e-9)
    if low == high:
        low, high = low / 1.5, high * 1.5
    return Axis(label, low, high, tuple(ticks))


def from_0_to_1(label):
    return Axis(label, 0.0, 1.0, (0.0, 0.25, 0.5, 0.75, 1.0), is_linear=True)


def lines(title, series, x_axis, y_axis, width):
    """One line for each series, with whiskers from the lower to the upper quartile."""
    height = 360 if width > 500 else 320
    to_x = lambda value: LEFT + x_axis.share(value) * (width - LEFT - RIGHT)
    to_y = lambda value: height - BOTTOM - y_axis.share(value) * (height - TOP - BOTTOM)
    parts = _frame(title, x_axis, y_axis, width, height, to_x, to_y)
    for one in series:
        parts.append(f'<g class="series {one.style}" data-name="{html.escape(one.name)}">')
        path = " ".join(f"{to_x(p.x):.1f},{to_y(p.y):.1f}" for p in one.points)
        parts.append(f'<polyline points="{path}"/>')
        for p in one.points:
            words = html.escape(f"{one.name}: {short(p.y)} ({short(p.low)} to {short(p.high)})")
            x = f"{to_x(p.x):.1f}"
            parts.append(f'<line x1="{x}" x2="{x}" y1="{to_y(p.low):.1f}" y2="{to_y(p.high):.1f}"/>')
            parts.append(f'<circle cx="{x}" cy="{to_y(p.y):.1f}" r="3.5"><title>{words}</title></circle>')
        parts.append("</g>")
    return "\n".join(parts + ["</svg>"])


def strips(title, rows, x_axis, width):
    """One row for each contender: a bar through its numbers, each a dot. rows: (name, style, [(word, x)])."""
    left = 150 if width > 500 else 118
    height = TOP + BOTTOM + 24 * len(rows)
    to_x = lambda value: left + x_axis.share(value) * (width - left - RIGHT)
    parts = _open(title, width, height)
    parts += _vertical_grid(x_axis, height, to_x, (left, width))
    for index, (name, style, marks) in enumerate(rows):
        y = TOP + 24 * index + 12
        parts.append(f'<g class="series {style}" data-name="{html.escape(name)}">')
        parts.append(f'<text class="name" x="{left - 8}" y="{y + 4}">{html.escape(name)}</text>')
        places = [to_x(x) for _, x in marks]
        parts.append(f'<line class="bar" x1="{min(places):.1f}" x2="{max(places):.1f}" y1="{y}" y2="{y}"/>')
        for order, ((word, x), place) in enumerate(zip(marks, places)):
            words = html.escape(f"{name}: {word} {short(x)}")
            parts.append(f'<circle class="dot{order}" cx="{place:.1f}" cy="{y}" r="{5 - order if order < 3 else 2.5}">'
                         f"<title>{words}</title></circle>")
        parts.append("</g>")
    return "\n".join(parts + ["</svg>"])


def _open(title, width, height):
    words = html.escape(title)
    return [f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{words}">']


def _vertical_grid(x_axis, height, to_x, span):
    parts = []
    for mark in x_axis.marks():
        x = f"{to_x(mark):.1f}"
        parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{TOP}" y2="{height - BOTTOM}"/>')
        parts.append(f'<text class="tick middle" x="{x}" y="{height - BOTTOM + 16}">{short(mark)}</text>')
    middle = (span[0] + span[1]) / 2
    parts.append(f'<text class="label middle" x="{middle:.1f}" y="{height - 8}">{html.escape(x_axis.label)}</text>')
    return parts


def _frame(title, x_axis, y_axis, width, height, to_x, to_y):
    parts = _open(title, width, height) + _vertical_grid(x_axis, height, to_x, (LEFT, width))
    for mark in y_axis.marks():
        y = f"{to_y(mark):.1f}"
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{width - RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text class="tick end" x="{LEFT - 6}" y="{float(y) + 4:.1f}">{short(mark)}</text>')
    middle = (height - BOTTOM) / 2
    parts.append(f'<text class="label middle" transform="translate(13 {middle:.0f}) rotate(-90)">'
                 f"{html.escape(y_axis.label)}</text>")
    return parts
