"""A stack as a graph for Graphviz: a `Topology` comes in, the text of a dot file goes out, for `pystackdsl graph`.

Names of a stack stand in quoted labels alone, where a quote and a backslash are all that needs escaping.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from pystackdsl.model.topology import Group, Node, Topology
from pystackdsl.views.topology import named, one_line, rows, scaled, traits
from pystackdsl.views.topology_layout import directed

__all__ = ["dot", "label"]

LEFT: Final = "\\l"
"""Ends a line that begins at the left."""
_COLOURS: Final = ("#2563a8", "#a3470f", "#1b7340", "#8c3fa8", "#b3261e", "#0b7280", "#7a5c00", "#5a5f6b")


def dot(topology: Topology) -> str:
    """The graph."""
    return "".join(f"{line}\n" for line in _lines(topology))


def _lines(topology: Topology) -> Iterator[str]:
    yield "digraph {"
    yield f"  graph [{label([named(topology)])}, labelloc=t, rankdir=LR, compound=true, fontname=monospace]"
    yield "  node [shape=box, style=rounded, fontname=monospace, fontsize=11]"
    yield "  edge [dir=none, fontname=monospace, fontsize=9]"
    ids = {node.key: f"s{at}" for at, node in enumerate(topology.services)}
    networks = {network.key: f"n{at}" for at, network in enumerate(topology.networks)}
    for at, group in enumerate(topology.groups):
        yield from _group(at, group, ids)
    for at, network in enumerate(topology.networks):
        told = label([one_line(network.key), traits(network)])
        yield f'  {networks[network.key]} [{told}, shape=ellipse, penwidth=2, color="{_COLOURS[at % len(_COLOURS)]}"]'
    volumes = {thing.key: f"v{at}" for at, thing in enumerate(topology.others) if thing.kind == "volume"}
    for thing in topology.others:
        if thing.kind == "volume":
            yield f"  {volumes[thing.key]} [{label([one_line(thing.key), traits(thing)])}, shape=cylinder]"
    yield from _links(topology, ids, networks)
    for node in topology.services:
        for given in node.given:
            if given.kind == "volume" and given.name in volumes:
                yield f"  {ids[node.key]} -> {volumes[given.name]} [{label([one_line(given.target)])}, style=dotted]"
    yield "}"


def _group(at: int, group: Group, ids: dict[str, str]) -> Iterator[str]:
    lines = [f"{ids[node.key]} [{label(_told(node), LEFT)}]" for node in group.services]
    if len(lines) == 1:
        yield f"  {lines[0]}"
        return
    yield f"  subgraph cluster{at} {{"
    yield f"    graph [{label(['on ' + ', '.join(map(one_line, group.networks))])}, style=dashed, fontsize=10]"
    yield from (f"    {line}" for line in lines)
    yield "  }"


def _told(node: Node) -> Iterator[str]:
    yield f"{one_line(node.key)} {scaled(node)}".rstrip()
    yield one_line(node.image) or "no image"
    yield from (f"{row.kind} {row.text}" for row in rows(node) if row.kind != "volume")


def _links(topology: Topology, ids: dict[str, str], networks: dict[str, str]) -> Iterator[str]:
    colours = {key: _COLOURS[at % len(_COLOURS)] for at, key in enumerate(networks.values())}
    firsts = {group.networks: ids[next(iter(group.services)).key] for group in topology.groups}
    clusters = {firsts[group.networks]: at for at, group in enumerate(topology.groups) if len(group.services) > 1}
    links = [(first, networks[key]) for keys, first in firsts.items() for key in keys]
    published = [firsts[group.networks] for group in topology.groups if group.is_published]
    for one, other in directed([*firsts.values(), *networks.values()], published, links):
        ends = [f'color="{colours[str(one if one in colours else other)]}"']
        ends += [
            f"{end}=cluster{clusters[str(id)]}" for end, id in (("ltail", one), ("lhead", other)) if id in clusters
        ]
        yield f"  {one} -> {other} [{', '.join(ends)}]"


def label(lines: Iterable[str], end: str = "") -> str:
    """The attribute `label` with these lines, those that are empty left out."""
    told = [line.replace("\\", "\\\\").replace('"', '\\"') for line in lines if line]
    return 'label="' + ("".join(line + end for line in told) if end else "\\n".join(told)) + '"'
