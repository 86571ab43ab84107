"""Rows as the docker command prints them: `--format` in all its forms, and columns that line up.

A row is a mapping from placeholder to text; a `Layout` says which columns a table has. Called by the verbs that list.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import attrs

from pystackdsl.views.cells import width_of

__all__ = ["Layout", "aligned", "formatted"]

Row = Mapping[str, str]

NARROWEST: Final = 10
"""The least cells of a column, the gap behind it included."""
GAP: Final = 3


@attrs.frozen
class Layout:
    """What is listed: the title of each placeholder, the placeholders of the table, and the name of each in `raw`."""

    titles: Mapping[str, str]
    table: Sequence[str]
    raw: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def template(self) -> str:
        """The template of the table."""
        return "\t".join(f"{{{{.{name}}}}}" for name in self.table)


def formatted(rows: Iterable[Row], layout: Layout, format: str = "", *, quiet: bool = False) -> str:
    """The rows in a format: `table` (or nothing), `table TEMPLATE`, `json`, `raw`, or a template for each row.

    `quiet` prints the IDs alone, where the format is no template. Raises InvalidText for a template that is none.
    """
    from pystackdsl.views.gotemplate import parse, render
    from pystackdsl.views.gotemplate.functions import HEADER_FUNCTIONS

    is_table = format == "" or format.startswith("table")
    text = format.removeprefix("table").strip(" ").replace("\\t", "\t").replace("\\n", "\n")
    if is_table and not text:
        text = layout.template
        if quiet:
            is_table, text = False, "{{.ID}}"
    elif format == "raw" and layout.raw:
        named = {"ID": "id"} if quiet else layout.raw
        text = "".join(f"{title}: {{{{.{name}}}}}\n" for name, title in named.items())
        text = text.removesuffix("\n") if quiet else text
    elif format == "json":
        text = "{{json .}}"
    template = parse(text)
    lines = [render(template, row) for row in rows]
    if not is_table:
        return "".join(f"{line}\n" for line in lines)
    return aligned([render(template, layout.titles, HEADER_FUNCTIONS), *lines])


def aligned(lines: Iterable[str]) -> str:
    """Lines whose cells end with a tab, in columns; what follows the last tab of a line is in no column."""
    cells = [line.split("\t") for text in lines for line in text.split("\n")]
    widths: list[list[int]] = [[0] * (len(line) - 1) for line in cells]
    for column in range(max((len(line) for line in cells), default=0)):
        start = 0
        while start < len(cells):
            end = start
            while end < len(cells) and len(cells[end]) - 1 > column:
                end += 1
            widest = max((width_of(line[column]) + GAP for line in cells[start:end]), default=0)
            for held in widths[start:end]:
                held[column] = max(widest, NARROWEST)
            start = end + 1
    return "".join(
        "".join(cell + " " * (width - width_of(cell)) for cell, width in zip(line, held, strict=False))
        + line[-1]
        + "\n"
        for line, held in zip(cells, widths, strict=True)
    )
