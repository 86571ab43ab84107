"""Crossing to the Engine and back: what a value of a stack is told on its way into a body of the API, or out of one.

Most keys need nothing but their place (`Key.api`) and their type. An irregular value has a shape whose `lower` and
`lift` are given the Lowering or Lifting; an irregular class completes its object by `to_api(tree, lowering)` and takes
it apart by `from_api(tree, lifting)`, which gives the fields that it understood. All stand beside the fields. The two
themselves are made by `swarm.lower` and `swarm.lift`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from pystackdsl.model.external import Nameable
    from pystackdsl.model.service import Service
    from pystackdsl.model.storage import Volume
    from pystackdsl.model.value import Value

__all__ = ["Fields", "Lifting", "Lowering", "Tree"]

V = TypeVar("V", bound="Value")
N = TypeVar("N", bound="Nameable")

Tree = dict[str, Any]
"""An object of the Engine's API."""
Fields = dict[str, Any]
"""Values by the name of the field that holds them."""


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


class Lifting(Protocol):
    """The stack that a body is lifted into. `key` is that of the resource which is lifted now.

    What a conversion understands it takes out of the trees it is given; what is left in them the model cannot say.
    """

    key: str

    def value(self, cls: type[V], tree: Tree) -> V:
        """The part that an object of the API is."""
        ...

    def resource(self, cls: type[N], full_name: str) -> N:
        """The network, secret or config of a full name."""
        ...

    def volume(self, full_name: str, options: Tree) -> "Volume":
        """The volume of a full name, with what a mount says of it."""
        ...

    def key_of(self, resource: "Nameable") -> str:
        """The key of a resource in the stack."""
        ...

    def own_name(self, full_name: str) -> str | None:
        """What `name=` says for a full name: nothing where it is made from the key."""
        ...

    def is_built_in(self, full_name: str) -> bool:
        """Whether this is a network of Docker's own, which has no names inside."""
        ...
