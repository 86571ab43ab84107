"""A stack as an SVG picture: a `Topology` comes in, the text of an SVG file goes out. Called by `pystackdsl graph`.

Services stand on cards, those on the same networks in one frame; a line leads from each to its networks. Volumes,
secrets and configs are listed below with who uses them. The picture follows the reader's light or dark scheme, needs
no font and no script, and holds nothing but text of its own: what comes from a stack is escaped by `svg.Page`.
"""

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pystackdsl.model.topology import Group, Node, Thing, Topology
from pystackdsl.views.cells import width_of
from pystackdsl.views.svg import Page
from pystackdsl.views.topology import Row, clipped, cut, described, named, one_line, rows, scaled, traits, used_by
from pystackdsl.views.topology_layout import Box, Layout, Place, arranged

__all__ = ["svg"]

CARD: Final = 252
LINE: Final = 18
PADDING: Final = 12
GAP: Final = 14
"""Between the cards of a frame."""
FRAME: Final = 14
"""From a frame to its cards."""
CAPTION: Final = 20
NETWORK: Final = 46
COLOURS: Final = 8
TALLEST: Final = 1.4
"""Height over width, above which frames are made wider."""
LIST: Final = 300
LISTED: Final = 14
"""Lines in one column of a list."""
ALIKE: Final = 4
"""Lines of one kind on a card, before they are summed up."""


class _Card(NamedTuple):
    """A service and what is written on its card."""

    node: Node
    rows: Sequence[Row]

    @property
    def height(self) -> float:
        return PADDING * 2 + 38 + (len(self.rows) * LINE + 4 if self.rows else 0)


class _Frame(NamedTuple):
    """A group of cards: how many stand side by side, and how high each line of them is."""

    group: Group
    cards: Sequence[_Card]
    across: int
    heights: Sequence[float]

    @property
    def is_drawn(self) -> bool:
        return len(self.cards) > 1

    @property
    def box(self) -> Box:
        inside = sum(self.heights) + GAP * (len(self.heights) - 1)
        width = self.across * CARD + GAP * (self.across - 1)
        around = FRAME if self.is_drawn else 0
        return Box(width + 2 * around, inside + 2 * around + (CAPTION if self.is_drawn else 0), self.group.is_published)


def svg(topology: Topology) -> str:
    """The picture."""
    drawn = _Drawing.best(topology)
    page = Page(named(topology), described(topology))
    with page.moved(0, page.heading(named(topology), _counted(topology))):
        _links(page, drawn)
        for index, network in enumerate(topology.networks):
            place, box = drawn.layout.places["network", network.key], drawn.boxes["network", network.key]
            _network(page, network, place, box, f"n{index % COLOURS}")
        for name, frame in drawn.frames.items():
            _draw_frame(page, frame, drawn.layout.places[name].x, drawn.layout.places[name].y)
        page.reach(drawn.layout.width, drawn.layout.height)
    _lists(page, topology, max(drawn.layout.width, LIST * 3))
    return page.text()


class _Drawing(NamedTuple):
    """What is to be drawn, and where."""

    frames: Mapping[Hashable, _Frame]
    boxes: Mapping[Hashable, Box]
    layout: Layout
    colours: Mapping[Hashable, str]

    @classmethod
    def best(cls, topology: Topology) -> "_Drawing":
        """The drawing whose shape is nearest to that of a screen: frames grow wider until it is no tower."""
        found = cls.of(topology, 1)
        for stretch in (2, 3, 4):
            if found.layout.height <= found.layout.width * TALLEST:
                break
            wider = cls.of(topology, stretch)
            if wider.layout.width / wider.layout.height <= TALLEST:
                found = wider
        return found

    @classmethod
    def of(cls, topology: Topology, stretch: int) -> "_Drawing":
        frames: dict[Hashable, _Frame] = {
            ("group", group.networks): _frame(group, stretch) for group in topology.groups
        }
        boxes = {name: frame.box for name, frame in frames.items()}
        colours: dict[Hashable, str] = {}
        for index, network in enumerate(topology.networks):
            boxes["network", network.key] = Box(_network_width(network), NETWORK)
            colours["network", network.key] = f"n{index % COLOURS}"
        links = [(name, ("network", key)) for name, frame in frames.items() for key in frame.group.networks]
        return cls(frames, boxes, arranged(boxes, links), colours)


def _counted(topology: Topology) -> str:
    return described(topology).partition(".")[0]


def _frame(group: Group, stretch: int) -> _Frame:
    cards = [_Card(node, [*_summed(node)]) for node in group.services]
    mean = sum(card.height for card in cards) / len(cards)
    across = min(len(cards), max(1, round(stretch * math.sqrt(len(cards) * mean / CARD))))
    lines = [cards[at : at + across] for at in range(0, len(cards), across)]
    return _Frame(group, cards, across, [max(card.height for card in line) for line in lines])


def _summed(node: Node) -> Iterator[Row]:
    """The lines of a card: of each kind so many at most, the last of which says how many more there are."""
    by_kind: dict[str, list[Row]] = {}
    for row in rows(node):
        by_kind.setdefault(row.kind, []).append(row)
    for kind, alike in by_kind.items():
        if len(alike) <= ALIKE:
            yield from alike
        else:
            yield from alike[: ALIKE - 1]
            yield Row(kind, f"and {len(alike) - ALIKE + 1} more")


