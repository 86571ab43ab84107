"""The names of a stack's resources, known once the stack is complete, and the texts that wait for them.

A resource's key is found by identity. A text may hold the *path token* of a secret or config (`secret.path`), which
becomes a file name here, and variables left open, which become `${…}`.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pystackdsl.model.variable import CLOSE, OPEN

if TYPE_CHECKING:
    from pystackdsl.model.value import Resource

__all__ = [
    "ESCAPED",
    "KEEP_UNICODE",
    "KINDS",
    "PATH_CLOSE",
    "PATH_OPEN",
    "Names",
    "holds_escaped",
    "path_token",
    "path_tokens",
]

KINDS: Final = ("services", "networks", "volumes", "secrets", "configs")
"""The kinds of resource, as Compose calls them, in Compose order."""

PATH_OPEN: Final = "\ufdd2"
PATH_CLOSE: Final = "\ufdd3"


def path_token(resource: "Resource") -> str:
    """The text that stands for the file of a secret or config inside a container."""
    return f"{PATH_OPEN}{resource.token}{PATH_CLOSE}"


def path_tokens(text: str) -> list[str]:
    """The tokens of the resources whose paths a text holds."""
    return _path_pattern().findall(text) if PATH_OPEN in text else []


@cache
def _path_pattern() -> re.Pattern[str]:
    return re.compile(f"{PATH_OPEN}([0-9a-f]*){PATH_CLOSE}")


def holds_escaped(text: str) -> bool:
    """Whether a text holds a path token or an open value that something has escaped, as `json.dumps` does with what is
    not ASCII: neither can be put in place any more.
    """
    return "\\u" in text and re.search(ESCAPED, text) is not None


ESCAPED: Final = r"\\u[Ff][Dd][Dd](?:2[0-9a-f]+\\+u[Ff][Dd][Dd]3|0[A-Za-z_].*?\\+u[Ff][Dd][Dd]1)"
"""The pattern of what `holds_escaped` finds."""

KEEP_UNICODE: Final = (
    "keep what is not ASCII as it is: json.dumps(…, ensure_ascii=False), yaml.safe_dump(…, allow_unicode=True)"
)
"""The cure for what `holds_escaped` finds."""


class Names:
    """Resource → key and path token → path, for the resources of one stack; and how relative paths are written.

    `schema` is the minor version of the Compose schema that is written for. `rebase` turns a path relative to the
    stack's folder into one relative to where the text will lie.
    """

    __slots__ = ("_files", "_keys", "rebase", "schema")

    def __init__(
        self,
        resources: Mapping[str, Mapping[str, Any]],
        *,
        schema: int = 13,
        rebase: Callable[[str], str] | None = None,
    ) -> None:
        self._keys = {id(resource): key for held in resources.values() for key, resource in held.items()}
        self._files: dict[str, str] = {}
        for kind, folder in (("secrets", "/run/secrets/"), ("configs", "/")):
            for key, resource in resources.get(kind, {}).items():
                self._files[resource.token] = folder + key
        self.schema = schema
        self.rebase = rebase

    def add(self, resource: object, key: str) -> None:
        """Name one more resource."""
        self._keys[id(resource)] = key

    def key(self, resource: object) -> str:
        """The key that holds `resource`. Raises KeyError when the stack does not hold it."""
        return self._keys[id(resource)]

    def holds(self, resource: object) -> bool:
        """Whether the stack holds `resource`, by identity."""
        return id(resource) in self._keys

    def path(self, token: str) -> str | None:
        """The file that a path token stands for, or None when the stack does not hold its resource."""
        return self._files.get(token)

    def local(self, path: str) -> str:
        """A path of the stack's folder as it is written in the text."""
        return self.rebase(path) if self.rebase is not None else path

    def plain(self, text: str) -> str:
        """A text with its path tokens replaced; variables stay tokens and `$` stays single."""
        if text.isascii() or PATH_OPEN not in text:
            return text
        return _path_pattern().sub(lambda match: self._files[match[1]], text)

    def comparable(self, text: str) -> str:
        """A text with the path tokens of held resources replaced, and others left."""
        return (
            _path_pattern().sub(lambda match: self._files.get(match[1], match[0]), text) if PATH_OPEN in text else text
        )

    def text(self, text: str) -> str:
        """A text as Compose spells it: `$` doubled, variables as `${…}`, path tokens as paths."""
        if text.isascii():
            return text.replace("$", "$$") if "$" in text else text
        first, *others = self.plain(text).split(OPEN)
        spelled = [first.replace("$", "$$")]
        for part in others:
            inner, _, rest = part.partition(CLOSE)  # Docker takes the inside literally, `$` too
            spelled.append(f"${{{inner}}}{rest.replace('$', '$$')}")
        return "".join(spelled)
