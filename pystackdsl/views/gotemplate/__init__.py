"""Go templates as the Docker CLI takes them under `--format`: a template and rows come in, text goes out.

fault       what can be wrong, and the bounds of time and size
lexer       text to tokens
literals    numbers and texts as Go writes them
syntax      tokens to a tree
printf      Go's way to print values
functions   what a template may call
evaluation  a tree and a row to text
"""

from collections.abc import Mapping
from contextlib import suppress

from pystackdsl.diagnostics import InvalidText
from pystackdsl.views.gojson import Row
from pystackdsl.views.gotemplate.evaluation import Evaluation
from pystackdsl.views.gotemplate.functions import FUNCTIONS, HEADER_FUNCTIONS
from pystackdsl.views.gotemplate.syntax import parsed

__all__ = ["Row", "Template"]


class Template:
    """A template that has been read. Raises InvalidText, with the place, for what is none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._nodes = parsed(text, FUNCTIONS)

    def row(self, row: Row) -> str:
        """What is printed for one row. Raises InvalidText."""
        work = Evaluation(self.text, row, FUNCTIONS)
        work.run(self._nodes, row)
        return "".join(work.out)

    def heading(self, names: Mapping[str, str]) -> str:
        """What is printed above a table whose columns are headed so, up to the first part that makes no sense there."""
        work = Evaluation(self.text, names, HEADER_FUNCTIONS)
        with suppress(InvalidText):
            work.run(self._nodes, names)
        return "".join(work.out)
