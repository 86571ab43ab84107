"""The connection dies before and after each call of an apply: the error is clear, and applying again reaches the end.

Four applies to one stack: all is made, a service is changed, a config's content rotates, a service is removed. Before
each the stack is what the former left; what it has to be afterwards is known from an apply that went well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
from rig.engine import Engine as Rig
from rig.proxy import READING, Fault, Proxy, proxied

from pystackdsl import Config, Deploy, Network, Secret, Service, Stack, swarm
from pystackdsl.swarm.compare import Options as Comparison
from pystackdsl.swarm.engine import Engine
from pystackdsl.swarm.errors import EngineError
from pystackdsl.swarm.events import Outcome
from pystackdsl.swarm.removal import remove
from pystackdsl.swarm.rollout import Options
from pystackdsl.swarm.specs import KINDS

COMPARISON = Comparison(resolve_image="never", prune=True, salt=b"0123456789abcdef")
STEPS = ("create", "change", "rotate", "remove")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pystackdsl.swarm.writes.PAUSE", 0.01)
    monkeypatch.setattr("pystackdsl.swarm.watch.LOST", 0.3)
    monkeypatch.setattr("pystackdsl.swarm.watch.LAST_PAUSE", 0.05)


@pytest.fixture(scope="module")
def proxy(engine: Rig, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with proxied(engine.socket, tmp_path_factory.mktemp("p") / "s") as proxy:
        yield proxy


def stack(step: str, folder: Path) -> Stack:
    """The stack that an apply is of; no task of it ever runs, so that nothing has to be waited for."""
    (folder / "pw").write_text("secret")
    net, pw = Network(driver="overlay"), Secret(file="pw")
    conf = Config(content="two" if STEPS.index(step) > 1 else "one")
    labels = {} if step == "create" else {"changed": "yes"}
    a = Service(image="busybox", networks=[net], secrets=[pw], deploy=Deploy(replicas=0, labels=labels))
    b = Service(image="busybox", networks=[net], configs=[conf], deploy=Deploy(replicas=0))
    held: dict[str, Any] = {"a": a, "b": b, "net": net, "pw": pw, "conf": conf}
    if step != "remove":
        held["c"] = Service(image="busybox", networks=[net], deploy=Deploy(replicas=0))
    return Stack.of(held, name="broken", base=folder)


def applied(engine: Engine, step: str, folder: Path) -> Outcome:
    plan = swarm.plan(stack(step, folder), engine, options=COMPARISON)
    return swarm.apply(plan, engine, Options(timeout=5)).wait()


def found(engine: Engine) -> Mapping[str, Any]:
    """What the swarm has of the stack, without what differs from one apply to the next."""
    live = engine.read("broken")
    specs = {name: raw["Spec"] for kind in KINDS[1:] for name, raw in live.of(kind).items()}
    return {"networks": set(live.networks), **{name: _plain(spec, live.names) for name, spec in specs.items()}}


def _plain(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        own = {"SecretID", "ConfigID", "com.pystackdsl.apply", "com.pystackdsl.fingerprint"}
        return {key: _plain(each, names) for key, each in value.items() if key not in own}
    if isinstance(value, list):
        return [_plain(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


@attrs.frozen
class Run:
    """An apply that went well: whether each of its calls is a write, and what the swarm had then."""

    calls: tuple[bool, ...]
    state: Mapping[str, Any]

    def faults(self) -> Iterator[Fault]:
        """A broken connection before each call, and after each write; once, and from that write on."""
        for at, is_write in enumerate(self.calls, 1):
            yield Fault(at, "before", ".*")
            if is_write:
                yield from (Fault(at, "after", ".*"), Fault(at, "before", ".*", True), Fault(at, "after", ".*", True))


@pytest.fixture(scope="module")
def runs(engine: Rig, proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    folder = tmp_path_factory.mktemp("runs")
    client = swarm.connect(host=proxy.host)
    good = {}
    for step in STEPS:
        proxy.reset()
        outcome = applied(client, step, folder)
        assert (outcome.status, outcome.error) == (0, "")
        good[step] = Run(tuple(call.method not in READING for call in proxy.calls), found(client))
    client.close()
    engine.remove("broken")
    return good


@pytest.mark.parametrize("step", STEPS)
def test_after_a_broken_connection_apply_reaches_the_end(
    engine: Rig, proxy: Proxy, runs: dict[str, Run], tmp_path: Path, step: str
) -> None:
    direct = swarm.connect(host=engine.host)
    begin(direct, step, tmp_path)
    for fault in runs[step].faults():
        proxy.reset()
        client = swarm.connect(host=proxy.host)
        proxy.reset()
        proxy.faults.append(fault)
        status, error = attempt(client, step, tmp_path)
        client.close()
        assert status == 0 or (status == 1 and "connection" in error and "broke" in error), (fault, status, error)
        assert status == 0 or fault.onwards or not proxy.writes, fault
        if proxy.writes:
            assert applied(direct, step, tmp_path).status == 0, fault
            assert found(direct) == runs[step].state, fault
            assert swarm.plan(stack(step, tmp_path), direct, options=COMPARISON).is_empty, fault
            begin(direct, step, tmp_path)
    direct.close()


def begin(engine: Engine, step: str, folder: Path) -> None:
    """Bring the stack to where the step begins."""
    for _ in remove("broken", engine):
        pass
    for former in STEPS[: STEPS.index(step)]:
        assert applied(engine, former, folder).status == 0


def attempt(engine: Engine, step: str, folder: Path) -> tuple[int, str]:
    """The exit code and the error of an apply, which may not even get as far as a plan."""
    try:
        outcome = applied(engine, step, folder)
    except EngineError as error:
        return 1, error.summary
    assert outcome.done or outcome.undone
    return outcome.status, outcome.error
