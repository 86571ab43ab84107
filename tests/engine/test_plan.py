"""Plans on a real engine: what `docker stack` deployed, what somebody changed by hand, and what an apply leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rig.engine import Engine as Rig
from rig.engine import wait

from pystackdsl import (
    KEEP,
    Config,
    Deploy,
    Network,
    Placement,
    Secret,
    Service,
    Stack,
    UpdateConfig,
    evolve,
    swarm,
)
from pystackdsl.compose.assets import with_assets
from pystackdsl.compose.codec import spell
from pystackdsl.diagnostics import Severity
from pystackdsl.swarm.changes import Plan
from pystackdsl.swarm.compare import Options
from pystackdsl.swarm.engine import Engine
from pystackdsl.swarm.rollout import Options as Way

NEVER = "never"
SHARED = Network(external=True, name="plans")
"""Most services share one network: to make one for each would take the engine longer than all the rest."""


@pytest.fixture(scope="module")
def manager(engine: Rig) -> Iterator[Engine]:
    """The connection that all tests here share."""
    engine.docker("network", "create", "--driver", "overlay", "plans")
    found = swarm.connect(host=engine.host)
    yield found
    found.close()


class Shop:
    """One stack on its way: what it holds, deployed by Docker or by us, and planned."""

    def __init__(self, rig: Rig, manager: Engine, name: str, folder: Path) -> None:
        self.rig = rig
        self.manager = manager
        self.name = name
        self.folder = folder

    def stack(self, **held: Any) -> Stack:
        return Stack.of({**held, "shared": SHARED}, base=self.folder)

    def deploy(self, stack: Stack) -> None:
        """As `docker stack deploy` does it."""
        complete, assets = with_assets(stack, folder=self.folder, stack_name=None, rotate=False)
        for path, data in assets.items():
            path.write_bytes(data)
        (self.folder / "stack.yml").write_text(spell(complete, folder=self.folder))
        self.rig.docker(
            "stack", "deploy", "--detach", "--resolve-image", NEVER, "-c", str(self.folder / "stack.yml"), self.name
        )

    def plan(self, stack: Stack, *, settles: bool = False, **options: Any) -> Plan:
        way = Options(**{"resolve_image": NEVER, **options})
        return swarm.plan(stack, self.manager, name=self.name, options=way, environment={}, settles=settles)

    def apply(self, stack: Stack, **options: Any) -> Plan:
        """Plan, and do it; the plan after it is empty."""
        plan = self.plan(stack, settles=True, **options)
        outcome = swarm.apply(plan, self.manager, Way(detach=True)).wait()
        assert (outcome.status, outcome.error, outcome.undone) == (0, "", ())
        after = self.plan(stack, settles=True)
        assert after.is_empty, after.changes
        return plan

    def names(self, kind: str) -> set[str]:
        """What there is of a kind, without the stack's name."""
        found = self.rig.docker(kind, "ls", "--format", "{{.Name}}").stdout.split()
        return {each.removeprefix(f"{self.name}_") for each in found if each.startswith(f"{self.name}_")}

    def tasks(self) -> set[str]:
        """The IDs of all tasks."""
        return set(self.rig.docker("stack", "ps", "-q", "--no-trunc", self.name).stdout.split())

    def of_docker(self, *words: str) -> None:
        self.rig.docker(*words)


@pytest.fixture
def shop(engine: Rig, manager: Engine, stack_name: str, tmp_path: Path) -> Shop:
    return Shop(engine, manager, stack_name, tmp_path)


def sleeper(**keys: Any) -> Service:
    networks = keys.pop("networks", [SHARED])
    return Service(image="busybox:latest", command=["sleep", "1000"], stop_signal="SIGKILL", networks=networks, **keys)


def acts(plan: Plan) -> list[tuple[str, str, str]]:
    return [(change.kind, change.key, change.action) for change in plan.changes]


def summaries(plan: Plan) -> list[str]:
    return [note.summary for note in plan.notes]


def test_what_docker_deployed_is_taken_over(shop: Shop) -> None:
    (shop.folder / "pw").write_text("hunter2")
    conf, pw, net = Config(content="one"), Secret(file="pw"), Network(attachable=True, labels={"a": "b"})
    web = sleeper(
        configs=[conf], secrets=[pw], networks=[net], ports=["80"], deploy=Deploy(replicas=2, labels={"t": "1"})
    )
    stack = shop.stack(web=web, conf=conf, pw=pw, net=net)
    shop.deploy(stack)
    plan = shop.plan(stack)
    assert plan.is_empty
    assert plan.unknown == ("pw",)
    shop.rig.converge(shop.name)
    before = shop.tasks()

    taken = shop.apply(stack)
    assert acts(taken) == [("secrets", "pw", "update")]
    assert summaries(taken) == [f"docker stack deployed {shop.name}: this takes it over"]
    assert shop.plan(stack).unknown == ()
    shop.deploy(stack)  # and back
    after = shop.plan(stack)
    assert (after.is_empty, after.unknown) == (True, ("pw",))
    assert shop.tasks() == before


