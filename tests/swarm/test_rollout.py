"""A plan carried out where others write too and connections break, on a swarm in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import attrs
import pytest
from swarm.fake import FakeEngine
from swarm.live import desired, labelled, service

from pystackdsl.swarm.changes import Plan
from pystackdsl.swarm.compare import Options as Comparison
from pystackdsl.swarm.compare import compare
from pystackdsl.swarm.engine import Engine
from pystackdsl.swarm.errors import Refused
from pystackdsl.swarm.events import Outcome, Written
from pystackdsl.swarm.rollout import Options, Rollout, apply
from pystackdsl.swarm.specs import NAMESPACE, External, Kind, Specs
from pystackdsl.swarm.writes import APPLY, mark

QUICK = Options(timeout=0.5, detach=True)
CREATES = ["create networks", "create secrets", "create configs", "create services", "create services"]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pystackdsl.swarm.writes.PAUSE", 0.001)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


def shop(replicas: int = 0, **parts: Any) -> Specs:
    return desired(
        {
            "api": {
                "replicas": replicas,
                "template": {"Networks": [{"Target": "shop_net", "Aliases": ["api"]}]},
                **parts,
            },
            "db": {"replicas": 0, "secrets": ["pw"], "configs": ["conf"]},
        },
        secrets={"pw": b"word"},
        configs={"conf": b"x = 1"},
        networks=["net"],
    )


def planned(engine: FakeEngine, specs: Specs, **options: Any) -> Plan:
    return compare(specs, engine.read("shop", specs.externals), Comparison(**options))


def rolled(engine: FakeEngine, plan: Plan, options: Options = QUICK) -> Rollout:
    return apply(plan, cast(Engine, engine), options)


def applied(engine: FakeEngine, specs: Specs, options: Options = QUICK, **more: Any) -> Outcome:
    return rolled(engine, planned(engine, specs, **more), options).wait()


def names(outcome: Outcome) -> tuple[list[str], list[str]]:
    return [change.name for change in outcome.done], [change.name for change in outcome.undone]


def test_kinds_are_written_in_order_and_nothing_twice(engine: FakeEngine) -> None:
    outcome = applied(engine, shop())
    assert (outcome.status, outcome.undone) == (0, ())
    assert engine.writes == CREATES
    assert names(outcome)[0] == ["shop_net", "shop_pw", "shop_conf", "shop_api", "shop_db"]


def test_bodies_hold_the_ids_of_what_was_just_made(engine: FakeEngine) -> None:
    applied(engine, shop())
    container = engine.inspect("services", "shop_db")["Spec"]["TaskTemplate"]["ContainerSpec"]  # type: ignore[index]
    assert container["Secrets"][0]["SecretID"] == engine.id_of("secrets", "shop_pw")
    assert container["Configs"][0]["ConfigID"] == engine.id_of("configs", "shop_conf")


@pytest.mark.parametrize("where", ["lost", "broken"])
@pytest.mark.parametrize("call", sorted(set(CREATES)))
def test_a_create_whose_connection_broke_is_looked_into(engine: FakeEngine, call: str, where: str) -> None:
    getattr(engine, where)[call] = 1
    outcome = applied(engine, shop())
    assert (outcome.status, len(outcome.done)) == (0, 5)
    assert {kind: len(found) for kind, found in engine.objects.items()} == {
        "networks": 1, "secrets": 1, "configs": 1, "services": 2,
    }  # fmt: skip


@pytest.mark.parametrize("where", ["lost", "broken"])
def test_an_update_whose_connection_broke_is_looked_into(engine: FakeEngine, where: str) -> None:
    applied(engine, shop())
    getattr(engine, where)["update services"] = 1
    outcome = applied(engine, shop(labels={"a": "b"}))
    assert (outcome.status, names(outcome)) == (0, (["shop_api"], []))
    assert engine.inspect("services", "shop_api")["Spec"]["Labels"]["a"] == "b"  # type: ignore[index]
    assert engine.writes.count("update services") == (1 if where == "lost" else 2)


@pytest.mark.parametrize("where", ["lost", "broken"])
def test_a_removal_whose_connection_broke_is_looked_into(engine: FakeEngine, where: str) -> None:
    applied(engine, shop())
    getattr(engine, where)["remove services"] = 1
    specs = shop()
    outcome = applied(engine, attrs.evolve(specs, services={"db": specs.services["db"]}, networks={}), prune=True)
    assert (outcome.status, names(outcome)) == (0, (["shop_api"], []))
    assert engine.inspect("services", "shop_api") is None


def test_a_connection_that_stays_broken_ends_it_and_the_next_apply_completes_it(engine: FakeEngine) -> None:
    engine.broken = {"create configs": 100, "inspect configs": 100}
    outcome = applied(engine, shop())
    assert (outcome.status, outcome.error) == (1, "config shop_conf: the connection broke")
    assert names(outcome) == (["shop_net", "shop_pw"], ["shop_conf", "shop_api", "shop_db"])
    engine.broken = {}
    outcome = applied(engine, shop())
    assert (outcome.status, names(outcome)[0]) == (0, ["shop_conf", "shop_api", "shop_db"])


def test_another_version_of_the_same_body_is_no_reason_to_stop(engine: FakeEngine) -> None:
    applied(engine, shop())
    plan = planned(engine, shop(labels={"a": "b"}))
    engine.touch("services", engine.id_of("services", "shop_api"))
    engine.before["update services"] = [lambda: engine.touch("services", engine.id_of("services", "shop_api"))]
    outcome = rolled(engine, plan).wait()
    assert (outcome.status, names(outcome)[0]) == (0, ["shop_api"])
    assert engine.inspect("services", "shop_api")["Spec"]["Labels"]["a"] == "b"  # type: ignore[index]


def changes(engine: FakeEngine, **parts: Any) -> Callable[[], None]:
    spec = shop(**parts).services["api"]
    return lambda: engine.change("services", engine.id_of("services", "shop_api"), spec)


def test_a_service_that_somebody_else_changed_makes_the_plan_stale(engine: FakeEngine) -> None:
    applied(engine, shop())
    plan = planned(engine, shop(labels={"a": "b"}))
    changes(engine, labels={"c": "d"})()
    outcome = rolled(engine, plan).wait()
    assert (outcome.status, outcome.error, outcome.done) == (8, "service shop_api has been changed", ())
    plan = planned(engine, shop(labels={"a": "b"}))
    engine.before["update services"] = [changes(engine, labels={"e": "f"})]
    outcome = rolled(engine, plan).wait()
    assert (outcome.status, outcome.error) == (8, "service shop_api has been changed by somebody else")


def test_a_service_that_somebody_else_changed_to_the_same_is_as_wanted(engine: FakeEngine) -> None:
    applied(engine, shop())
    plan = planned(engine, shop(labels={"a": "b"}))
    engine.before["update services"] = [changes(engine, labels={"a": "b"})]
    events = list(rolled(engine, plan))
    assert [event.outcome for event in events if isinstance(event, Written)] == ["unchanged"]


def test_what_somebody_else_made_first_is_used_where_it_is_the_same(engine: FakeEngine) -> None:
    specs = shop()
    plan = planned(engine, specs)
    engine.before["create networks"] = [lambda: engine.create("networks", specs.networks["net"]) and None]
    events = [event for event in rolled(engine, plan) if isinstance(event, Written)]
    assert [event.outcome for event in events] == ["unchanged", "created", "created", "created", "created"]


def test_what_somebody_else_made_first_in_another_way_stops_it(engine: FakeEngine) -> None:
    specs = shop()
    other = {**specs.networks["net"], "Attachable": True}
    plan = planned(engine, specs)
    engine.before["create networks"] = [lambda: engine.create("networks", other) and None]
    outcome = rolled(engine, plan).wait()
    assert (outcome.status, outcome.error) == (8, "network shop_net has been made by somebody else")
    assert len(engine.objects["services"]) == 0


def test_a_secret_with_other_content_is_not_taken_for_ours(engine: FakeEngine) -> None:
    specs = shop()
    plan = planned(engine, specs)
    engine.before["create secrets"] = [lambda: engine.create("secrets", labelled("pw")) and None]
    assert rolled(engine, plan).wait().status == 8


def test_what_is_forced_is_not_done_just_because_it_looks_so(engine: FakeEngine) -> None:
    applied(engine, shop())
    engine.broken["update services"] = 1
    plan = planned(engine, shop(), rerun=frozenset({"db"}))
    before = engine.inspect("services", "shop_db")
    assert rolled(engine, plan).wait().status == 0
    after = engine.inspect("services", "shop_db")
    assert before
    assert after
    assert before["Version"] != after["Version"]


def test_a_plan_for_what_exists_by_now_writes_nothing(engine: FakeEngine) -> None:
    plan = planned(engine, shop())
    applied(engine, shop())
    before = len(engine.writes)
    outcome = rolled(engine, plan).wait()
    assert outcome.status == 8
    assert "network shop_net exists now" in outcome.error
    assert len(engine.writes) == before


def test_all_that_stands_in_the_way_is_told_before_the_first_write(engine: FakeEngine) -> None:
    engine.create("networks", {"Name": "shop_net", "Driver": "overlay", "Labels": {}})
    engine.create("services", service("api") | {"Labels": {NAMESPACE: "other"}})
    engine.calls.clear()
    externals = (External(kind="secrets", key="cert", name="tls-cert", users=("api",)),)
    specs = attrs.evolve(shop(), externals=externals)
    outcome = applied(engine, specs)
    assert outcome.status == 1
    assert [each.summary for each in outcome.findings] == [
        "network shop_net exists, and belongs to no stack",
        "service shop_api exists, and belongs to stack other",
        "external secret tls-cert does not exist in the swarm",
    ]
    assert engine.writes == []


def test_an_error_stops_what_comes_after_it(engine: FakeEngine) -> None:
    engine.broken = {"create services": 1000, "inspect services": 1000}
    specs = desired({f"s{at:02}": {"replicas": 0} for at in range(20)})
    outcome = applied(engine, specs)
    assert outcome.status == 1
    assert len(outcome.undone) == 20
    assert engine.writes.count("create services") <= 4 * 4


def test_closing_stops_further_writes(engine: FakeEngine) -> None:
    rollout = rolled(engine, planned(engine, shop()))
    events = iter(rollout)
    assert isinstance(next(events), Written)
    rollout.close()
    outcome = rollout.wait()
    assert (outcome.status, names(outcome)) == (130, (["shop_net"], ["shop_pw", "shop_conf", "shop_api", "shop_db"]))


def test_nothing_to_do_writes_nothing(engine: FakeEngine) -> None:
    applied(engine, shop())
    specs = shop()
    engine.calls.clear()
    outcome = applied(engine, specs, Options(is_fresh=True))
    assert (outcome.status, outcome.done, engine.writes) == (0, (), [])
    assert engine.calls == ["read", "list tasks"]


def test_a_service_that_gives_a_port_away_goes_first(engine: FakeEngine) -> None:
    def published(**ports: int) -> Specs:
        return desired({
            key: {"replicas": 0, "EndpointSpec": {"Ports": [{"Protocol": "tcp", "TargetPort": 80, "PublishedPort": port}]}}
            for key, port in ports.items()
        })  # fmt: skip

    applied(engine, published(a=80, b=81, old=90))
    events = list(rolled(engine, planned(engine, published(a=81, b=82, c=90), prune=True)))
    assert [event.change.key for event in events if isinstance(event, Written)] == ["old", "b", "c", "a"]


def test_atomic_brings_back_what_was(engine: FakeEngine) -> None:
    applied(engine, shop())
    before = {name: raw["Spec"] for name, raw in engine.read("shop").services.items()}
    specs = shop(replicas=3, labels={"a": "b"})
    more = desired({"extra": {"replicas": 0, "configs": ["more"]}}, configs={"more": b"y"})
    both = attrs.evolve(
        specs,
        services={**specs.services, **more.services},
        configs={**specs.configs, **more.configs},
        contents={**specs.contents, **more.contents},
    )
    outcome = applied(engine, both, Options(timeout=0.3, atomic=True))
    assert (outcome.status, outcome.restored) == (5, ("api",))
    assert {(change.kind, change.key) for change in outcome.withdrawn} == {("services", "extra"), ("configs", "more")}
    live = engine.read("shop")
    assert {name: raw["Spec"] for name, raw in live.services.items()} == before
    assert set(live.configs) == {"shop_conf"}


def three(replicas: int, **labels: str) -> Specs:
    return desired({key: {"replicas": replicas, "labels": labels} for key in ("a", "b", "c")})


def test_atomic_leaves_what_somebody_else_wrote_meanwhile(engine: FakeEngine) -> None:
    """The apply of somebody else has a mark of its own, and `docker stack deploy` has none."""
    applied(engine, three(0))
    a, b = (engine.id_of("services", f"shop_{key}") for key in "ab")
    theirs = service("a", labels={APPLY: mark()})
    rollout = rolled(engine, planned(engine, three(1, x="y")), Options(timeout=0.3, atomic=True))
    for event in rollout:
        if isinstance(event, Written) and event.change.key == "c" and not event.change.is_return:
            engine.change("services", a, theirs)
            engine.objects["services"].pop(b)
            break
    outcome = rollout.wait()
    assert outcome.restored == ("c",)
    assert outcome.error == (
        "not brought back: service shop_b has been removed by somebody else; "
        "service shop_a has been changed by somebody else"
    )
    found = engine.inspect("services", "shop_a")
    assert found
    assert found["Spec"] == theirs
    assert {each.service: each.summary for each in outcome.verdicts if each.cause == "failed"} == {
        "a": "somebody else changed it meanwhile", "b": "somebody removed it",
    }  # fmt: skip


def test_what_somebody_else_overwrote_has_not_converged(engine: FakeEngine) -> None:
    rollout = rolled(engine, planned(engine, shop()), Options(timeout=5))
    for event in rollout:
        if isinstance(event, Written) and event.change.key == "db":
            engine.change("services", engine.id_of("services", "shop_api"), service("api", replicas=0))
            break
    outcome = rollout.wait()
    assert outcome.status == 1
    [verdict] = [each for each in outcome.verdicts if each.cause]
    assert (verdict.service, verdict.summary) == ("api", "somebody else changed it meanwhile")


def test_prune_comes_last_and_atomic_prunes_only_what_came_up(engine: FakeEngine) -> None:
    applied(engine, shop())
    specs = shop(replicas=2)
    one = attrs.evolve(specs, services={"api": specs.services["api"]}, secrets={}, configs={})
    events = list(rolled(engine, planned(engine, one, prune=True), Options(detach=True)))
    assert [event.change.key for event in events if isinstance(event, Written)][:2] == ["api", "db"]
    applied(engine, shop())
    outcome = applied(engine, one, Options(timeout=0.3, atomic=True), prune=True)
    assert outcome.status == 5
    assert engine.inspect("services", "shop_db")


def test_a_write_that_the_engine_refuses_is_told_in_its_words(engine: FakeEngine) -> None:
    def refuse() -> None:
        from pystackdsl.swarm.errors import Refused

        raise Refused("port '80' is already in use by service 'x'", status=400)

    kinds: list[Kind] = ["services"]
    engine.before[f"create {kinds[0]}"] = [refuse]
    outcome = applied(engine, shop())
    assert (outcome.status, outcome.error) == (1, "service shop_api: port '80' is already in use by service 'x'")


def refuses(*_: Any) -> None:
    raise Refused("port '8501' is already in use", status=500)


def test_a_service_that_cannot_be_made_anew_is_what_it_was(engine: FakeEngine) -> None:
    applied(engine, shop())
    before = engine.inspect("services", "shop_api")
    assert before
    specs = shop(Mode={"Global": {}})
    plan = planned(engine, specs)
    assert [(change.key, change.action) for change in plan.changes] == [("api", "replace")]
    engine.before["create services"].append(refuses)
    outcome = rolled(engine, plan).wait()
    assert outcome.status == 1
    assert outcome.error.endswith("port '8501' is already in use; what was there has been made again")
    after = engine.inspect("services", "shop_api")
    assert after
    assert after["Spec"] == before["Spec"]


def test_a_service_that_is_lost_on_the_way_is_told(engine: FakeEngine) -> None:
    applied(engine, shop())
    plan = planned(engine, shop(Mode={"Global": {}}))
    engine.before["create services"] += [refuses, refuses]
    outcome = rolled(engine, plan).wait()
    assert outcome.status == 1
    assert "the service that was there is removed, and cannot be made again" in outcome.error


def test_a_network_that_its_engine_does_not_let_go_is_told(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pystackdsl.swarm.writes.RELEASE", 0.01)
    plan = planned(engine, shop())
    engine.create("networks", {**plan.desired.networks["net"], "Containers": {}})  # type: ignore[union-attr]
    outcome = rolled(engine, plan, attrs.evolve(QUICK, is_fresh=True)).wait()
    assert (outcome.status, outcome.done) == (1, ())
    assert "a network shop_net was removed, and the Engine has not let it go after 0.01 s" in outcome.error


def test_what_others_have_is_told_before_anything_is_written(engine: FakeEngine) -> None:
    applied(engine, shop())
    network = engine.id_of("networks", "shop_net")
    ports = [{"PublishedPort": 8501, "TargetPort": 80, "Protocol": "tcp", "PublishMode": "ingress"}]
    engine.create("services", {"Name": "foreign", "TaskTemplate": {"Networks": [{"Target": network}]}})
    engine.objects["services"][engine.id_of("services", "foreign")]["Endpoint"] = {"Ports": ports}
    specs = shop(EndpointSpec={"Ports": ports})
    specs.networks["net"]["Attachable"] = True
    engine.calls.clear()
    outcome = applied(engine, specs, attrs.evolve(QUICK, is_fresh=False), replace_networks=True)
    assert [finding.summary for finding in outcome.findings] == [
        "service api publishes port 8501/tcp, which service foreign of no stack has",
        "network net cannot be made anew: service foreign of no stack uses it",
    ]
    assert engine.writes == []


@pytest.mark.parametrize(
    ("mine", "theirs", "clash"),
    [("ingress", "host", True), ("host", "ingress", True), ("ingress", "ingress", True), ("host", "host", False)],
)
def test_a_port_of_others_in_either_mode(engine: FakeEngine, mine: str, theirs: str, *, clash: bool) -> None:
    def port(mode: str) -> dict[str, Any]:
        return {"Ports": [{"PublishedPort": 80, "TargetPort": 80, "Protocol": "tcp", "PublishMode": mode}]}

    engine.create("services", {"Name": "foreign", "TaskTemplate": {}})
    engine.objects["services"][engine.id_of("services", "foreign")]["Endpoint"] = port(theirs)
    outcome = applied(engine, shop(EndpointSpec=port(mine)), attrs.evolve(QUICK, is_fresh=False))
    assert bool(outcome.findings) is clash


def test_nobody_is_asked_about_ports_that_are_there_already(engine: FakeEngine) -> None:
    ports = {"Ports": [{"PublishedPort": 80, "TargetPort": 80, "Protocol": "tcp", "PublishMode": "ingress"}]}
    applied(engine, shop(EndpointSpec=ports))
    engine.calls.clear()
    applied(engine, shop(EndpointSpec=ports, replicas=1))
    assert "list services" not in engine.calls


def test_services_are_put_back_on_a_network_that_stays(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pystackdsl.swarm.writes.RELEASE", 0.01)
    applied(engine, shop())
    before = engine.inspect("services", "shop_api")
    specs = shop()
    specs.networks["net"]["Attachable"] = True
    plan = planned(engine, specs, replace_networks=True)

    def is_used() -> None:
        engine.before["remove networks"].append(is_used)
        raise Refused("network shop_net is in use by task x", status=400)

    engine.before["remove networks"].append(is_used)
    outcome = rolled(engine, plan).wait()
    assert outcome.status == 1
    assert outcome.error.endswith("taken off it meanwhile, and attached again: api")
    after = engine.inspect("services", "shop_api")
    assert before
    assert after
    assert after["Spec"] == before["Spec"]
