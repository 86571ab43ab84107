"""The words of a picture of a stack, whatever it is drawn as: what stands on a service, a network, a volume.

Parts of a `Topology` come in, short texts go out, fit to print but not yet escaped. Called by the modules that draw:
`topology_svg`, `topology_mermaid`, `topology_dot`.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from pystackdsl.model.topology import Given, Node, Published, Thing, Topology
from pystackdsl.views.cells import legible, width_of

__all__ = ["TIMES", "Row", "clipped", "cut", "described", "named", "one_line", "rows", "scaled", "traits", "used_by"]


TIMES: Final = "\N{MULTIPLICATION SIGN}"


class Row(NamedTuple):
    """One line about a service: `kind` is port, volume, path, memory, secret, config or placement."""

    kind: str
    text: str


def one_line(text: str) -> str:
    """A text as one line that is safe to print."""
    return " ".join(legible(text).split()) if text else ""


def rows(node: Node) -> Iterator[Row]:
    """All that is told of a service below its image."""
    for port in node.published:
        yield Row("port", _port(port))
    for given in node.given:
        yield Row(given.kind, _given(given))
    for each in node.placement:
        yield Row("placement", one_line(each))


def _port(port: Published) -> str:
    protocol = "" if port.protocol == "tcp" else f"/{port.protocol}"
    where = " on its node" if port.mode == "host" else "" if port.mode == "ingress" else f" {port.mode}"
    return one_line(f"{port.outside or 'any'} → {port.inside}{protocol}{where}")


def _given(given: Given) -> str:
    name = given.name or {"volume": "nameless", "memory": "tmpfs"}.get(given.kind, "")
    target = f" → {given.target}" if given.target and given.target != name else ""
    return one_line(f"{name}{target}{' (read-only)' if given.read_only else ''}")


def scaled(node: Node) -> str:
    """How many tasks: `2 x`, `global`, `replicated-job`; nothing for one task."""
    count = f"{node.replicas} {TIMES}" if node.replicas not in {"", "1"} else ""
    return one_line(f"{count} {node.mode if node.mode != 'replicated' else ''}")


def traits(thing: Thing) -> str:
    """What is uncommon about a network, a volume, a secret or a config."""
    return one_line(", ".join(thing.traits))


def used_by(thing: Thing) -> str:
    """Who uses it."""
    return one_line(", ".join(thing.users)) or "unused"


def named(topology: Topology) -> str:
    """The title of the picture."""
    return one_line(topology.name) or "stack"


def described(topology: Topology) -> str:
    """The picture in words, for who cannot see it."""
    counts = [("service", len(topology.services)), ("network", len(topology.networks))]
    counts += [(kind, sum(each.kind == kind for each in topology.others)) for kind in ("volume", "secret", "config")]
    told = ", ".join(f"{count} {noun if count == 1 else noun + 's'}" for noun, count in counts if count)
    sentences = [f"{told or 'nothing'}."]
    for node in topology.services:
        published = _listed(row.text for row in rows(node) if row.kind == "port")
        tail = f", publishes {published}" if published else ""
        sentences.append(f"{one_line(node.key)} is on {_listed(map(one_line, node.networks))}{tail}.")
    return " ".join(sentences)


def _listed(words: Iterable[str]) -> str:
    *most, last = [*words] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def cut(text: str, cells: int) -> str:
    """A text that takes no more than so many cells: its middle gives way to `…`."""
    if width_of(text) <= cells:
        return text
    head = _taken(text, (cells - 1) // 3)
    tail = _taken(text[::-1], cells - 1 - width_of(head))
    return f"{head}…{tail[::-1]}"


def clipped(text: str, cells: int) -> str:
    """A text that takes no more than so many cells: its end gives way to `…`."""
    return text if width_of(text) <= cells else f"{_taken(text, cells - 1)}…"


def _taken(text: str, cells: int) -> str:
    end = 0
    while end < len(text) and width_of(text[: end + 1]) <= cells:
        end += 1
    return text[:end]
