"""What a plan looks like: the whole text, at 100 and at 60 columns, with and without colour."""

from __future__ import annotations

import re

import attrs
import pytest
from rig.golden import Golden

from pystackdsl.diagnostics import Diagnostic, KeyPath, Severity
from pystackdsl.swarm.changes import Change, Difference, Effect, Plan
from pystackdsl.swarm.live import Swarm
from pystackdsl.views.cells import width_of
from pystackdsl.views.plan import brief, render, words_of

SWARM = Swarm(id="x", where="context prod", nodes=5, api=(1, 41))
OLD, NEW = "sha256:9f2c11…", "sha256:41d0ab…"


def difference(path: str, before: str | None, after: str | None, **more: object) -> Difference:
    return Difference(path=KeyPath(*path.split("/")), before=before, after=after, **more)  # type: ignore[arg-type]


SHOP = Plan(
    stack="shop",
    swarm=SWARM,
    changes=(
        Change(kind="secrets", key="api-key", name="shop_api-key", action="create"),
        Change(
            kind="configs",
            key="nginx-conf",
            name="shop_nginx-conf-41d09f12",
            action="replace",
            old_name="shop_nginx-conf",
            differences=(
                difference(
                    "content",
                    None,
                    None,
                    diff=("@@ -3,2 +3,2 @@", " events {", "-  worker_connections 512;", "+  worker_connections 1024;"),
                ),
            ),
            users=("web",),
        ),
        Change(
            kind="services",
            key="api",
            name="shop_api",
            action="update",
            differences=(
                difference("image", "shop/api:1.4", "shop/api:1.5", note=f"{OLD} -> {NEW}"),
                difference("deploy/replicas", "2", "4"),
                difference("environment/DB_PASSWORD", "(masked)", "(masked)", masked=True),
                difference("environment/LOG", None, "debug"),
                difference("ports", "8080:80", None),
            ),
            effect=Effect(replaced=2, running=2, added=2, order="start-first", is_restart=True),
        ),
        Change(
            kind="services",
            key="web",
            name="shop_web",
            action="update",
            differences=(
                difference("deploy/labels/traefik.http.routers.web.rule", "Host(`a.example`)", "Host(`b.example`)"),
            ),
            effect=Effect(replaced=1, running=1, because=("config nginx-conf changes",), is_restart=True),
            resets={"TaskTemplate.ContainerSpec.OomScoreAdj": 500},
        ),
        Change(
            kind="services",
            key="docs",
            name="shop_docs",
            action="update",
            differences=(difference("deploy/labels/tier", "a", "b"),),
            effect=Effect(running=3),
        ),
        Change(kind="services", key="old", name="shop_old", action="remove", effect=Effect(running=3, removed=3)),
    ),
    notes=(
        Diagnostic(
            summary="service cron runs in the swarm but is not in the stack: it stays",
            severity=Severity.WARNING,
            help="--prune removes it",
        ),
        Diagnostic(summary="network outside does not exist", help="docker network create -d overlay outside"),
    ),
)
LINES = {
    KeyPath("secrets", "api-key"): "stack.py:7",
    KeyPath("configs", "nginx-conf"): "stack.py:9",
    KeyPath("services", "api"): "stack.py:18",
    KeyPath("services", "web"): "factory.py:40 (for stack.py:12)",
    KeyPath("services", "docs"): "stack.py:52",
}


@pytest.mark.parametrize("width", [100, 60])
def test_a_plan(golden: Golden, width: int) -> None:
    text = render(SHOP, source="stack.py", lines=LINES, width=width)
    assert max(map(width_of, text.splitlines())) <= width
    golden(f"plans/shop-{width}.txt", text)


def test_colours_change_nothing_else() -> None:
    plain = render(SHOP, source="stack.py", lines=LINES)
    coloured = render(SHOP, source="stack.py", lines=LINES, colour=True)
    assert "\033[" in coloured
    assert re.sub("\033\\[[0-9;]*m", "", coloured) == plain


def test_nothing_to_do() -> None:
    plan = attrs.evolve(SHOP, changes=(), notes=())
    assert render(plan, source="stack.py") == (
        "shop on the swarm at context prod (5 nodes)\n\nNo changes. shop matches stack.py.\n"
    )


