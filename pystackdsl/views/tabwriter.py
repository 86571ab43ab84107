"""Text with tabs in it, laid out in columns as the Docker CLI does with Go's tabwriter. Called by `tables`.

A column is a run of lines that all have a cell there which a tab ends; it is as wide as its widest cell.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from pystackdsl.swarm.state import width

__all__ = ["aligned"]

NARROWEST: Final = 10
"""Characters of a column, at least."""
PADDING: Final = 3
"""Blanks after the widest cell."""
LARGEST: Final = 1 << 24
"""Characters of a whole table. A few odd lines could ask for more than any machine has."""


def aligned(text: str) -> str:
    """The text with its cells padded; the last cell of a line is left as it is.

    Raises ValueError where that would be too much text.
    """
    pages = text.replace("\v", "\t").split("\f")
    return "\n".join(_page([line.split("\t") for line in page.split("\n")]) for page in pages)


def _page(lines: Sequence[Sequence[str]]) -> str:
    columns: list[list[int]] = [[] for _ in lines]
    inside = [index for index, cells in enumerate(lines) if len(cells) > 1]
    column = total = 0
    while inside:
        for run in _runs(inside):
            widest = max(NARROWEST, *(width(lines[index][column]) + PADDING for index in run))
            total += widest * len(run)
            for index in run:
                columns[index].append(widest)
        column += 1
        inside = [index for index in inside if len(lines[index]) > column + 1]
        if total > LARGEST:
            raise ValueError("the table becomes too large")
    return "\n".join(
        "".join([*(cell + " " * (wide - width(cell)) for cell, wide in zip(cells, widths, strict=False)), cells[-1]])
        for cells, widths in zip(lines, columns, strict=True)
    )


def _runs(indexes: Sequence[int]) -> Iterator[Sequence[int]]:
    """Neighbouring numbers, together."""
    start = 0
    for position in range(1, len(indexes) + 1):
        if position == len(indexes) or indexes[position] != indexes[position - 1] + 1:
            yield indexes[start:position]
            start = position
