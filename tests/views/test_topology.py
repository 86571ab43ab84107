"""Pictures of stacks: reviewed ones, and that nothing overlaps, nothing breaks out, nothing changes by chance."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pystackdsl.model.topology import Given, Node, Published, Thing, Topology
from pystackdsl.views.topology import TIMES, clipped, cut, described, scaled
from pystackdsl.views.topology_dot import dot
from pystackdsl.views.topology_layout import Box, arranged, directed
from pystackdsl.views.topology_mermaid import mermaid
from pystackdsl.views.topology_svg import svg

DRAWN: Mapping[str, Callable[[Topology], str]] = {"svg": svg, "mermaid": mermaid, "dot": dot}
HOSTILE = "</text><script>alert(1)</script>\"'`]}|;#%%{init:{}}%%\\\n\x00\u202eend&amp;\ufdd0X:-1\ufdd1"


def service(key: str, *networks: str, **more: object) -> Node:
    return Node(**{"key": key, "image": "a:1", "mode": "", "replicas": "", "networks": networks, **more})  # type: ignore[arg-type]


def network(key: str) -> Thing:
    return Thing(kind="network", key=key)


HOSTILE_STACK = Topology(
    name=HOSTILE,
    services=(
        service(
            HOSTILE,
            HOSTILE,
            image=HOSTILE,
            mode=HOSTILE,
            replicas=HOSTILE,
            published=(Published(HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
            given=(
                Given("volume", HOSTILE, HOSTILE),
                Given("path", HOSTILE, HOSTILE),
                Given("secret", HOSTILE, HOSTILE),
            ),
            placement=(HOSTILE,),
        ),
        service("other", HOSTILE),
    ),
    networks=(Thing(kind="network", key=HOSTILE, traits=(HOSTILE,)),),
    others=(Thing(kind="volume", key=HOSTILE, traits=(HOSTILE,), users=(HOSTILE,)),),
)


def test_a_hostile_name_is_only_text_in_svg() -> None:
    root = ET.fromstring(svg(HOSTILE_STACK))
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names == {
        "svg",
        "title",
        "desc",
        "style",
        "defs",
        "symbol",
        "rect",
        "g",
        "text",
        "use",
        "path",
        "ellipse",
        "circle",
    }
    assert {name for element in root.iter() for name in element.attrib if name.startswith("on")} == set()


def test_a_hostile_name_is_only_text_in_mermaid() -> None:
    text = mermaid(HOSTILE_STACK)
    for line in text.splitlines()[3:]:
        bare = re.sub(r'"[^"]*"', '""', line)
        assert re.fullmatch(r"[\w\s()\[\]\"|.<>\-:,#]*", bare), line
        labels = "".join(re.findall(r'"([^"]*)"', line))
        assert set(re.sub(r"<br/>|</?b>|#\d+;", "", labels)) <= {
            *string.ascii_letters,
            *string.digits,
            *f" .,-_/:→{TIMES}…=+@()~",
        }
    assert "%%" not in text


def test_a_hostile_name_is_only_text_in_dot() -> None:
    for line in dot(HOSTILE_STACK).splitlines():
        bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", line)
        assert re.fullmatch(r"[\w\s\[\]=,.{}>-]*", bare), line


@pytest.mark.parametrize("format", DRAWN)
def test_an_empty_stack_is_drawn(format: str) -> None:
    assert DRAWN[format](Topology(name="", services=(), networks=(), others=()))


def test_a_network_that_nobody_uses_is_drawn() -> None:
    assert "lonely" in svg(Topology(name="a", services=(), networks=(network("lonely"),), others=()))


def test_who_cannot_see_the_picture_is_told() -> None:
    picture = Topology(
        name="shop",
        services=(
            service("web", "front", "back", published=(Published("80", "8080", "tcp", "ingress"),)),
            service("db", "back"),
        ),
        networks=(network("front"), network("back")),
        others=(Thing(kind="volume", key="data"),),
    )
    told = "2 services, 2 networks, 1 volume. web is on front and back, publishes 80 → 8080. db is on back."
    assert described(picture) == told
    root = ET.fromstring(svg(picture))
    assert root.attrib["role"] == "img"
    assert [root[0].text, root[1].text] == ["shop", told]
    labels = [each.attrib["aria-label"] for each in root.iter() if "aria-label" in each.attrib]
    assert labels == ["network front", "network back", "service web", "service db"]


@pytest.mark.parametrize(
    ("mode", "replicas", "told"),
    [
        ("", "", ""),
        ("", "1", ""),
        ("replicated", "3", "3 " + TIMES),
        ("global", "", "global"),
        ("replicated-job", "5", f"5 {TIMES} replicated-job"),
        ("", "\ufdd0N:-2\ufdd1", "${N:-2} " + TIMES),
    ],
)
def test_how_many_tasks(mode: str, replicas: str, told: str) -> None:
    assert scaled(service("a", "n", mode=mode, replicas=replicas)) == told


@pytest.mark.parametrize(
    ("text", "cells", "shown"),
    [
        ("nginx:1.27", 10, "nginx:1.27"),
        ("registry.example.com/shop/api:1", 16, "regis…shop/api:1"),
        ("한국어이미지", 8, "한…미지"),
        ("abc", 1, "…"),
    ],
)
def test_what_is_too_long_loses_its_middle(text: str, cells: int, shown: str) -> None:
    assert cut(text, cells) == shown


def test_lists_lose_their_end() -> None:
    assert (clipped("web, api, db", 9), clipped("web", 9)) == ("web, api…", "web")


def test_links_lead_away_from_what_is_published() -> None:
    links = [("web", "front"), ("worker", "front"), ("worker", "back"), ("db", "back")]
    names = ["worker", "web", "db", "front", "back"]
    assert directed(names, ["web"], links) == [
        ("web", "front"),
        ("front", "worker"),
        ("worker", "back"),
        ("back", "db"),
    ]


@st.composite
def _graphs(draw: st.DrawFn) -> tuple[dict[str, Box], list[tuple[str, str]]]:
    sizes = st.integers(20, 400)
    groups = {f"g{at}": Box(draw(sizes), draw(sizes), draw(st.booleans())) for at in range(draw(st.integers(1, 8)))}
    networks = {f"n{at}": Box(draw(sizes), 46) for at in range(draw(st.integers(1, 6)))}
    pairs = [(group, network) for group in groups for network in networks]
    return {**groups, **networks}, draw(st.lists(st.sampled_from(pairs), unique=True, max_size=20))


@given(_graphs())
def test_no_box_lies_on_another(graph: tuple[dict[str, Box], list[tuple[str, str]]]) -> None:
    boxes, links = graph
    layout = arranged(boxes, links)
    corners = {name: (place.x, place.y, place.x + boxes[name].width, place.y + boxes[name].height) for name, place in layout.places.items()}  # fmt: skip
    for (_, (left, top, right, bottom)), (_, (x1, y1, x2, y2)) in combinations(corners.items(), 2):
        assert right <= x1 or x2 <= left or bottom <= y1 or y2 <= top
    for left, top, right, bottom in corners.values():
        assert left >= 0
        assert top >= 0
        assert right <= layout.width + 0.1
        assert bottom <= layout.height + 0.1
    assert {frozenset(link) for link in layout.links} == {frozenset(link) for link in links}
    assert layout == arranged(boxes, links)
