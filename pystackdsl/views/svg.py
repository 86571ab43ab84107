"""An SVG page that is written piece by piece: shapes and texts come in, the text of a file goes out.

It has one style sheet, light and dark after the reader's own scheme, and every text in it is escaped here. Called by
the views that draw pictures.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["Page", "escaped"]

MARGIN: Final = 28

# The colours of networks, for light and for dark grounds; each reads on its ground at 4.5 to 1 or better.
_LIGHT: Final = ("#2563a8", "#a3470f", "#1b7340", "#8c3fa8", "#b3261e", "#0b7280", "#7a5c00", "#5a5f6b")
_DARK: Final = ("#6cb0f5", "#f0a060", "#66c98c", "#d19ae8", "#f28b82", "#5cc7d6", "#d9b84a", "#aab2c0")

_ICONS: Final = {
    "port": '<path d="M1 7h9m-3-3 3 3-3 3"/><path d="M12 2v10"/>',
    "volume": '<ellipse cx="7" cy="3.2" rx="5" ry="2"/><path d="M2 3.2v7.6c0 1.1 2.2 2 5 2s5-.9 5-2V3.2"/>',
    "path": '<path d="M1.5 3h4l1.3 1.6h5.7V12h-11z"/>',
    "memory": '<rect x="3" y="3" width="8" height="8" rx="1"/><path d="M5 1v2m4-2v2M5 11v2m4-2v2"/>',
    "secret": '<circle cx="4" cy="9.5" r="2.6"/><path d="m6 7.6 5.5-5.5m-2 2 2 2"/>',
    "config": '<path d="M3 1.5h5.5L11 4v8.5H3z"/><path d="M5 6h4M5 8.2h4m-4 2.2h2.5"/>',
    "placement": '<path d="M7 13s4-4.4 4-7.4a4 4 0 0 0-8 0C3 8.6 7 13 7 13z"/><circle cx="7" cy="5.6" r="1"/>',
}


def escaped(text: str) -> str:
    """A text as it may stand in an element or in an attribute."""
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        text = text.replace(char, entity)
    return text


def _scheme(ground: str, card: str, edge: str, text: str, faint: str, accent: str, nets: tuple[str, ...]) -> str:
    rules = [
        f".ground{{fill:{ground}}}",
        f"text{{fill:{text}}}",
        f".faint{{fill:{faint}}}",
        f".card rect.card{{fill:{card};stroke:{edge}}}",
        f".frame{{fill:none;stroke:{edge}}}",
        f".net{{fill:{card}}}",
        f".badge{{fill:{edge}}}",
        f".icon{{stroke:{faint}}}",
        f".icon.port{{stroke:{accent}}}",
        f"text.port{{fill:{accent}}}",
        f".bar.running,.bar.complete{{fill:{nets[2]}}}.bar.waiting{{fill:{nets[6]}}}.bar.failed{{fill:{nets[4]}}}",
        f".failed rect.card{{stroke:{nets[4]}}}",
        *(f".n{at} .net,.link.n{at}{{stroke:{colour}}}.n{at} .name{{fill:{colour}}}" for at, colour in enumerate(nets)),
    ]
    return "".join(rules)


_STYLE: Final = (
    "text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}"
    ".small{font-size:11px}.name{font-size:14px;font-weight:600}.title{font-size:18px;font-weight:700}"
    ".middle{text-anchor:middle}.end{text-anchor:end}.port{font-weight:600}"
    ".icon,.link{fill:none;stroke-width:1.3;stroke-linecap:round;stroke-linejoin:round}"
    ".link{stroke-width:1.8;stroke-opacity:.75}.frame{stroke-dasharray:5 4}.net{stroke-width:1.8}"
    + _scheme("#ffffff", "#f6f8fa", "#c9d1d9", "#1f2328", "#59636e", "#0a58b5", _LIGHT)
    + "@media (prefers-color-scheme:dark){"
    + _scheme("#0d1117", "#161b22", "#3d444d", "#e6edf3", "#9198a1", "#79b8ff", _DARK)
    + "}"
)


class Page:
    """A page being drawn. It grows as far as what is drawn reaches."""

    def __init__(self, title: str, description: str) -> None:
        self.title = title
        self.description = description
        self.width = self.height = 0.0
        self._parts: list[str] = []
        self._x = self._y = 0.0
        self._icons: set[str] = set()

    def text(self) -> str:
        """The whole file."""
        width, height = (_number(size + 2 * MARGIN) for size in (self.width, self.height))
        icons = "".join(
            f'<symbol id="{kind}" viewBox="0 0 14 14">{_ICONS[kind]}</symbol>' for kind in sorted(self._icons)
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            'role="img" aria-labelledby="title description">\n'
            f'<title id="title">{escaped(self.title)}</title>\n'
            f'<desc id="description">{escaped(self.description)}</desc>\n'
            f"<style>{_STYLE}</style>\n<defs>{''.join(icons)}</defs>\n"
            f'<rect class="ground" width="{width}" height="{height}"/>\n' + "\n".join(self._parts) + "\n</svg>\n"
        )

    def heading(self, title: str, below: str) -> float:
        """Write a title and a line below it; tell where the page goes on."""
        self.write(0, 16, title, "title")
        self.write(0, 38, below, "faint")
        return 66

    @contextmanager
    def moved(self, x: float, y: float) -> Iterator[None]:
        """What is drawn meanwhile starts from there."""
        self._x, self._y = self._x + x, self._y + y
        yield
        self._x, self._y = self._x - x, self._y - y

    @contextmanager
    def group(self, style: str, label: str) -> Iterator[None]:
        """What is drawn meanwhile belongs together, under a name that is read out."""
        self._parts.append(f'<g class="{style}" role="group" aria-label="{escaped(label)}">')
        yield
        self._parts.append("</g>")

    def reach(self, x: float, y: float) -> None:
        """Make the page so large at least."""
        self.width, self.height = max(self.width, self._x + x), max(self.height, self._y + y)

    def rectangle(self, x: float, y: float, width: float, height: float, style: str, *, radius: float) -> None:
        """Draw a rectangle with round corners."""
        left, top = self._at(x, y)
        self._parts.append(
            f'<rect class="{style}" x="{left}" y="{top}" width="{_number(width)}" height="{_number(height)}" '
            f'rx="{_number(radius)}"/>'
        )
        self.reach(x + width, y + height)

    def write(self, x: float, y: float, text: str, style: str, *, full: str = "", hint: str = "") -> None:
        """Write a line of text; `full`, what it says without cuts, is shown to who points at it, after the `hint`."""
        left, top = self._at(x, y)
        said = f"{hint}: {full}" if hint and full else full
        tip = f"<title>{escaped(said)}</title>" if full and (full != text or hint) else ""
        self._parts.append(f'<text class="{style}" x="{left}" y="{top}">{tip}{escaped(text)}</text>')

    def badge(self, right: float, y: float, text: str) -> None:
        """Write a few characters on a small plate that ends at `right`."""
        from pystackdsl.views.cells import width_of

        width = width_of(text) * 6.6 + 12
        self.rectangle(right - width, y, width, 17, "badge", radius=8.5)
        self.write(right - width / 2, y + 12.5, text, "small middle")

    def icon(self, kind: str, x: float, y: float) -> None:
        """Draw the sign of a kind of thing."""
        left, top = self._at(x, y)
        self._icons.add(kind)
        self._parts.append(f'<use class="icon {kind}" href="#{kind}" x="{left}" y="{top}" width="14" height="14"/>')

    def link(self, start: tuple[float, float, float], end: tuple[float, float, float], colour: str) -> None:
        """Draw a line from (x, edge of its column, y) to (edge of its column, x, y)."""
        (x1, out, y1), (into, x2, y2) = start, end
        bend = (out + into) / 2
        points = [self._at(x, y) for x, y in ((x1, y1), (out, y1), (bend, y1), (bend, y2), (into, y2), (x2, y2))]
        a, b, c, d, e, f = (f"{x} {y}" for x, y in points)
        self._parts.append(f'<path class="link {colour}" d="M{a}L{b}C{c} {d} {e}L{f}"/>')

    def _at(self, x: float, y: float) -> tuple[str, str]:
        return _number(self._x + x + MARGIN), _number(self._y + y + MARGIN)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
