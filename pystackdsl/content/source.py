"""Where the content of a secret or config comes from: one of file, content and template goes in, bytes come out.

`content_of` is for one resource; `Contents` serves all those of a stack, for `compose.assets` and for what sends
content to an engine. Nothing here raises, or holds in a frame that raises, what is in a secret.
"""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pystackdsl.content.files import located, read
from pystackdsl.content.item import Item
from pystackdsl.content.settled import Settling, UnsettledError
from pystackdsl.model.names import ESCAPED, Names
from pystackdsl.model.secret import Config, Secret

if TYPE_CHECKING:
    from pystackdsl.content.templates import Templates
    from pystackdsl.diagnostics import Diagnostic

    Found = bytes | tuple[Diagnostic, ...]

__all__ = ["Contents", "content_of"]

SOURCES = ("file", "content", "template")


def content_of(resource: Secret | Config, base: Path | None, *, names: Names | None = None) -> bytes:
    """The content of a secret or config, as an engine gets it.

    `base` is the folder that relative paths start from, None the working folder; `names` those of the stack, needed
    for content that holds the path of a secret or config. Raises InvalidStack, with a finding for each fault: no
    source or several, a file that cannot be read, a fault in a template, a variable left open, and a size that the
    Engine refuses (a secret has 1 to 511,999 bytes, a config 1 to 1,023,999).
    """
    found = Contents(base, names).of(resource)
    if isinstance(found, bytes):
        return found
    from pystackdsl.diagnostics import InvalidStack

    raise InvalidStack(found)


class Contents:
    """Reads the content of the resources of one stack. A template that serves several is compiled once."""

    __slots__ = ("_base", "_settling", "_templates", "names")

    def __init__(self, base: Path | None, names: Names | None) -> None:
        self._base = base
        self._settling = Settling(names)
        self._templates: Templates | None = None
        self.names = names

    def of(self, resource: Secret | Config) -> "Found":
        """The content of a resource, or the findings that say why there is none."""
        item = Item.of(resource, self.names)
        said = [source for source in SOURCES if getattr(resource, source) is not None]
        fault = _source_fault(item, said)
        if fault is not None:
            return (fault,)
        found = self._read(item, said[0])
        fault = item.size_fault(len(found), said[0]) if isinstance(found, bytes) else None
        return (fault,) if fault is not None else found

    def _read(self, item: Item, source: str) -> "Found":
        if source == "content":
            return self._inline(item)
        if source == "template":
            return self._rendered(item)
        found = read(item, "file", self._base, limit=item.largest)
        if isinstance(found, bytes) and len(found) > item.largest:
            size = located(item, "file", self._base).stat().st_size
            found = item.size_fault(max(size, len(found)), "file") or found
        return found if isinstance(found, bytes) else (found,)

    def _inline(self, item: Item) -> "Found":
        content = item.resource.content
        if isinstance(content, bytes):
            return content if not _token().search(content) else (_token_in_bytes(item),)
        try:
            return self._settling.text(content).encode() if content is not None else b""
        except UnsettledError as error:
            return (item.fault(f"the content of {item} needs {error.reason}", "content", help=error.help),)
        except UnicodeEncodeError:
            return (_not_utf8(item),)

    def _rendered(self, item: Item) -> "Found":
        if self._templates is None:
            from pystackdsl.content.templates import Templates

            self._templates = Templates(self._settling)
        return self._templates.render(item, self._base)


def _source_fault(item: Item, said: list[str]) -> "Diagnostic | None":
    resource = item.resource
    if resource.external is True:
        return item.fault(f"{item} is external: what is in it is known to the swarm alone", "external")
    if isinstance(resource, Secret) and resource.driver is not None:
        return item.fault(f"{item} gets its content from the driver {resource.driver}", "driver")
    if not said:
        return item.fault(
            f"{item} has no content",
            expected="where it comes from",
            help="say one of file=, content= and template=, or external=True",
            yaml="write  file:, or  external: true",
        )
    if len(said) > 1:
        return item.fault(f"{item} has {' and '.join(said)}", said[1], expected="one of them", help="leave one out")
    return None


def _token_in_bytes(item: Item) -> "Diagnostic":
    return item.fault(
        f"the content of {item} is bytes with the path of a resource, or a variable, that is not known yet",
        "content",
        help="give the content as text: it is made complete together with the stack",
    )


def _not_utf8(item: Item) -> "Diagnostic":
    return item.fault(
        f"the content of {item} has half a character (a lone surrogate), which UTF-8 cannot spell",
        "content",
        help="give the content as bytes",
    )


@cache
def _token() -> re.Pattern[bytes]:
    """A path token or an open variable, encoded or escaped before it could be settled."""
    path, variable = "\ufdd2[0-9a-f]+\ufdd3", "\ufdd0[A-Za-z_][^\ufdd1]*\ufdd1"
    return re.compile(f"{path}|{variable}|{ESCAPED}".encode())