def test_a_secret_of_docker_that_holds_something_else(shop: Shop) -> None:
    (shop.folder / "pw").write_text("hunter2")
    pw = Secret(file="pw")
    stack = shop.stack(web=sleeper(secrets=[pw]), pw=pw)
    shop.deploy(stack)
    (shop.folder / "pw").write_text("hunter3")
    assert shop.plan(stack).is_empty
    found = shop.apply(stack)
    assert acts(found) == [("secrets", "pw", "replace"), ("services", "web", "update")]
    assert len(shop.names("secret")) == 2


def test_what_somebody_scaled_by_hand(shop: Shop) -> None:
    unsaid, said, kept = sleeper(), sleeper(deploy=Deploy(replicas=1)), sleeper(deploy=Deploy(replicas=KEEP))
    stack = shop.stack(unsaid=unsaid, said=said, kept=kept)
    shop.apply(stack)
    for key in ("unsaid", "said", "kept"):
        shop.of_docker("service", "scale", "--detach", f"{shop.name}_{key}=2")
    plan = shop.plan(stack)
    assert [(change.key, change.effect.removed if change.effect else 0) for change in plan.changes] == [
        ("said", 1),
        ("unsaid", 1),
    ]
    shop.apply(stack)


def test_what_somebody_changed_by_hand(shop: Shop) -> None:
    stack = shop.stack(web=sleeper())
    shop.apply(stack)
    shop.of_docker("service", "update", "--detach", "--env-add", "A=1", "--label-add", "b=2", f"{shop.name}_web")
    [change] = shop.plan(stack).changes
    assert change.effect
    assert change.effect.is_restart
    shop.apply(stack)


def test_content_rotates_and_returns(shop: Shop) -> None:
    conf, pw = Config(content="one"), Secret(content="first")
    web = sleeper(configs=[conf.at("/etc/conf")], secrets=[pw])

    def stack(content: str, password: str) -> Stack:
        new, secret = evolve(conf, content=content), evolve(pw, content=password)
        return shop.stack(web=evolve(web, configs=[new.at("/etc/conf")], secrets=[secret]), conf=new, pw=secret)

    shop.apply(stack("one", "first"))
    assert shop.names("config") == {"conf"}
    assert acts(shop.apply(stack("two", "second"))) == [
        ("secrets", "pw", "replace"),
        ("configs", "conf", "replace"),
        ("services", "web", "update"),
    ]
    assert acts(shop.apply(stack("one", "first"))) == [("services", "web", "update")]
    assert len(shop.names("config")) == len(shop.names("secret")) == 2
    last = acts(shop.apply(stack("three", "third")))
    assert [each for each in last if each[2] == "remove"] == [
        ("configs", "conf", "remove"),
        ("secrets", "pw", "remove"),
    ]
    assert len(shop.names("config")) == len(shop.names("secret")) == 2
    container = shop.rig.call("GET", f"/services/{shop.name}_web")["Spec"]["TaskTemplate"]["ContainerSpec"]
    assert [each["File"]["Name"] for each in container["Configs"] + container["Secrets"]] == ["/etc/conf", "pw"]


def test_a_service_that_is_called_otherwise(shop: Shop) -> None:
    shop.apply(shop.stack(old=sleeper(ports=["18080:80"])))
    renamed = shop.stack(new=sleeper(ports=["18080:80"]))
    plan = shop.plan(renamed)
    assert acts(plan) == [("services", "new", "create")]
    assert summaries(plan) == [
        "service old runs in the swarm but is not in the stack: it stays",
        "service new publishes port 18080/tcp, which service old holds, and that is not in the stack",
    ]
    assert acts(shop.apply(renamed, prune=True)) == [("services", "new", "create"), ("services", "old", "remove")]
    assert shop.names("service") == {"new"}


def test_networks_that_differ(shop: Shop) -> None:
    net = Network(driver="overlay")
    before = shop.stack(web=sleeper(networks=[net]), net=net)
    shop.apply(before)
    other = Network(driver="overlay", attachable=True, ipam=None, labels={"a": "b"})
    after = shop.stack(web=sleeper(networks=[other]), net=other)
    plan = shop.plan(after)
    assert plan.is_empty
    assert summaries(plan) == [
        f"network {shop.name}_net is not as the stack has it (attachable, labels.a), and cannot be changed: it stays"
    ]
    change, service = shop.plan(after, replace_networks=True).changes
    assert (change.action, change.users) == ("replace", ("web",))
    assert service.effect
    assert service.effect.detached == ("net",)