@pytest.mark.parametrize(
    ("actions", "text"),
    [
        ([], "0 to add, 0 to change, 0 to remove"),
        (["create"], "1 to add, 0 to change, 0 to remove"),
        (["create", "update", "update"], "1 to add, 2 to change (0 restart tasks), 0 to remove"),
        (["replace", "remove"], "0 to add, 1 to replace, 0 to change, 1 to remove"),
    ],
)
def test_the_last_line(actions: list[str], text: str) -> None:
    changes = [Change(kind="services", key="a", name="a", action=action) for action in actions]  # type: ignore[arg-type]
    assert brief(changes) == text


def test_restarts_are_counted() -> None:
    effects = [Effect(is_restart=True), Effect(), Effect(is_job=True)]
    changes = [Change(kind="services", key="a", name="a", action="update", effect=effect) for effect in effects]
    assert brief(changes[:2]) == "0 to add, 2 to change (1 restarts tasks), 0 to remove"
    assert brief(changes) == "0 to add, 3 to change (2 restart tasks), 0 to remove"


@pytest.mark.parametrize(
    ("action", "effect", "words"),
    [
        ("create", Effect(added=3), "starts 3 tasks"),
        ("create", Effect(mode="global"), "starts a task on each node that fits"),
        ("create", Effect(mode="global-job", is_job=True), "runs the job"),
        ("remove", Effect(running=1), "stops 1 task"),
        ("replace", Effect(running=2, mode="global"), "removed and made anew: stops 2 tasks, and starts a task on each node that fits"),
        ("update", Effect(is_job=True), "runs the job again"),
        ("update", Effect(running=2), "no task restarts"),
        ("update", Effect(running=2, added=2), "adds 2 tasks; no task restarts"),
        ("update", Effect(running=2, removed=1), "stops 1 task; no task restarts"),
        ("update", Effect(running=2, moves=True), "tasks stay where their node still fits"),
        ("update", Effect(running=3, replaced=3, is_restart=True), "replaces 3 of 3 tasks, 1 at a time, stop-first"),
        (
            "update",
            Effect(running=3, replaced=3, parallelism=0, is_restart=True),
            "replaces 3 of 3 tasks, all at once, stop-first: none runs meanwhile",
        ),
        ("update", Effect(running=1, replaced=1, is_restart=True), "replaces 1 of 1 task, stop-first: none runs meanwhile"),
        ("update", Effect(running=1, replaced=1, order="start-first", is_restart=True), "replaces 1 of 1 task, start-first"),
        ("update", Effect(is_restart=True), "no task runs now; new ones start"),
        ("update", Effect(is_restart=True, added=2), "adds 2 tasks"),
        (
            "replace",
            Effect(running=1, removed=1, added=3, is_restart=True),
            "removed and made anew: stops 1 task, and starts 3 tasks",
        ),
        (
            "update",
            Effect(running=2, replaced=2, detached=("n",), is_restart=True),
            "replaces 2 of 2 tasks, twice (taken off network n, and attached again)",
        ),
        (
            "update",
            Effect(running=4, replaced=2, removed=2, detached=("n", "m"), because=("config c changes",), is_restart=True),
            "replaces 4 of 4 tasks, 2 of them 3 times (config c changes, taken off networks n, m, and attached again); stops 2 tasks",
        ),
        (
            "update",
            Effect(running=2, removed=2, detached=("n",), is_restart=True),
            "replaces 2 of 2 tasks (taken off network n, and attached again); stops 2 tasks",
        ),
        ("update", Effect(detached=("n",), is_restart=True), "no task runs now; new ones start"),
        ("update", Effect(is_job=True, detached=("n",)), "runs the job again, twice (taken off network n, and attached again)"),
    ],
)  # fmt: skip
def test_what_happens_to_tasks(action: str, effect: Effect, words: str) -> None:
    change = Change(kind="services", key="a", name="a", action=action, effect=effect)  # type: ignore[arg-type]
    assert words_of(change) == words


def test_what_would_steer_a_terminal_is_escaped() -> None:
    change = Change(
        kind="services",
        key="a",
        name="a",
        action="update",
        differences=(difference("environment/A", "\033[2J", "b"),),
        forced="--force",
    )
    text = render(attrs.evolve(SHOP, changes=(change,), notes=()), source="stack.py")
    assert "\\x1b[2J -> b" in text
    assert "asked for by --force" in text
