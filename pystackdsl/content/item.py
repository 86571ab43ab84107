"""A secret or config under its key, as findings about its content speak of it.

Made by `source`, `files` and `compose.assets`; what is said about a secret never shows what is in it.
"""

from typing import TYPE_CHECKING

from pystackdsl.model.names import Names
from pystackdsl.model.secret import Config, Secret

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic, Place, Severity

__all__ = ["LARGEST_CONFIG", "LARGEST_SECRET", "Item"]

LARGEST_SECRET = 511_999
"""The most bytes a secret may have; the Engine refuses more, and none at all."""

LARGEST_CONFIG = 1_023_999
"""The most bytes a config may have; the Engine refuses more, and none at all."""


class Item:
    """One secret or config; `key` is None where its stack is not known."""

    __slots__ = ("key", "resource")

    def __init__(self, resource: Secret | Config, key: str | None) -> None:
        self.resource = resource
        self.key = key

    @classmethod
    def of(cls, resource: Secret | Config, names: Names | None) -> "Item":
        """The resource under the key that `names` has for it."""
        return cls(resource, names.key(resource) if names is not None and names.holds(resource) else None)

    @property
    def is_secret(self) -> bool:
        """Whether the content must never be shown."""
        return isinstance(self.resource, Secret)

    @property
    def noun(self) -> str:
        """`secret` or `config`."""
        return "secret" if self.is_secret else "config"

    @property
    def largest(self) -> int:
        """The most bytes that the Engine takes."""
        return LARGEST_SECRET if self.is_secret else LARGEST_CONFIG

    def __str__(self) -> str:
        return f"this {self.noun}" if self.key is None else f"{self.noun} {self.key}"

    def fault(
        self,
        summary: str,
        *within: str | int,
        expected: str = "",
        help: str = "",
        yaml: str = "",
        severity: "Severity | None" = None,
        places: "tuple[Place, ...]" = (),
        kind: str = "",
    ) -> "Diagnostic":
        """A finding about the value at the path `within` of this resource; an error unless `severity` says else.

        `yaml` is the cure as it is spelled in YAML, where `help` spells it in Python.
        """
        from pystackdsl.diagnostics import Diagnostic, KeyPath, Severity, Subject

        top = KeyPath() if self.key is None else KeyPath(f"{self.noun}s", self.key)
        path, inside = top.join(within), KeyPath(*within)
        return Diagnostic(
            summary=summary,
            severity=severity or Severity.ERROR,
            path=path,
            subjects=(Subject(path=path, resource=self.resource, within=inside),),
            places=places,
            expected=expected,
            help=help,
            help_in_yaml=yaml,
            kind=kind,
        )

    def size_fault(self, size: int, *within: str | int) -> "Diagnostic | None":
        """The finding for a content of `size` bytes, if the Engine refuses it."""
        if 0 < size <= self.largest:
            return None
        if size == 0:
            summary, cure = f"{self} is empty", f"give it content, or leave the {self.noun} and its uses out"
        else:
            summary = f"{self} has {size:,} bytes, more than Docker takes"
            cure = "keep what is large in an image or a volume, or split it"
        kind = "oversized-content" if size else ""
        return self.fault(summary, *within, expected=f"1 to {self.largest:,} bytes", help=cure, kind=kind)