def test_a_container_on_a_network_that_is_to_be_made_anew(shop: Shop) -> None:
    net = Network(driver="overlay", attachable=True)
    shop.apply(shop.stack(web=sleeper(networks=[net]), net=net))
    words = ("run", "--detach", "--rm", "--network", f"{shop.name}_net", "busybox", "sleep", "1000")

    def started() -> str:
        """The ID of a container; a busy engine may take too long to attach one, and then there is none."""
        run = shop.rig.docker(*words, check=False)
        return "" if run.returncode else run.stdout.strip()

    id = wait(started, "container on the network", 90)
    try:
        other = evolve(net, labels={"a": "b"})
        plan = shop.plan(shop.stack(web=sleeper(networks=[other]), net=other), replace_networks=True)
        [note] = [note for note in plan.notes if note.severity is Severity.ERROR]
    finally:
        shop.rig.docker("rm", "--force", id)
    assert note.summary.startswith(f"network net cannot be made anew: container {id[:12]} on node ")
    assert note.help == f"take it off first, there: docker network disconnect {shop.name}_net {id[:12]}"


def test_jobs_run_once(shop: Shop) -> None:
    job = Service(image="busybox:latest", command=["true"], networks=[SHARED], deploy=Deploy(mode="replicated-job"))
    stack = shop.stack(job=job)
    shop.apply(stack)
    assert shop.plan(stack).is_empty
    plan = shop.plan(stack, rerun=frozenset({"job"}))
    assert acts(plan) == [("services", "job", "update")]
    assert swarm.apply(plan, shop.manager, Way(detach=True)).wait().status == 0
    status = shop.rig.call("GET", f"/services/{shop.name}_job")["JobStatus"]
    assert status["JobIteration"]["Index"] == 1


def test_a_service_restarts_when_asked_to(shop: Shop) -> None:
    stack = shop.stack(web=sleeper())
    shop.apply(stack)
    shop.rig.converge(shop.name)
    before = shop.tasks()
    plan = shop.plan(stack, force=frozenset({"web"}))
    assert swarm.apply(plan, shop.manager).wait().status == 0
    assert shop.tasks() - before
    assert shop.plan(stack).is_empty


def test_only_labels_of_a_service_restart_nothing(shop: Shop) -> None:
    stack = shop.stack(web=sleeper(labels={"a": "b"}, environment={"A": "1"}))
    shop.apply(stack)
    shop.rig.converge(shop.name)
    before = shop.tasks()
    labelled = shop.stack(web=sleeper(labels={"a": "b"}, environment={"A": "1"}, deploy=Deploy(labels={"c": "d"})))
    [change] = shop.apply(labelled).changes
    assert change.effect
    assert not change.effect.is_restart
    assert shop.tasks() == before


def test_reading_is_all_that_a_plan_does(shop: Shop) -> None:
    (shop.folder / "pw").write_text("hunter2")
    pw = Secret(file="pw")
    stack = shop.stack(web=sleeper(secrets=[pw]), pw=pw)
    shop.deploy(stack)

    def held() -> list[Any]:
        """Secrets with their versions; those of services rise by themselves while their tasks come up."""
        secrets = shop.rig.call("GET", "/secrets")
        return [secrets, *(each["Spec"] for each in shop.rig.call("GET", "/services"))]

    before = held()
    shop.plan(stack, settles=True)  # it asks the Engine, with a write that cannot succeed
    assert held() == before


def test_what_is_not_well_though_nothing_changes(shop: Shop) -> None:
    """An update that Swarm has stopped, and a global service that no node fits."""
    stays = UpdateConfig(failure_action="pause", monitor="1s", parallelism=1)
    few = Deploy(replicas=2, update_config=stays)
    nowhere = sleeper(deploy=Deploy(mode="global", placement=Placement(constraints=["node.labels.none == here"])))
    shop.apply(shop.stack(web=sleeper(deploy=few)))
    shop.rig.converge(shop.name)
    bad = Service(image="busybox:latest", command=["false"], networks=[SHARED], deploy=few)
    stack = shop.stack(web=bad, nowhere=nowhere)
    outcome = swarm.apply(shop.plan(stack), shop.manager).wait()
    assert outcome.status == 4
    plan = shop.plan(stack)
    assert plan.is_empty
    paused, other = summaries(plan)  # Swarm may stop before the second task, or behind it
    assert re.fullmatch("service web: its update is paused(; 1 task still runs what was before)?", paused)
    assert (
        other
        == "service nowhere is global, and no node fits its constraints (node.labels.none == here): nothing of it runs"
    )


def test_an_external_network_that_one_node_has(shop: Shop) -> None:
    shop.rig.docker("network", "create", "--driver", "bridge", f"{shop.name}-local")
    local, gone = Network(external=True, name=f"{shop.name}-local"), Network(external=True, name=f"{shop.name}-gone")
    stack = shop.stack(web=sleeper(networks=[local, gone]), local=local, gone=gone)
    assert summaries(shop.plan(stack)) == [
        f"external network {gone.name} does not exist in the swarm",
        f"external network {local.name} is of scope local, and services need one of scope swarm",
    ]
    shop.rig.docker("network", "rm", f"{shop.name}-local")