def _network_width(network: Thing) -> float:
    longest = max(width_of(one_line(network.key)) * 8.4, width_of(traits(network)) * 6.6)
    return max(110.0, min(longest + 36, 240.0))


def _draw_frame(page: Page, frame: _Frame, x: float, y: float) -> None:
    box = frame.box
    if frame.is_drawn:
        page.rectangle(x, y, box.width, box.height, "frame", radius=12)
        said = f"on {', '.join(map(one_line, frame.group.networks))}"
        page.write(x + FRAME, y + CAPTION, cut(said, int((box.width - 2 * FRAME) / 6.6)), "faint small", full=said)
        x, y = x + FRAME, y + FRAME + CAPTION
    for at in range(0, len(frame.cards), frame.across):
        height = frame.heights[at // frame.across]
        for index, card in enumerate(frame.cards[at : at + frame.across]):
            _draw_card(page, card, x + index * (CARD + GAP), y, height)
        y += height + GAP


def _draw_card(page: Page, card: _Card, x: float, y: float, height: float) -> None:
    node = card.node
    scale = scaled(node)
    key, image = one_line(node.key), one_line(node.image) or "no image"
    with page.group("card", f"service {key}"):
        page.rectangle(x, y, CARD, height, "card", radius=8)
        room = (CARD - 2 * PADDING) - (width_of(scale) * 6.6 + 20 if scale else 0)
        page.write(x + PADDING, y + 24, cut(key, int(room / 8.4)), "name", full=key)
        if scale:
            shown = cut(scale, 20)
            page.badge(x + CARD - PADDING, y + 12, shown)
        page.write(x + PADDING, y + 43, cut(image, int((CARD - 2 * PADDING) / 6.6)), "faint small", full=image)
        for index, row in enumerate(card.rows):
            _draw_row(page, row, x + PADDING, y + 58 + index * LINE)


def _draw_row(page: Page, row: Row, x: float, y: float) -> None:
    page.icon(row.kind, x, y)
    shown = cut(row.text, int((CARD - 2 * PADDING - 20) / 6.6))
    page.write(x + 20, y + 12, shown, f"small {row.kind}", full=row.text, hint=row.kind)


def _network(page: Page, network: Thing, place: Place, box: Box, colour: str) -> None:
    x, y = place.x, place.y
    key, said = one_line(network.key), traits(network) or "overlay"
    with page.group(f"network {colour}", f"network {key}"):
        page.rectangle(x, y, box.width, NETWORK, "net", radius=NETWORK / 2)
        page.write(x + box.width / 2, y + 20, cut(key, int((box.width - 32) / 8.4)), "name middle", full=key)
        page.write(x + box.width / 2, y + 36, cut(said, int((box.width - 32) / 6.6)), "faint small middle", full=said)


def _links(page: Page, drawn: _Drawing) -> None:
    """A line for each link, first in the picture so that boxes lie above; ends on one side are spread."""
    layout, boxes = drawn.layout, drawn.boxes
    leaving: dict[Hashable, list[Hashable]] = {}
    arriving: dict[Hashable, list[Hashable]] = {}
    for one, other in layout.links:
        leaving.setdefault(one, []).append(other)
        arriving.setdefault(other, []).append(one)

    def middle(name: Hashable) -> float:
        return layout.places[name].y + boxes[name].height / 2

    def height(name: Hashable, others: list[Hashable], other: Hashable) -> float:
        others = sorted(others, key=middle)
        step = min(10.0, (boxes[name].height - 20) / max(len(others) - 1, 1))
        return middle(name) + (others.index(other) - (len(others) - 1) / 2) * step

    for one, other in layout.links:
        left, right = layout.places[one], layout.places[other]
        start = (left.x + boxes[one].width, left.column_end, height(one, leaving[one], other))
        end = (right.column_start, right.x, height(other, arriving[other], one))
        page.link(start, end, drawn.colours[one if one in drawn.colours else other])


def _lists(page: Page, topology: Topology, width: float) -> None:
    """Volumes, secrets and configs with their users, in columns below the picture."""
    x, top = 0.0, page.height + 56
    for kind in ("volume", "secret", "config"):
        things = [thing for thing in topology.others if thing.kind == kind]
        columns = math.ceil(len(things) / LISTED)
        if x and x + columns * LIST > width:
            x, top = 0.0, page.height + 44
        if things:
            page.icon(kind, x, top - 11.5)
            page.write(x + 20, top, f"{kind.capitalize()}s", "name")
        for index, thing in enumerate(things):
            column, line = divmod(index, LISTED)
            _listed(page, thing, x + column * LIST, top + (line + 1) * LINE + 4)
        x += columns * LIST


def _listed(page: Page, thing: Thing, x: float, y: float) -> None:
    said = one_line(thing.key) + (f" ({traits(thing)})" if thing.traits else "")
    users = used_by(thing)
    cells = int((LIST - 40) / 6.6)
    shown = cut(said, max(cells - width_of(users) - 2, cells // 2))
    room = cells - width_of(shown) - 2
    page.write(x + 20, y, shown, "small", full=said)
    page.write(x + 20 + (cells - room) * 6.6, y, clipped(users, room), "faint small", full=users)
    page.reach(x + LIST - 20, y + 6)
