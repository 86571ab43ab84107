"""What changes in an object of the swarm, in the words of the stack.

Normal forms of before and after come in from `compare`; `Difference`s go out, with paths of Compose keys.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from pystackdsl.model.key import declared
from pystackdsl.model.network import Network
from pystackdsl.swarm.changes import Difference
from pystackdsl.swarm.differences import differences
from pystackdsl.swarm.specs import Spec

__all__ = ["of_network"]


def of_network(before: Spec, after: Spec) -> Iterator[Difference]:
    """What changes in a network."""
    return differences(_of_network(before), _of_network(after))


def _of_network(spec: Spec) -> dict[str, Any]:
    """A network's normal form under Compose's keys."""
    names = _network_keys()
    tree: dict[str, Any] = {}
    for field, value in spec.items():
        above, _, below = field.partition(".")
        if below:
            tree.setdefault(names[above], {})[below.lower()] = value
        else:
            tree[names.get(field, field.lower())] = value
    return tree


@cache
def _network_keys() -> dict[str, str]:
    return {key.api: key.name for key, _ in declared(Network).values() if key.api}
