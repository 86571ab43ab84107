"""A stack as a Mermaid flowchart: a `Topology` comes in, text for a Markdown page goes out, for `pystackdsl graph`.

Ports lead to services, services of the same networks stand in one frame, and lines lead from it to its networks.
Names of a stack stand in labels alone, every character that Mermaid could take for its own spelled by its number.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from pystackdsl.model.topology import Group, Node, Topology
from pystackdsl.views.topology import TIMES, described, named, one_line, rows, scaled, traits
from pystackdsl.views.topology_layout import directed

__all__ = ["escaped", "mermaid"]

_COLOURS: Final = ("#4a8fd4", "#c96a2b", "#3f9e66", "#a866c4", "#d05a50", "#2f9bab", "#a5831f", "#7d8694")
"""Of networks and their lines: they are seen on light and on dark pages."""

_PLAIN: Final = frozenset(f" .,-_/:→{TIMES}…=+@()~")


def mermaid(topology: Topology) -> str:
    """The flowchart."""
    return "".join(f"{line}\n" for line in _lines(topology))


def _lines(topology: Topology) -> Iterator[str]:
    yield "flowchart LR"
    yield f"  accTitle: {escaped(named(topology))}"
    yield f"  accDescr: {escaped(described(topology))}"
    ids = {node.key: f"s{at}" for at, node in enumerate(topology.services)}
    networks = {network.key: f"n{at}" for at, network in enumerate(topology.networks)}
    for at, group in enumerate(topology.groups):
        yield from _group(f"g{at}", group, ids)
    for network in topology.networks:
        said = f"<br/>{escaped(traits(network))}" if network.traits else ""
        yield f'  {networks[network.key]}(["<b>{escaped(one_line(network.key))}</b>{said}"])'
    yield from _links(topology, ids, networks)
    yield from _ports(topology.services, ids)
    yield from _volumes(topology, ids)


def _group(id: str, group: Group, ids: dict[str, str]) -> Iterator[str]:
    if len(group.services) == 1:
        yield f"  {_service(group.services[0], ids)}"
        return
    yield f'  subgraph {id}["on {escaped(", ".join(map(one_line, group.networks)))}"]'
    for node in group.services:
        yield f"    {_service(node, ids)}"
    yield "  end"


def _service(node: Node, ids: dict[str, str]) -> str:
    scale = scaled(node)
    head = f"<b>{escaped(one_line(node.key))}</b>{' ' + escaped(scale) if scale else ''}"
    told = [escaped(one_line(node.image) or "no image")]
    told += [f"{row.kind} {escaped(row.text)}" for row in rows(node) if row.kind not in {"port", "volume"}]
    return f'{ids[node.key]}["{"<br/>".join([head, *told])}"]'


def _ports(services: Sequence[Node], ids: dict[str, str]) -> Iterator[str]:
    at = 0
    for node in services:
        for row in rows(node):
            if row.kind == "port":
                outside, _, inside = row.text.partition(" → ")
                yield f'  p{at}(("{escaped(outside)}")) -->|"{escaped(inside)}"| {ids[node.key]}'
                at += 1


def _volumes(topology: Topology, ids: dict[str, str]) -> Iterator[str]:
    volumes = {thing.key: f"v{at}" for at, thing in enumerate(topology.others) if thing.kind == "volume"}
    for thing in topology.others:
        if thing.kind == "volume":
            said = f"<br/>{escaped(traits(thing))}" if thing.traits else ""
            yield f'  {volumes[thing.key]}[("{escaped(one_line(thing.key))}{said}")]'
    for node in topology.services:
        for given in node.given:
            if given.kind == "volume" and given.name in volumes:
                label = f'|"{escaped(one_line(given.target))}"|' if given.target else ""
                yield f"  {ids[node.key]} -.-{label} {volumes[given.name]}"


def _links(topology: Topology, ids: dict[str, str], networks: dict[str, str]) -> Iterator[str]:
    """The links of networks, in the direction in which they are drawn, and in the colours of the networks."""
    starts, links = [], []
    for at, group in enumerate(topology.groups):
        first, *more = group.services
        starts.append((f"g{at}" if more else ids[first.key], group.is_published))
        links += [(starts[-1][0], networks[key]) for key in group.networks]
    names = [*(start for start, _ in starts), *networks.values()]
    found = directed(names, [start for start, is_first in starts if is_first], links)
    yield from (f"  {one} --- {other}" for one, other in found)
    for index, each in enumerate(networks.values()):
        colour = _COLOURS[index % len(_COLOURS)]
        yield f"  style {each} stroke:{colour},stroke-width:2px"
        numbers = [str(number) for number, link in enumerate(found) if each in link]
        if numbers:
            yield f"  linkStyle {','.join(numbers)} stroke:{colour}"


def escaped(text: str) -> str:
    """A text as it may stand in a label."""
    return "".join(char if char.isalnum() or char in _PLAIN else f"#{ord(char)};" for char in text)
