"""What a swarm is asked: `pystackdsl apply` and `rm` beside `docker stack deploy` and `rm`, on two Engines of one kind.

Each of the two works on an Engine of its own, since they would take over each other's stacks. Services have no tasks:
what is timed are the commands, not what a swarm does afterwards.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import fleet
from measure import Duel, Run, run
from rig import engine as engines
from rig.engine import Engine
from rig.proxy import Proxy, proxied
from rows import Row, count_row, time_row

NAME = "fleet"
LINK = 0.02
"""Seconds that each answer takes longer on a slow link."""


class Side(NamedTuple):
    """One of the two commands, its Engine, and the stack's two forms: as it is, and with one service changed."""

    command: Path
    engine: Engine
    folder: Path
    ours: bool

    def deploy(self, stack: str = "stack", host: str = "") -> Run:
        """Deploy a form of the stack."""
        if self.ours:
            words = ["apply", f"{stack}.py", "--name", NAME, "--yes", "--detach", "--resolve-image", "never"]
        else:
            words = ["stack", "deploy", "--compose-file", f"{stack}.yml", "--detach", "--resolve-image", "never", NAME]
        return run(self.folder, [self.command, *words], DOCKER_HOST=host or self.engine.host)

    def remove(self) -> Run:
        """Remove the stack, without waiting."""
        words = ["rm", "--detach", NAME] if self.ours else ["stack", "rm", "--detach", NAME]
        return run(self.folder, [self.command, *words], DOCKER_HOST=self.engine.host)


def operating(pystackdsl: Path, docker: Path, stacks: Path, rounds: int, *, quick: bool) -> Iterator[Row]:
    """All rows of what concerns a swarm."""
    rounds *= 3 if quick else 9
    with ExitStack() as stack:
        both = [
            Side(command, stack.enter_context(engines.running(docker)), folder(stacks, 200), ours=command is pystackdsl)
            for command in (pystackdsl, docker)
        ]
        yield from _coming_and_going(both, rounds)
        for side in both:
            side.deploy()
        yield time_row("nothing to change, 200 services", _turns(both, ["stack"] * rounds), 0.40, 0.20)
        yield from _counted("nothing to change, 200 services", both, "stack", calls=8, writes=0)
        forms = ["changed" if number % 2 == 0 else "stack" for number in range(rounds)]
        yield time_row("one service changed of 200", _turns(both, forms), 0.40, 0.20)
        yield from _counted("one service changed of 200", both, "stack" if rounds % 2 else "changed", writes=1)
        for side in both:
            side.engine.remove(NAME)
        yield from _far_away([side._replace(folder=folder(stacks, 50)) for side in both], rounds)


def folder(stacks: Path, count: int) -> Path:
    """A fleet without tasks, and the same with one service changed."""
    made = stacks / f"swarm-{count}"
    if not made.exists():
        fleet.write(made, count, replicas=0)
        for ending, before, after in (
            ("py", '"WORKERS": "4"', '"WORKERS": "5" if number == 7 else "4"'),
            ("yml", "svc-7\n      APP_NUMBER", 'svc-7\n      WORKED: "1"\n      APP_NUMBER'),
        ):
            text = (made / f"stack.{ending}").read_text()
            assert text.count(before) == 1
            (made / f"changed.{ending}").write_text(text.replace(before, after))
    return made


def _coming_and_going(both: list[Side], rounds: int) -> Iterator[Row]:
    """A stack that is made, and removed again."""
    made, removed = Duel([], []), Duel([], [])
    for number in range(rounds + 1):
        for side in (0, 1) if number % 2 else (1, 0):
            creation, removal = both[side].deploy(), both[side].remove()
            both[side].engine.remove(NAME)
            if number:  # the first is not counted
                made[side].append(creation)
                removed[side].append(removal)
    yield time_row("create 200 services", made, 0.75, 0.50)
    yield time_row("remove 200 services", removed, 1.00, 0.60)


def _turns(both: list[Side], forms: list[str], hosts: tuple[str, str] = ("", "")) -> Duel:
    """Both deploy the forms of the stack, one after the other, in turns."""
    result = Duel([], [])
    for number, form in enumerate([forms[-1], *forms]):
        for side in (0, 1) if number % 2 else (1, 0):
            took = both[side].deploy(form, hosts[side])
            if number:
                result[side].append(took)
    return result


def _counted(what: str, both: list[Side], form: str, *, calls: int | None = None, writes: int) -> Iterator[Row]:
    """How often both call the Engine, and write to it, for one more deploy."""
    seen: list[tuple[int, int]] = []
    with tempfile.TemporaryDirectory(prefix="pxy", dir="/tmp") as room:
        for side in both:
            with proxied(side.engine.socket, Path(room, f"{side.ours:d}")) as proxy:
                side.deploy(form, proxy.host)
                seen.append((len(proxy.calls), len(proxy.writes)))
    (our_calls, our_writes), (calls_of_docker, writes_of_docker) = seen
    if calls is not None:
        yield count_row(f"{what}: calls", our_calls, calls_of_docker, calls)
    yield count_row(f"{what}: writes", our_writes, writes_of_docker, writes)
    if our_writes != writes:
        raise SystemExit(f"{what}: {our_writes} writes, not {writes}")


def _far_away(both: list[Side], rounds: int) -> Iterator[Row]:
    """Nothing to change, over a link whose answers are late."""
    with tempfile.TemporaryDirectory(prefix="pxy", dir="/tmp") as room, ExitStack() as stack:
        proxies: list[Proxy] = []
        for side in both:
            side.deploy()
            proxies.append(stack.enter_context(proxied(side.engine.socket, Path(room, f"{side.ours:d}"))))
            proxies[-1].delay = LINK
        late = _turns(both, ["stack"] * max(rounds // 3, 2), (proxies[0].host, proxies[1].host))
        yield time_row("nothing to change, 50 services, 20 ms away", late, 0.15, 0.06)
        for side in both:
            side.engine.remove(NAME)
