"""The tasks of a stack on the nodes of a swarm, as a picture: an `Occupancy` comes in, the text of a file goes out.

Each node is a frame that holds its tasks, each with its state in a word and a colour. Called by
`pystackdsl graph --live`.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from pystackdsl.swarm.occupancy import Host, Occupancy, Placed
from pystackdsl.views.cells import width_of
from pystackdsl.views.svg import Page
from pystackdsl.views.topology import clipped, cut, one_line
from pystackdsl.views.topology_dot import label
from pystackdsl.views.topology_mermaid import escaped

__all__ = ["dot", "mermaid", "svg"]

WIDTH: Final = 252
TASK: Final = 46
GAP: Final = 10
INSIDE: Final = 14
HEAD: Final = 50
ACROSS: Final = 5
"""Frames side by side, at most."""

_COLOURS: Final = {"running": "#3f9e66", "complete": "#3f9e66", "waiting": "#a5831f", "failed": "#d05a50"}


def _frames(occupancy: Occupancy) -> Sequence[Host]:
    """The nodes, and what stands for one that the tasks without a node wait for."""
    waiting = Host(name="no node yet", traits=(), tasks=occupancy.unplaced)
    return (*occupancy.hosts, *([waiting] if occupancy.unplaced else []))


def _described(occupancy: Occupancy) -> str:
    counts: dict[str, int] = {}
    for task in occupancy.tasks:
        counts[task.state] = counts.get(task.state, 0) + 1
    told = ", ".join(f"{count} {one_line(state)}" for state, count in counts.items()) or "none"
    nodes = len(occupancy.hosts)
    return f"{len(occupancy.tasks)} tasks on {nodes} node{'' if nodes == 1 else 's'}: {told}."


def _sentences(occupancy: Occupancy) -> Iterator[str]:
    yield _described(occupancy)
    for host in _frames(occupancy):
        held = ", ".join(f"{one_line(task.name)} {one_line(task.state)}" for task in host.tasks) or "nothing of it"
        yield f"{one_line(host.name)} has {held}."


def svg(occupancy: Occupancy) -> str:
    """The picture as SVG."""
    frames = _frames(occupancy)
    page = Page(f"{one_line(occupancy.stack)} on its nodes", " ".join(_sentences(occupancy)))
    across = max(1, min(ACROSS, math.ceil(math.sqrt(len(frames) * 2))))
    with page.moved(0, page.heading(one_line(occupancy.stack), _described(occupancy).rstrip("."))):
        y = 0.0
        for at in range(0, len(frames), across):
            line = frames[at : at + across]
            height = max(_height(host) for host in line)
            for index, host in enumerate(line):
                _host(page, host, index * (WIDTH + 2 * INSIDE + 18), y, height)
            y += height + 18
    return page.text()


def _height(host: Host) -> float:
    return HEAD + INSIDE + max(len(host.tasks), 1) * (TASK + GAP) - GAP


def _host(page: Page, host: Host, x: float, y: float, height: float) -> None:
    name = one_line(host.name)
    with page.group("host", f"node {name}"):
        page.rectangle(x, y, WIDTH + 2 * INSIDE, height, "frame", radius=12)
        page.write(x + INSIDE, y + 23, cut(name, int(WIDTH / 8.4)), "name", full=name)
        page.write(x + INSIDE, y + 40, cut(one_line(", ".join(host.traits)), int(WIDTH / 6.6)), "faint small")
        for index, task in enumerate(host.tasks):
            _task(page, task, x + INSIDE, y + HEAD + index * (TASK + GAP))


def _task(page: Page, task: Placed, x: float, y: float) -> None:
    name, state, image = one_line(task.name), one_line(task.state), one_line(task.error or task.image)
    with page.group(f"card {task.health}", f"task {name}, {state}"):
        page.rectangle(x, y, WIDTH, TASK, "card", radius=6)
        page.rectangle(x, y, 5, TASK, f"bar {task.health}", radius=2.5)
        page.write(x + 16, y + 19, cut(name, int((WIDTH - 40) / 8.4) - width_of(state)), "name", full=name)
        page.badge(x + WIDTH - 10, y + 7, clipped(state, 16))
        page.write(x + 16, y + 36, clipped(image, int((WIDTH - 28) / 6.6)), "faint small", full=image)


def mermaid(occupancy: Occupancy) -> str:
    """The picture as a Mermaid flowchart."""
    lines = ["flowchart TB", f"  accTitle: {escaped(one_line(occupancy.stack))} on its nodes"]
    lines.append(f"  accDescr: {escaped(' '.join(_sentences(occupancy)))}")
    styles = []
    for at, host in enumerate(_frames(occupancy)):
        said = f"<br/>{escaped(one_line(', '.join(host.traits)))}" if host.traits else ""
        lines.append(f'  subgraph h{at}["<b>{escaped(one_line(host.name))}</b>{said}"]')
        for index, task in enumerate(host.tasks):
            words = (f"<b>{escaped(one_line(task.name))}</b>", escaped(one_line(task.image)), escaped(task.state))
            lines.append(f'    t{at}x{index}["{"<br/>".join(words)}"]')
            styles.append(f"  style t{at}x{index} stroke:{_COLOURS[task.health]},stroke-width:2px")
        lines += ["  end"] if host.tasks else [f'    e{at}["nothing"]', "  end"]
    return "".join(f"{line}\n" for line in [*lines, *styles])


def dot(occupancy: Occupancy) -> str:
    """The picture for Graphviz."""
    lines = ["digraph {", f"  graph [{label([one_line(occupancy.stack)])}, labelloc=t, fontname=monospace]"]
    lines.append("  node [shape=box, style=rounded, fontname=monospace, fontsize=11, penwidth=2]")
    for at, host in enumerate(_frames(occupancy)):
        lines.append(f"  subgraph cluster{at} {{")
        lines.append(f"    graph [{label([one_line(host.name), one_line(', '.join(host.traits))])}, style=dashed]")
        for index, task in enumerate(host.tasks):
            words = label([one_line(task.name), one_line(task.image), one_line(task.state)])
            lines.append(f'    t{at}x{index} [{words}, color="{_COLOURS[task.health]}"]')
        lines += [] if host.tasks else [f"    e{at} [{label(['nothing'])}, penwidth=0]"]
        lines.append("  }")
    return "".join(f"{line}\n" for line in [*lines, "}"])
