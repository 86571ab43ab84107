"""A swarm beside Docker's own commands: two Engines of ours, one for each tool, and the same stack on both.

The services have no replicas, so what is timed is the work of the tools and of the Engine's API, and no container.
Calls are counted through a proxy, outside of the timing. It takes root, as the tests on an Engine do.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import fleet
from rig import engine as engines
from rig.engine import Engine, wait
from rig.proxy import proxied

STACK = "fleet"
REPLICAS = (("replicas=2 + number % 3", "replicas=0"), ("replicas: {replicas}", "replicas: 0"))


class Pair(NamedTuple):
    """The seconds of both tools, one entry a round."""

    ours: list[float]
    docker: list[float]

    @property
    def ratio(self) -> float:
        return statistics.median(one / other for one, other in zip(self.ours, self.docker, strict=True))


class Calls(NamedTuple):
    """What one command asked of the Engine."""

    all: int
    writes: int


class Field:
    """Both Engines, the commands, and the folder with the stack in both forms."""

    def __init__(self, pystackdsl: Path, mine: Engine, docker: Engine, folder: Path) -> None:
        self.pystackdsl = pystackdsl
        self.mine = mine
        self.docker = docker
        self.folder = folder

    def apply(self, *words: str, host: str | None = None) -> float:
        return self._timed([self.pystackdsl, "apply", "--yes", "--name", STACK, *words], host or self.mine.host)

    def deploy(self, host: str | None = None) -> float:
        command = [self.docker.client, "stack", "deploy", "--detach", "--compose-file", "stack.yml", STACK]
        return self._timed(command, host or self.docker.host)

    def remove(self) -> tuple[float, float]:
        """Take the stack out of both, timed as far as the namesake goes; then wait until all is gone."""
        ours = self._timed([self.pystackdsl, "rm", "--detach", STACK], self.mine.host)
        docker = self._timed([self.docker.client, "stack", "rm", "--detach", STACK], self.docker.host)
        label = '{"label": ["com.docker.stack.namespace=fleet"]}'
        for engine in (self.mine, self.docker):
            wait(lambda engine=engine: not engine.call("GET", "/networks", query={"filters": label}), "removal", 60)
        return ours, docker

    def change(self, word: str) -> None:
        """Give one service another environment, in both forms of the stack."""
        for name in ("stack.py", "stack.yml"):
            path = self.folder / name
            old, _, rest = path.read_text().partition("/* one */")
            path.write_text(old + "/* one */" + word + rest[1:])

    def counted(self, *words: str) -> Calls:
        """The calls of an apply."""
        with _room() as room, proxied(self.mine.socket, room / "s") as proxy:
            self.apply(*words, host=proxy.host)
            return Calls(len(proxy.calls), len(proxy.writes))

    def over_a_link(self, rounds: int, seconds: float) -> Pair:
        """A deploy of what is there already, where each answer takes some seconds longer."""
        with (
            _room() as room,
            proxied(self.mine.socket, room / "m") as mine,
            proxied(self.docker.socket, room / "d") as docker,
        ):
            mine.delay = docker.delay = seconds
            return Pair(
                [self.apply("--detach", host=mine.host) for _ in range(rounds)],
                [self.deploy(docker.host) for _ in range(rounds)],
            )

    def _timed(self, command: list[str | Path], host: str) -> float:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "DOCKER_HOST": host}
        start = time.perf_counter()
        run = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        passed = time.perf_counter() - start
        if run.returncode:
            raise SystemExit(f"{' '.join(map(str, command))}: exit {run.returncode}\n{run.stdout}{run.stderr}")
        return passed


@contextlib.contextmanager
def _room() -> Iterator[Path]:
    """A folder with a short path, for sockets."""
    with tempfile.TemporaryDirectory(prefix="pxy", dir="/tmp") as name:
        yield Path(name)


@contextlib.contextmanager
def field(pystackdsl: Path, docker: Path, room: Path, count: int) -> Iterator[Field]:
    """Two fresh Engines and a stack of `count` services."""
    folder = room / f"operating-{count}"
    fleet.write(folder, count)
    for name, (old, new) in zip(("stack.py", "stack.yml"), REPLICAS, strict=True):
        path = folder / name
        text = path.read_text().replace(old, new)
        if name == "stack.yml":
            text = "".join("      replicas: 0\n" if "replicas:" in line else line for line in text.splitlines(True))
            text = text.replace("LOG_LEVEL: info", "LOG_LEVEL: info/* one */0", 1)
        else:
            text = text.replace('"LOG_LEVEL": "info"', '"LOG_LEVEL": "info/* one */0" if number == 0 else "info"')
        path.write_text(text)
    with engines.running(docker) as mine, engines.running(docker) as other:
        yield Field(pystackdsl, mine, other, folder)


def measure(
    pystackdsl: Path, docker: Path, room: Path, *, rounds: int
) -> Iterator[tuple[str, Pair, float, float, Calls | None]]:
    """Every row: what it is, both tools' seconds, the bar, the stretch, and what we called, where that is limited."""
    with field(pystackdsl, docker, room, 200) as both:
        create, remove = Pair([], []), Pair([], [])
        for _ in range(rounds):
            create.ours.append(both.apply("--detach"))
            create.docker.append(both.deploy())
            ours, other = both.remove()
            remove.ours.append(ours)
            remove.docker.append(other)
        yield "create 200 services", create, 0.75, 0.5, None
        yield "remove 200 services", remove, 1.0, 0.6, None
        both.apply("--detach")
        both.deploy()
        same, one = Pair([], []), Pair([], [])
        for number in range(2 * rounds):
            same.ours.append(both.apply())
            same.docker.append(both.deploy())
            both.change(str(1 + number % 9))
            one.ours.append(both.apply("--detach"))
            one.docker.append(both.deploy())
        yield "nothing to do, 200 services", same, 0.40, 0.20, both.counted()
        both.change("0")
        yield "one of 200 services changed", one, 0.40, 0.20, both.counted("--detach")
    with field(pystackdsl, docker, room, 50) as both:
        both.apply("--detach")
        both.deploy()
        yield "nothing to do, 50 services, 20 ms link", both.over_a_link(rounds, 0.02), 0.15, 0.06, None
