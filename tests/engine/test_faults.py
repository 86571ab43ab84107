"""Every way in which a rollout fails, or only seems to, on a real engine: the exit code, the cause, and what is told.

All stacks are applied at once, each under a name of its own, since most of the time they wait: for a restart, for the
monitor of an update, for a health check.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import attrs
import pytest
from rig.engine import Engine as Rig

from pystackdsl import (
    Deploy,
    Limits,
    Network,
    Never,
    OnFailure,
    Placement,
    Port,
    Reservations,
    Resources,
    RestartPolicy,
    Service,
    Stack,
    UpdateConfig,
    swarm,
)
from pystackdsl.swarm.compare import Options as Comparison
from pystackdsl.swarm.engine import Engine
from pystackdsl.swarm.events import Cause, Outcome, Verdict
from pystackdsl.swarm.rollout import Options

QUICK = RestartPolicy(condition="any", delay="200ms")
AT_ONCE = 8
LONG = UpdateConfig(monitor="30s", delay="0s")
"""What fails has that long for it: on a busy machine a program takes a while to come to its end."""
SHORT = {"update_config": UpdateConfig(monitor="1s", delay="0s")}
SHARED = Network(external=True, name="faults")
"""All services share one network: to make one for each would take the engine longer than all the rest."""
ROLLOUT = Options(timeout=120, patience=3)
NOTE = "echo 'DATABASE_URL is not set'; exit 1"


@attrs.frozen
class Ending:
    """What a rollout has to come to."""

    status: int
    cause: Cause | None
    because: Cause | None = None
    told: tuple[str, ...] = ()


@attrs.frozen
class Case:
    """What is applied, one after the other; the ending is that of the last."""

    services: tuple[Service, ...]
    ending: Ending
    options: Options = ROLLOUT


def service(
    image: str = "faults:ok", *, restart: Any = QUICK, deploy: dict[str, Any] | None = None, **keys: Any
) -> Service:
    said = {**({"restart": restart} if restart else {}), **(deploy or {})}
    if "job" not in said.get("mode", ""):
        said = {"update_config": LONG, **said}
    return Service(image=image, networks=[SHARED], deploy=Deploy(**said), **keys)


def updating(action: str, image: str = "faults:exit") -> tuple[Service, ...]:
    config = UpdateConfig(monitor="4s", delay="0s", failure_action=action)
    return (
        service(deploy={"update_config": config}),
        service(image, deploy={"update_config": config}),
    )


CASES = {
    "bad image": Case(
        (service("faults:nowhere"),), Ending(7, "image-not-found", told=("No such image: faults:nowhere",))
    ),
    "exit 1": Case((service("faults:exit"),), Ending(7, "crash-loop", told=("non-zero exit (1)", "| DATABASE_URL is"))),
    "ends well but should run": Case((service("faults:end"),), Ending(7, "crash-loop")),
    "restarts used up": Case(
        (service("faults:exit", restart=OnFailure(delay="100ms", max_attempts=1)),),
        Ending(7, "exited", told=("non-zero exit (1)",)),
    ),
    "out of memory": Case(
        (service("faults:eats", deploy={"resources": Resources(limits=Limits(memory="24M"))}),),
        Ending(7, "out-of-memory", told=("non-zero exit (137)",)),
    ),
    "failing health": Case((service("faults:sick"),), Ending(7, "unhealthy", told=("| the queue is full",))),
    "slow health": Case((service("faults:slow", deploy=SHORT),), Ending(0, None)),
    "slow health, out of time": Case(
        (service("faults:slower"),), Ending(5, "timed-out"), Options(timeout=4, patience=3)
    ),
    "no node": Case(
        (service(deploy={"placement": Placement(constraints=["node.labels.zone == mars"])}),),
        Ending(
            6, "no-suitable-node", told=("scheduling constraints not satisfied on 1 node", "node.labels.zone == mars")
        ),
    ),
    "no memory": Case(
        (service(deploy={"resources": Resources(reservations=Reservations(memory="900G"))}),),
        Ending(6, "no-suitable-node", told=("insufficient resources on 1 node",)),
    ),
    "host port taken": Case(
        (service(ports=[Port(target=80, published=9393, mode="host")], deploy={"replicas": 2}),),
        Ending(6, "port-taken", told=("host-mode port already in use on 1 node",)),
    ),
    "missing bind": Case(
        (service(volumes=["/does/not/exist:/data"]),),
        Ending(7, "missing-mount", told=("bind source path does not exist: /does/not/exist",)),
    ),
    "one-shot": Case((service("faults:end", restart=Never()),), Ending(0, None)),
    "one-shot that fails": Case(
        (service("faults:exit", restart=Never()),), Ending(7, "exited", told=("non-zero exit (1)",))
    ),
    "job": Case(
        (service("faults:end", restart=None, deploy={"mode": "replicated-job", "replicas": 2}),), Ending(0, None)
    ),
    "job that fails": Case(
        (service("faults:exit", restart=Never(), deploy={"mode": "replicated-job"}),),
        Ending(7, "exited", told=("non-zero exit (1)",)),
    ),
    "replicas 0": Case((service("faults:exit", deploy={"replicas": 0}),), Ending(0, None)),
    "global": Case((service(deploy={"mode": "global", **SHORT}),), Ending(0, None)),
    "old failed task": Case((service("faults:exit", restart=Never()), service(deploy=SHORT)), Ending(0, None)),
    "update paused": Case(
        updating("pause"),
        Ending(4, "update-paused", "crash-loop", told=("update paused due to failure", "| DATABASE_URL")),
    ),
    "rollback": Case(updating("rollback"), Ending(3, "rolled-back", "crash-loop", told=("image faults:exit",))),
    "an update that goes on": Case(updating("continue"), Ending(7, "crash-loop")),
    "an update to a bad image": Case(
        updating("pause", "faults:nowhere"), Ending(4, "update-paused", "image-not-found")
    ),
}


@pytest.fixture(scope="module")
def outcomes(engine: Rig, request: pytest.FixtureRequest) -> Iterator[dict[str, Future[Outcome]]]:
    engine.image("faults:ok")
    engine.image("faults:exit", command=NOTE)
    engine.image("faults:end", command="exit 0")
    engine.image("faults:eats", command="head -c 100m /dev/zero | tail")
    engine.image("faults:sick", health="echo the queue is full; exit 1")
    engine.image("faults:slow", command="sleep 2; touch /tmp/up; exec httpd -f -p 80", health="test -e /tmp/up")
    engine.image("faults:slower", command="exec httpd -f -p 80", health="sleep 1; exit 1")
    engine.docker("network", "create", "--driver", "overlay", "faults")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = {
            getattr(item, "callspec", None) and item.callspec.params.get("title") for item in request.session.items
        }
        yield {
            title: pool.submit(carried_out, engine, f"fault{at}", case)
            for at, (title, case) in enumerate(CASES.items())
            if title in asked
        }


def carried_out(rig: Rig, name: str, case: Case) -> Outcome:
    """Apply one service after the other, and give the last outcome."""
    engine = swarm.connect(host=rig.host)
    try:
        for each in case.services:
            outcome = applied(engine, name, each, case.options)
        return outcome
    finally:
        swarm.remove(name, engine, detach=True).wait()
        engine.close()


def applied(engine: Engine, name: str, service: Service, options: Options) -> Outcome:
    stack = Stack.of({"app": service, "shared": SHARED}, name=name)
    plan = swarm.plan(stack, engine, options=Comparison(resolve_image="never"))
    return swarm.apply(plan, engine, options).wait()


@pytest.mark.parametrize("title", CASES)
def test_each_fault_has_its_exit_code_and_its_cause(outcomes: dict[str, Future[Outcome]], title: str) -> None:
    ending, outcome = CASES[title].ending, outcomes[title].result(200)
    (verdict,) = outcome.verdicts or (None,)
    assert isinstance(verdict, Verdict)
    assert (outcome.status, verdict.cause, verdict.because) == (ending.status, ending.cause, ending.because), verdict
    for words in ending.told:
        assert any(words in line for line in verdict.evidence), verdict.evidence
