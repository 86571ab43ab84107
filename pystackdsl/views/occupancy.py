"""The tasks of a stack on the nodes of a swarm, as a picture: an `Occupancy` comes in, the text of a file goes out.

Each node is a frame that holds its tasks, each with its state in a word and a colour. Called by
`pystackdsl graph --live`.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from pystackdsl.swarm.occupancy import Node, Occupancy, Task
from pystackdsl.views.cells import fold, width_of
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
APART: Final = 18
LINE: Final = 15
LINES: Final = 4
"""Lines of an error, at most; all of it is shown to who points at it."""
SMALL: Final = int((WIDTH - 28) / 6.6)
"""Characters that a small line of a task has room for."""
ACROSS: Final = 5
"""Frames side by side, at most."""

_COLOURS: Final = {"running": "#3f9e66", "complete": "#3f9e66", "waiting": "#a5831f", "failed": "#d05a50"}


def _frames(occupancy: Occupancy) -> Sequence[Node]:
    """The nodes, and what stands for one that the tasks without a node wait for."""
    waiting = Node(name="no node yet", traits=(), tasks=occupancy.unplaced)
    return (*occupancy.nodes, *([waiting] if occupancy.unplaced else []))


def _described(occupancy: Occupancy) -> str:
    counts: dict[str, int] = {}
    for task in occupancy.tasks:
        counts[task.state] = counts.get(task.state, 0) + 1
    told = ", ".join(f"{count} {one_line(state)}" for state, count in counts.items()) or "none"
    nodes = len(occupancy.nodes)
    return f"{len(occupancy.tasks)} tasks on {nodes} node{'' if nodes == 1 else 's'}: {told}."


def _sentences(occupancy: Occupancy) -> Iterator[str]:
    yield _described(occupancy)
    for node in _frames(occupancy):
        held = ", ".join(f"{one_line(task.name)} {one_line(task.state)}" for task in node.tasks) or "nothing of it"
        yield f"{one_line(node.name)} has {held}."


def svg(occupancy: Occupancy) -> str:
    """The picture as SVG: frames in columns, each below the shortest one so far."""
    frames = _frames(occupancy)
    page = Page(f"{one_line(occupancy.stack)} on its nodes", " ".join(_sentences(occupancy)))
    across = max(1, min(ACROSS, math.ceil(math.sqrt(len(frames) * 2))))
    reached = [0.0] * across
    with page.moved(0, page.heading(one_line(occupancy.stack), _described(occupancy).rstrip("."))):
        for node in frames:
            column = reached.index(min(reached))
            _node(page, node, column * (WIDTH + 2 * INSIDE + APART), reached[column])
            reached[column] += _height(node) + APART
    return page.text()


def _height(node: Node) -> float:
    return HEAD + INSIDE + (sum(_card(task) + GAP for task in node.tasks) - GAP if node.tasks else LINE)


def _card(task: Task) -> float:
    return TASK + (len(_below(task)) - 1) * LINE


def _below(task: Task) -> list[str]:
    """What stands below a task's name: what went wrong with it, else its image."""
    error = one_line(task.error)
    if not error:
        return [cut(one_line(task.image), SMALL)]
    lines = fold(error, SMALL)
    return lines if len(lines) <= LINES else [*lines[: LINES - 1], clipped(" ".join(lines[LINES - 1 :]), SMALL)]


def _node(page: Page, node: Node, x: float, y: float) -> None:
    name = one_line(node.name)
    with page.group("node", f"node {name}"):
        page.rectangle(x, y, WIDTH + 2 * INSIDE, _height(node), "frame", radius=12)
        page.write(x + INSIDE, y + 23, cut(_short(name), int(WIDTH / 8.4)), "name", full=name)
        if node.traits:
            page.write(x + INSIDE, y + 40, cut(one_line(", ".join(node.traits)), int(WIDTH / 6.6)), "faint small")
        if not node.tasks:
            page.write(x + INSIDE, y + HEAD + 12, "no task of it", "faint small")
        top = y + HEAD
        for task in node.tasks:
            _task(page, task, x + INSIDE, top)
            top += _card(task) + GAP


def _short(name: str) -> str:
    """The name of a node without its domain, where it is too long for its frame."""
    return name if width_of(name) <= WIDTH / 8.4 else name.partition(".")[0]


def _task(page: Page, task: Task, x: float, y: float) -> None:
    name, state, height = one_line(task.name), one_line(task.state), _card(task)
    with page.group(f"card {task.health}", f"task {name}, {state}"):
        page.rectangle(x, y, WIDTH, height, "card", radius=6)
        page.rectangle(x, y, 5, height, f"bar {task.health}", radius=2.5)
        page.write(x + 16, y + 19, cut(name, int((WIDTH - 40) / 8.4) - width_of(state)), "name", full=name)
        page.badge(x + WIDTH - 10, y + 7, clipped(state, 16))
        for index, line in enumerate(_below(task)):
            full = one_line(task.error or task.image)
            page.write(x + 16, y + 36 + index * LINE, line, "faint small", full=full)


def mermaid(occupancy: Occupancy) -> str:
    """The picture as a Mermaid flowchart."""
    lines = ["flowchart TB", f"  accTitle: {escaped(one_line(occupancy.stack))} on its nodes"]
    lines.append(f"  accDescr: {escaped(' '.join(_sentences(occupancy)))}")
    styles = []
    for at, node in enumerate(_frames(occupancy)):
        said = f"<br/>{escaped(one_line(', '.join(node.traits)))}" if node.traits else ""
        lines.append(f'  subgraph h{at}["<b>{escaped(one_line(node.name))}</b>{said}"]')
        for index, task in enumerate(node.tasks):
            below = escaped(one_line(task.error or task.image))
            words = (f"<b>{escaped(one_line(task.name))}</b>", below, escaped(one_line(task.state)))
            lines.append(f'    t{at}x{index}["{"<br/>".join(words)}"]')
            styles.append(f"  style t{at}x{index} stroke:{_COLOURS[task.health]},stroke-width:2px")
        lines += ["  end"] if node.tasks else [f'    e{at}["nothing"]', "  end"]
    return "".join(f"{line}\n" for line in [*lines, *styles])


def dot(occupancy: Occupancy) -> str:
    """The picture for Graphviz."""
    lines = ["digraph {", f"  graph [{label([one_line(occupancy.stack)])}, labelloc=t, fontname=monospace]"]
    lines.append("  node [shape=box, style=rounded, fontname=monospace, fontsize=11, penwidth=2]")
    for at, node in enumerate(_frames(occupancy)):
        lines.append(f"  subgraph cluster{at} {{")
        lines.append(f"    graph [{label([one_line(node.name), one_line(', '.join(node.traits))])}, style=dashed]")
        for index, task in enumerate(node.tasks):
            words = label([one_line(task.name), one_line(task.error or task.image), one_line(task.state)])
            lines.append(f'    t{at}x{index} [{words}, color="{_COLOURS[task.health]}"]')
        lines += [] if node.tasks else [f"    e{at} [{label(['nothing'])}, penwidth=0]"]
        lines.append("  }")
    return "".join(f"{line}\n" for line in [*lines, "}"])
