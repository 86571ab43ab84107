"""The plan between a stack and a swarm, with live objects made by hand."""

from __future__ import annotations

from swarm.live import desired, live, raw

from pystackdsl.swarm.changes import Plan
from pystackdsl.swarm.compare import Options, compare


def acts(plan: Plan) -> list[tuple[str, str, str]]:
    return [(change.kind, change.name, change.action) for change in plan.changes]


def test_nothing_is_there() -> None:
    plan = compare(
        desired({"a": {"replicas": 2}}, secrets={"pw": b"x"}, configs={"conf": b"y"}, networks=["net"]),
        live(desired()),
    )
    assert acts(plan) == [
        ("networks", "shop_net", "create"),
        ("secrets", "shop_pw", "create"),
        ("configs", "shop_conf", "create"),
        ("services", "shop_a", "create"),
    ]


def test_all_is_there() -> None:
    specs = desired({"a": {"replicas": 2, "configs": ["conf"]}}, configs={"conf": b"y"}, networks=["net"])
    assert compare(specs, live(specs)).is_empty


def test_a_changed_config_goes_to_another_object() -> None:
    before = desired({"a": {"configs": ["conf"]}}, configs={"conf": b"y"})
    plan = compare(desired({"a": {"configs": ["conf"]}}, configs={"conf": b"z"}), live(before))
    assert acts(plan) == [("configs", "shop_conf-594e519a", "replace"), ("services", "shop_a", "update")]
    assert plan.changes[0].old_name == "shop_conf"
    assert plan.changes[0].users == ("a",)
    [reference] = (plan.changes[1].spec or {})["TaskTemplate"]["ContainerSpec"]["Configs"]
    assert (reference["ConfigName"], reference["File"]["Name"]) == ("shop_conf-594e519a", "/conf")


def test_what_the_stack_no_longer_has_goes_with_prune_alone() -> None:
    before = desired({"a": {}, "old": {}})
    assert acts(compare(desired({"a": {}}), live(before))) == []
    assert acts(compare(desired({"a": {}}), live(before), Options(prune=True))) == [("services", "shop_old", "remove")]


def test_replicas_restart_nothing() -> None:
    there = live(desired(), services=[raw(next(iter(desired({"a": {"replicas": 2}}).services.values())))])
    [change] = compare(desired({"a": {"replicas": 5}}), there).changes
    assert change.effect
    assert (change.effect.added, change.effect.replaced, change.effect.running) == (3, 0, 2)
