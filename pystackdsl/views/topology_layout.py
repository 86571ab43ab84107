"""Where everything stands in a picture of a stack: boxes and the links between them come in, places go out.

The boxes stand in columns from left to right: what is open to the outside first, then the networks it is on, then what
is behind these. grandalf orders the columns so that few links cross, and says how high each box stands. The same
boxes always give the same places. Called by `topology_svg`.
"""

from collections import deque
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Any, Final, NamedTuple

__all__ = ["Box", "Layout", "Place", "arranged", "directed"]

ABOVE: Final = 26
"""Between a box and the one below it."""
BESIDE: Final = 84
"""Between a column and the next."""
APART: Final = 48
"""Between parts of the picture that nothing links."""

Link = tuple[Hashable, Hashable]


class Box(NamedTuple):
    """A box to be placed. Boxes with `is_first` begin in the first column."""

    width: float
    height: float
    is_first: bool = False


class Place(NamedTuple):
    """Where a box stands: its left upper corner, and the edges of its column."""

    x: float
    y: float
    column_start: float
    column_end: float


class Layout(NamedTuple):
    """The places, the links in the direction from left to right, and the size of it all."""

    places: Mapping[Hashable, Place]
    links: Sequence[Link]
    width: float
    height: float


def arranged(boxes: Mapping[Hashable, Box], links: Sequence[Link]) -> Layout:
    """The places of the boxes, where links lead only between boxes of different kinds (services and networks)."""
    places: dict[Hashable, Place] = {}
    directed: list[Link] = []
    width = height = 0.0
    for part in _parts(boxes, links):
        columns = _columns(part, boxes, links)
        column = {name: index for index, names in enumerate(columns) for name in names}
        own = [_directed(link, column) for link in links if link[0] in column]
        found = _placed(boxes, _ordered(boxes, columns, own), height + (APART if places else 0))
        directed += own
        places |= found
        width = max(width, *(place.column_end for place in found.values()))
        height = max(found[name].y + boxes[name].height for name in found)
    return Layout(places, directed, width, height)


def directed(names: Sequence[Hashable], first: Collection[Hashable], links: Sequence[Link]) -> list[Link]:
    """The links in the direction in which a picture reads: away from the first names."""
    boxes = {name: Box(0, 0, name in first) for name in names}
    found = []
    for part in _parts(boxes, links):
        column = {name: index for index, held in enumerate(_columns(part, boxes, links)) for name in held}
        found += [_directed(link, column) for link in links if link[0] in column]
    return found


def _parts(boxes: Mapping[Hashable, Box], links: Sequence[Link]) -> list[list[Hashable]]:
    """The boxes that links hold together, each part in the order of the boxes; large parts first."""
    beside = _neighbours(boxes, links)
    parts: list[list[Hashable]] = []
    seen: set[Hashable] = set()
    for name in boxes:
        if name not in seen:
            reached = _distances([name], beside)
            seen |= reached.keys()
            parts.append([each for each in boxes if each in reached])
    return sorted(parts, key=len, reverse=True)


def _columns(part: Sequence[Hashable], boxes: Mapping[Hashable, Box], links: Sequence[Link]) -> list[list[Hashable]]:
    """The boxes of a part by their distance from the first ones."""
    first = [name for name in part if boxes[name].is_first] or [part[0]]
    distances = _distances(first, _neighbours(boxes, links))
    columns: list[list[Hashable]] = [[] for _ in range(max(distances.values()) + 1)]
    for name in part:
        columns[distances[name]].append(name)
    return columns


def _neighbours(boxes: Mapping[Hashable, Box], links: Sequence[Link]) -> dict[Hashable, list[Hashable]]:
    found: dict[Hashable, list[Hashable]] = {name: [] for name in boxes}
    for one, other in links:
        found[one].append(other)
        found[other].append(one)
    return found


def _distances(start: Sequence[Hashable], beside: Mapping[Hashable, Sequence[Hashable]]) -> dict[Hashable, int]:
    found = dict.fromkeys(start, 0)
    waiting = deque(start)
    while waiting:
        name = waiting.popleft()
        for other in beside[name]:
            if other not in found:
                found[other] = found[name] + 1
                waiting.append(other)
    return found


def _directed(link: Link, column: Mapping[Hashable, int]) -> Link:
    one, other = link
    return link if column[one] < column[other] else (other, one)


class _Ordered(NamedTuple):
    """The columns from top to bottom, and the height at which the middle of each box would best stand."""

    columns: list[list[Hashable]]
    middles: Mapping[Hashable, float]


def _ordered(boxes: Mapping[Hashable, Box], columns: list[list[Hashable]], links: Sequence[Link]) -> _Ordered:
    """The columns in an order with few crossings, by grandalf: its layers are our columns, its x is our y."""
    from grandalf.graphs import Edge, Vertex, graph_core
    from grandalf.layouts import SugiyamaLayout, VertexViewer

    viewer: Any = VertexViewer

    vertices: dict[Hashable, Any] = {}
    for name in (name for names in columns for name in names):
        vertices[name] = Vertex(name)
        vertices[name].view = viewer(boxes[name].height, boxes[name].width)
    graph = graph_core([*vertices.values()], [Edge(vertices[one], vertices[other]) for one, other in links])
    layout = SugiyamaLayout(graph)
    layout.xspace = ABOVE
    layout.init_all(roots=[vertices[name] for name in columns[0]], inverted_edges=[])
    layout.draw(4)
    middles = {name: float(vertex.view.xy[0]) for name, vertex in vertices.items()}
    return _Ordered([sorted(names, key=middles.__getitem__) for names in columns], middles)


def _placed(boxes: Mapping[Hashable, Box], ordered: _Ordered, top: float) -> dict[Hashable, Place]:
    """The places below `top`, the boxes of a column no nearer to one another than they may be."""
    heights = {name: y for names in ordered.columns for name, y in _spaced(names, boxes, ordered.middles)}
    lift = top - min(heights.values())
    found: dict[Hashable, Place] = {}
    start = 0.0
    for names in ordered.columns:
        width = max(boxes[name].width for name in names)
        for name in names:
            x = start + (width - boxes[name].width) / 2
            found[name] = Place(round(x, 1), round(heights[name] + lift, 1), start, start + width)
        start += width + BESIDE
    return found


def _spaced(
    names: Sequence[Hashable], boxes: Mapping[Hashable, Box], middles: Mapping[Hashable, float]
) -> list[tuple[Hashable, float]]:
    """The upper edge of each box of a column, as near to its middle as the boxes above it let it be."""
    found: list[tuple[Hashable, float]] = []
    free = float("-inf")
    for name in names:
        y = max(middles[name] - boxes[name].height / 2, free)
        found.append((name, y))
        free = y + boxes[name].height + ABOVE
    return found
