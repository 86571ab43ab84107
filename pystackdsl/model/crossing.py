"""Crossing to the Engine: what a value of a stack is told on its way into a body of the API.

Most keys need nothing but their place (`Key.api`) and their type. An irregular value has a shape whose `lower` is given
the `Lowering`; an irregular class amends its object by `to_api(tree, lowering)`. Both stand beside the fields. The
Lowering itself is made by `swarm.lower`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pystackdsl.model.external import Nameable
    from pystackdsl.model.service import Service
    from pystackdsl.model.value import Value

__all__ = ["Lowering", "Tree"]

Tree = dict[str, Any]
"""An object of the Engine's API."""


class Lowering(Protocol):
    """The stack around a value. `key` is that of the resource which is lowered now."""

    key: str

    def text(self, text: str) -> str:
        """A text as the Engine gets it."""
        ...

    def texts(self, texts: Mapping[str, str]) -> dict[str, str]:
        """A mapping of texts as the Engine gets it."""
        ...

    def full_name(self, resource: "Nameable") -> str:
        """What a network, volume, secret or config is called in the swarm."""
        ...

    def key_of(self, resource: "Nameable") -> str:
        """The key of a resource in its stack."""
        ...

    def labelled(self, labels: Mapping[str, str] | None) -> dict[str, str]:
        """Labels with the one that says which stack an object belongs to."""
        ...

    def value(self, value: "Value") -> Tree:
        """A part as an object of the API."""
        ...

    def open(self) -> None:
        """Note that something is left open, which no Engine can fill in."""
        ...

    def node_path(self, path: str) -> str:
        """A path of the node, from its root on."""
        ...

    def environment(self, service: "Service") -> Mapping[str, str | None]:
        """The environment of a service with its files and what is taken from the shell."""
        ...

    def is_built_in(self, full_name: str) -> bool:
        """Whether this is a network of Docker's own, which has no names inside."""
        ...
