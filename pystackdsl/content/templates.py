"""Templates: a jinja2 file and values come in, bytes go out, or findings at the template's own lines.

Called by `source` for configs and secrets with `template=`; importing this imports jinja2.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pystackdsl.content.files import located, read
from pystackdsl.content.item import Item
from pystackdsl.content.sandbox import LARGEST_TEMPLATE, OwnFolder, Sandbox
from pystackdsl.content.settled import Settling, UnsettledError
from pystackdsl.content.template_fault import template_fault

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic

    Found = bytes | tuple[Diagnostic, ...]

__all__ = ["Templates"]

MARKS = "\ufdd0\ufdd1\ufdd2\ufdd3"
"""What begins and ends a value that is not known yet; none may be left in what was rendered."""


class Templates:
    """Renders templates with the names of one stack. What one folder's templates share is compiled once."""

    __slots__ = ("_sandboxes", "_settling")

    def __init__(self, settling: Settling) -> None:
        self._settling = settling
        self._sandboxes: dict[Path, tuple[Sandbox, OwnFolder]] = {}

    def render(self, item: Item, base: Path | None) -> "Found":
        r"""The text that an item's template and values give, as UTF-8; line ends become `\n`.

        A template sees its values, what jinja2 brings (but for what is random) and the templates of its own folder.
        """
        data = read(item, "template", base, limit=LARGEST_TEMPLATE)
        if not isinstance(data, bytes):
            return (data,)
        if len(data) > LARGEST_TEMPLATE:
            summary = f"the template of {item} is too large"
            return (item.fault(summary, "template", expected=f"at most {LARGEST_TEMPLATE:,} bytes"),)
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            return (item.fault(f"the template of {item} is not UTF-8 text, in line {line}", "template"),)
        values, faults = self._values(item)
        return tuple(faults) if faults else self._run(item, located(item, "template", base), text, values)

    def _values(self, item: Item) -> "tuple[dict[str, Any], list[Diagnostic]]":
        values: dict[str, Any] = {}
        faults = []
        for name, value in (item.resource.values or {}).items():
            try:
                values[name] = self._settling.value(value)
            except UnsettledError as error:
                summary = f"the template of {item} needs {error.reason}"
                within = () if item.is_secret else error.within
                faults.append(item.fault(summary, "values", name, *within, help=error.help))
        return values, faults

    def _run(self, item: Item, file: Path, text: str, values: dict[str, Any]) -> "Found":
        sandbox, loader = self._sandbox(file.parent)
        loader.give(file.name, text)
        sandbox.begin(in_secret=item.is_secret)
        try:
            return _joined(item, sandbox.get_template(file.name).generate(values))
        except Exception as error:  # what its values hold may raise anything
            return (template_fault(item, error, loader, values),)

    def _sandbox(self, folder: Path) -> tuple[Sandbox, OwnFolder]:
        if folder not in self._sandboxes:
            loader = OwnFolder(folder)
            self._sandboxes[folder] = Sandbox(loader, self._settling), loader
        return self._sandboxes[folder]


def _joined(item: Item, pieces: Iterable[str]) -> "Found":
    """The pieces as one, unless they come to more than the Engine takes: then the rest is not even made."""
    encoded = []
    size = 0
    for piece in pieces:
        if not piece.isascii() and any(mark in piece for mark in MARKS):
            summary = f"the template of {item} takes the path of a resource, or a variable, apart"
            return (item.fault(summary, "template", help="print it as it is"),)
        encoded.append(piece.encode())
        size += len(encoded[-1])
        if size > item.largest:
            summary = f"the template of {item} comes to more bytes than Docker takes"
            return (item.fault(summary, "template", expected=f"1 to {item.largest:,} bytes", help="split it"),)
    return b"".join(encoded)
