"""A swarm of three engines, each in a network namespace of its own, on a switch: one manager and two workers.

    with trios(client) as trio:
        trio.manager.docker("stack", "deploy", …)
        trio.workers[0].kill()             # a power cut
        with trio.parted(trio.workers[1]): # packets to and from it vanish
            …

Tests get a fresh one as the fixture `trio`, since they break it.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs

from rig.engine import Engine, node, wait

SUBNET = "198.18.7."
"""Addresses that no Docker pool has and that are never routed."""
SPACES = Path("/run/netns")
NAMES = ("m1", "w1", "w2")


@attrs.frozen
class Trio:
    """The running swarm."""

    switch: str
    manager: Engine
    workers: tuple[Engine, ...]

    def nodes(self) -> dict[str, str]:
        """The state of each node as the manager sees it, by host name."""
        found: list[dict[str, Any]] = self.manager.call("GET", "/nodes")
        # One that has just joined has not said its name yet.
        return {each["Description"].get("Hostname", each["ID"]): each["Status"]["State"] for each in found}

    @contextlib.contextmanager
    def parted(self, name: str) -> Iterator[None]:
        """A node (`w1`) that hears nothing and is not heard, without its link going down."""
        _ip("-n", self.switch, "link", "set", name, "nomaster")
        try:
            yield
        finally:
            _ip("-n", self.switch, "link", "set", name, "master", "br0")


@contextlib.contextmanager
def trios(client: Path) -> Iterator[Trio]:
    """Three engines and their swarm, gone without a trace at the end."""
    with contextlib.ExitStack() as held:
        mark = f"psd{os.getpid()}"
        switch = held.enter_context(_space(f"{mark}s"))
        _ip("-n", switch, "link", "add", "br0", "type", "bridge")
        _ip("-n", switch, "link", "set", "br0", "up")
        hosts = "".join(f"{SUBNET}{number} {name}\n" for number, name in enumerate(NAMES, 1))
        engines = []
        for number, name in enumerate(NAMES, 1):
            space = held.enter_context(_space(f"{mark}{name}"))
            _ip("-n", switch, "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", space)
            _ip("-n", switch, "link", "set", name, "master", "br0", "up")
            _ip("-n", space, "addr", "add", f"{SUBNET}{number}/24", "dev", "eth0")
            _ip("-n", space, "link", "set", "eth0", "up")
            engines.append(held.enter_context(node(client, name=name, network=SPACES / space, hosts=hosts)))
        manager, *workers = engines
        yield _joined(switch, manager, tuple(workers))


def _joined(switch: str, manager: Engine, workers: tuple[Engine, ...]) -> Trio:
    first = f"{SUBNET}1"
    # A node that is gone is noticed within seconds, not within the half minute of Docker's defaults.
    spec = {"Dispatcher": {"HeartbeatPeriod": 1_000_000_000}}
    manager.call("POST", "/swarm/init", {"ListenAddr": "0.0.0.0:2377", "AdvertiseAddr": first, "Spec": spec})
    token = manager.call("GET", "/swarm")["JoinTokens"]["Worker"]

    def join(number: int, worker: Engine) -> None:
        address = {"ListenAddr": "0.0.0.0:2377", "AdvertiseAddr": f"{SUBNET}{number}"}
        worker.call("POST", "/swarm/join", {**address, "RemoteAddrs": [f"{first}:2377"], "JoinToken": token})

    with ThreadPoolExecutor() as pool:
        list(pool.map(join, range(2, 2 + len(workers)), workers))
    trio = Trio(switch, manager, workers)
    wait(lambda: trio.nodes() == dict.fromkeys(NAMES, "ready"), "three nodes", 60)
    return trio


@contextlib.contextmanager
def _space(name: str) -> Iterator[str]:
    _ip("netns", "add", name)
    try:
        _ip("-n", name, "link", "set", "lo", "up")
        yield name
    finally:
        _ip("netns", "delete", name)


def _ip(*words: str) -> None:
    run = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {run.stderr}")
