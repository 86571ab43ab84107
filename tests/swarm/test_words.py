"""What changes, in the words of the stack, and what is told beside it."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from swarm.live import desired, labelled, live, raw, service

from pystackdsl import KEEP, Deploy, Service, Stack
from pystackdsl.diagnostics import Severity
from pystackdsl.swarm.changes import Difference, Plan
from pystackdsl.swarm.compare import Options, compare
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.specs import External, Spec, Specs

SECOND = 10**9


def planned(before: Spec, after: Spec, stack: Stack | None = None, **options: Any) -> Plan:
    specs = attrs.evolve(desired(), services={"a": after}, source=stack)
    return compare(specs, live(desired(), services=[raw(before)]), Options(**options))


def told(before: Spec, after: Spec, **options: Any) -> list[tuple[str, str | None, str | None]]:
    """The differences of service `a`: path, before, after."""
    changes = planned(before, after, **options).changes
    return [(str(each.path), each.before, each.after) for change in changes for each in change.differences]


def in_container(**fields: Any) -> Spec:
    return service("a", container=fields)


def in_template(**fields: Any) -> Spec:
    return service("a", template=fields)


@pytest.mark.parametrize(
    ("before", "after", "differences"),
    [
        (service("a", replicas=2), service("a", replicas=4), [("deploy.replicas", "2", "4")]),
        (
            in_container(Args=["sleep", "1 0"]),
            in_container(Args=["sleep", "20"]),
            [("command", "sleep '1 0'", "sleep 20")],
        ),
        (
            in_container(Env=["A=1", "B=2"]),
            in_container(Env=["B=3", "C=4"]),
            [("environment.B", "2", "3"), ("environment.C", None, "4"), ("environment.A", "1", None)],
        ),
        (
            service("a", labels={"x.y": "1"}),
            service("a", labels={"x.y": "2"}),
            [('deploy.labels["x.y"]', "1", "2")],
        ),
        (
            in_container(StopGracePeriod=20 * SECOND),
            in_container(),
            [("stop_grace_period", "20s", None)],
        ),
        (
            in_container(Healthcheck={"Test": ["CMD-SHELL", "true"], "Interval": 5 * SECOND}),
            in_container(Healthcheck={"Test": ["CMD-SHELL", "false"], "Interval": 7 * SECOND}),
            [("healthcheck.test", "true", "false"), ("healthcheck.interval", "5s", "7s")],
        ),
        (
            in_template(Resources={"Limits": {"MemoryBytes": 50 * 1024**2}}),
            in_template(Resources={"Limits": {"MemoryBytes": 100 * 1024**2, "NanoCPUs": 5 * 10**8}}),
            [("deploy.resources.limits.cpus", None, "0.5"), ("deploy.resources.limits.memory", "50M", "100M")],
        ),
        (
            in_template(Placement={"Constraints": ["node.role==manager"]}),
            in_template(Placement={"Constraints": ["node.role==manager", "node.labels.a==b"]}),
            [("deploy.placement.constraints", None, "node.labels.a==b")],
        ),
        (
            in_container(DNSConfig={"Nameservers": ["1.1.1.1", "8.8.8.8"]}),
            in_container(DNSConfig={"Nameservers": ["8.8.8.8", "1.1.1.1"]}),
            [("dns", None, None)],
        ),
    ],
)
def test_a_service_changes(before: Spec, after: Spec, differences: list[tuple[str, str | None, str | None]]) -> None:
    assert told(before, after) == differences


def test_ports_and_mounts() -> None:
    port = {"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8080, "PublishMode": "ingress"}
    before = service(
        "a", EndpointSpec={"Ports": [port]}, container={"Mounts": [{"Type": "bind", "Source": "/a", "Target": "/b"}]}
    )
    after = service("a", EndpointSpec={"Ports": [{**port, "PublishedPort": 9090}]})
    assert told(before, after) == [
        ("ports[0].published", "8080", "9090"),
        ("volumes", "/a:/b", None),
    ]


OLD, NEW = "a" * 64, "b" * 64


def running(text: str, digest: str = "") -> Spec:
    spec = service("a", image=text)
    spec["TaskTemplate"]["ContainerSpec"]["Image"] = text + (f"@sha256:{digest}" if digest else "")
    return spec


def test_another_image() -> None:
    from pystackdsl.swarm.images import Resolved

    specs = attrs.evolve(desired(), services={"a": service("a", image="web:2")})
    there = live(desired(), services=[raw(running("web:1", OLD))])
    [change] = compare(specs, there, Options(), {"web:2": Resolved(f"web:2@sha256:{NEW}")}).changes
    [found] = change.differences
    assert (found.before, found.after) == ("web:1", "web:2")
    assert found.note == f"sha256:{OLD[:12]}… -> sha256:{NEW[:12]}…"


def test_another_digest_alone() -> None:
    from pystackdsl.swarm.images import Resolved

    specs = attrs.evolve(desired(), services={"a": service("a", image="web:1")})
    there = live(desired(), services=[raw(running("web:1", OLD))])
    options = Options(resolve_image="always")
    [change] = compare(specs, there, options, {"web:1": Resolved(f"web:1@sha256:{NEW}")}).changes
    [found] = change.differences
    assert (found.before, found.after) == ("web:1", "web:1")
    assert found.note == f"sha256:{OLD[:12]}… -> sha256:{NEW[:12]}…"


def test_another_spelling_of_an_image_restarts_nothing() -> None:
    before = service("a", image="web")
    before["TaskTemplate"]["ContainerSpec"]["Image"] = "web:latest"
    [change] = planned(before, service("a", image="web:latest"), resolve_image="never").changes
    assert [(str(each.path), each.before, each.after) for each in change.differences] == [
        ("image", "web", "web:latest")
    ]
    assert change.effect
    assert not change.effect.is_restart


def test_replicas_that_nobody_states_go_back_to_one() -> None:
    [change] = planned(service("a", replicas=3), service("a")).changes
    [found] = change.differences
    assert (found.before, found.after) == ("3", "1")
    assert found.note == "not stated, which is 1; KEEP would leave it"
    [change] = planned(service("a", replicas=3), service("a", replicas=1)).changes
    assert change.differences[0].note == ""


def test_replicas_that_are_kept() -> None:
    stack = Stack(services={"a": Service(image="web:1", deploy=Deploy(replicas=KEEP))})
    assert planned(service("a", replicas=3), service("a"), stack).is_empty
    [change] = planned(service("a", replicas=3), service("a", labels={"b": "c"}), stack).changes
    assert (change.spec or {})["Mode"] == {"Replicated": {"Replicas": 3}}
    assert change.effect
    assert (change.effect.added, change.effect.removed) == (0, 0)


def values(**options: Any) -> list[Difference]:
    before = in_container(Env=["DB_PASSWORD=one", "URL=http://a:one@b", "LOG=a"])
    after = in_container(Env=["DB_PASSWORD=two", "URL=http://a:two@b", "LOG=b"])
    [change] = planned(before, after, **options).changes
    return list(change.differences)


def test_secret_values_are_masked() -> None:
    assert [(str(each.path), each.before, each.after, each.masked) for each in values()] == [
        ("environment.DB_PASSWORD", "(masked)", "(masked)", True),
        ("environment.LOG", "a", "b", False),
        ("environment.URL", "http://a:***@b", "http://a:***@b", False),
    ]


def test_secret_values_are_shown_when_asked_for() -> None:
    assert [each.after for each in values(show_values=True)] == ["two", "b", "http://a:two@b"]


def test_settings_that_the_stack_has_no_words_for_are_reset_with_other_changes() -> None:
    before = in_container(OomScoreAdj=500, Privileges={"NoNewPrivileges": True})
    [change] = planned(before, service("a", labels={"b": "c"})).changes
    assert set(change.resets) >= {"TaskTemplate.ContainerSpec.Privileges.NoNewPrivileges"}


def test_settings_that_the_stack_has_no_words_for_are_no_change_alone() -> None:
    plan = planned(in_container(Privileges={"NoNewPrivileges": True}), service("a"))
    assert plan.is_empty
    [note] = plan.notes
    assert note.summary == (
        "service a has a setting that the stack does not describe, and that its next change resets: "
        "TaskTemplate.ContainerSpec.Privileges.NoNewPrivileges"
    )


def test_what_is_in_a_config() -> None:
    def diff(before: bytes, after: bytes) -> Difference:
        there = live(desired(configs={"conf": before}))
        change = compare(desired(configs={"conf": after}), there).changes[0]
        [found] = change.differences
        return found

    assert diff(b"a\nb\nc\n", b"a\nB\nc\n").diff == ("@@ -1,3 +1,3 @@", " a", "-b", "+B", " c")
    assert diff(b"a\n", b"a").diff == ("@@ -1 +1 @@", "-a", "+a (no line break at the end)")
    binary = diff(b"\xff\xfe", b"\xff")
    assert (binary.before, binary.after, binary.diff) == ("2 bytes", "1 bytes", ())
    long = diff(b"", b"x\n" * 100)
    assert len(long.diff) == 61
    assert long.diff[-1] == "@@ 41 more lines @@"


def test_nothing_is_told_of_what_is_in_a_secret() -> None:
    there = live(desired(secrets={"pw": b"one"}))
    change = compare(desired(secrets={"pw": b"two"}), there, Options(settled={"pw": False})).changes[0]
    assert (change.action, change.differences) == ("replace", ())


def test_labels_of_a_config() -> None:
    specs = desired(configs={"conf": b"1"})
    there = live(specs)
    specs.configs["conf"]["Labels"]["tier"] = "web"
    [change] = compare(specs, there).changes
    assert [(str(each.path), each.before, each.after) for each in change.differences] == [("labels.tier", None, "web")]


def test_a_network_that_differs() -> None:
    specs = desired({"a": {"template": {"Networks": [{"Target": "shop_net", "Aliases": ["a"]}]}}}, networks=["net"])
    there = live(specs)
    there.services["shop_a"]["Spec"]["TaskTemplate"]["Networks"][0]["Target"] = "net-shop_net"
    assert compare(specs, there).is_empty
    specs.networks["net"] |= {
        "Attachable": True,
        "IPAM": {"Driver": "", "Options": None, "Config": [{"Subnet": "10.9.0.0/24"}]},
    }
    plan = compare(specs, there)
    assert plan.is_empty
    [note] = plan.notes
    assert note.summary.startswith("network shop_net is not as the stack has it (")
    assert "--replace-networks" in note.help
    change, _ = compare(specs, there, Options(replace_networks=True)).changes
    assert (change.action, change.id, change.users) == ("replace", "net-shop_net", ("a",))
    assert {str(each.path) for each in change.differences} == {"attachable", "ipam.config"}


def test_what_is_left_over() -> None:
    before = desired({"a": {}, "old": {}}, configs={"one": b"1", "two": b"2"}, networks=["net"])
    plan = compare(desired({"a": {}}), live(before))
    assert [(note.severity, note.summary, note.help) for note in plan.notes] == [
        (
            Severity.WARNING,
            "service old runs in the swarm but is not in the stack: it stays",
            "--prune removes it",
        ),
        (
            Severity.INFO,
            "network shop_net is in the swarm but not in the stack: kept",
            "docker network rm shop_net",
        ),
        (
            Severity.INFO,
            "configs shop_one, shop_two are in the swarm but not in the stack: kept",
            "docker config rm shop_one shop_two",
        ),
    ]


def test_what_the_stack_takes_from_outside_is_not_left_over() -> None:
    before = desired({"a": {}}, configs={"one": b"1"})
    outside = External(kind="configs", key="one", name="shop_one", users=("a",))
    assert compare(attrs.evolve(desired({"a": {}}), externals=(outside,)), live(before)).notes == ()


@pytest.mark.parametrize(
    ("port", "options", "errors"),
    [
        ({}, {}, 1),
        ({}, {"prune": True}, 0),
        ({"PublishMode": "host"}, {}, 1),
        ({"Protocol": "udp"}, {}, 0),
        ({"PublishedPort": 9090}, {}, 0),
    ],
)
def test_a_port_that_an_old_service_holds(port: dict[str, Any], options: dict[str, Any], errors: int) -> None:
    tcp = {"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8080, "PublishMode": "ingress"}
    there = live(desired({"old": {"EndpointSpec": {"Ports": [tcp]}}}))
    plan = compare(desired({"new": {"EndpointSpec": {"Ports": [{**tcp, **port}]}}}), there, Options(**options))
    found = [note.summary for note in plan.notes if note.severity is Severity.ERROR]
    message = "service new publishes port 8080/tcp, which service old holds, and that is not in the stack"
    assert found == [message] * errors


def test_a_port_of_the_nodes_that_an_old_service_holds() -> None:
    port = {"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8080, "PublishMode": "host"}
    there = live(desired({"old": {"EndpointSpec": {"Ports": [port]}}}))
    notes = compare(desired({"new": {"EndpointSpec": {"Ports": [port]}}}), there).notes
    [warning] = [note for note in notes if "8080/tcp on its nodes, which service old holds" in note.summary]
    assert (warning.severity, warning.help) == (Severity.WARNING, "--prune removes it")


def test_a_takeover_is_told_once_something_is_written() -> None:
    def summaries(there: Live) -> list[str]:
        return [note.summary for note in compare(desired({"a": {"replicas": 2}}), there).notes]

    assert summaries(live(desired({"a": {"replicas": 1}}))) == ["docker stack deployed shop: this takes it over"]
    assert summaries(live(desired({"a": {"replicas": 2}}))) == []
    ours = service("a", replicas=1, labels={"com.pystackdsl.apply": "1"})
    assert summaries(live(desired(), services=[raw(ours)])) == []


def test_one_service_alone() -> None:
    before = desired(
        {"a": {"configs": ["one"]}, "b": {"configs": ["two"]}, "old": {}}, configs={"one": b"1", "two": b"2"}
    )
    after = desired({"a": {"configs": ["one"]}, "b": {"configs": ["two"]}}, configs={"one": b"3", "two": b"4"})
    plan = compare(after, live(before), Options(services=frozenset("a"), prune=True))
    assert [(change.kind, change.key, change.action) for change in plan.changes] == [
        ("configs", "one", "replace"),
        ("services", "a", "update"),
    ]
    assert [note.summary for note in plan.notes] == ["docker stack deployed shop: this takes it over"]


def test_returning_content_is_told() -> None:
    specs = desired({"a": {"configs": ["conf"]}}, configs={"conf": b"1"})
    now = service("a", configs=["conf"])
    now["TaskTemplate"]["ContainerSpec"]["Configs"][0]["ConfigName"] = "shop_conf-d4735e3a"
    other = raw({**labelled("conf-d4735e3a"), "Data": "Mg=="})
    there = live(specs, services=[raw(now)], configs=[other])
    [change] = compare(specs, there).changes
    [found] = change.differences
    assert (str(found.path), found.before, found.after) == ("configs.conf", "shop_conf-d4735e3a", "shop_conf")
    assert change.effect
    assert change.effect.because == ("config conf changes",)


def leaving(before: Specs, after: Specs, previous: Specs | None = None) -> list[tuple[str, str]]:
    """What is told of objects that a stack leaves behind, and the cure."""
    there = live(before)
    if previous is not None:
        there.services["shop_a"]["PreviousSpec"] = previous.services["a"]
    plan = compare(after, there)
    return [(note.summary, note.help) for note in plan.notes if "not in the stack" in note.summary]


KEPT = "is in the swarm but not in the stack: kept"


@pytest.mark.parametrize("name", ["key", "key-9089e92b"])
def test_nobody_is_told_to_remove_what_a_service_needs(name: str) -> None:
    """Not while it has it, nor while it may return to a body that has it; under whatever name it is."""
    full = f"shop_{name}"
    using, plain = desired({"a": {"secrets": [name]}}, secrets={name: b"1"}), desired({"a": {}}, secrets={name: b"1"})
    needed = (f"secret {full} {KEPT}, the way back of service a needs it", "")
    assert leaving(using, desired({"a": {}})) == [needed]
    assert leaving(plain, desired({"a": {}}), previous=using) == [needed]
    assert leaving(plain, desired({"a": {}}), previous=plain) == [(f"secret {full} {KEPT}", f"docker secret rm {full}")]
    left = leaving(desired({"a": {}, "old": {"secrets": [name]}}, secrets={name: b"1"}), desired({"a": {}}))
    assert left[-1] == (f"secret {full} {KEPT}, service old uses it", "")


def test_a_network_that_a_way_back_needs() -> None:
    attached = {"template": {"Networks": [{"Target": "net-shop_n"}]}}
    before = desired({"a": attached}, networks=["n"])
    assert leaving(before, desired({"a": {}})) == [(f"network shop_n {KEPT}, the way back of service a needs it", "")]


def test_docker_cannot_take_back_what_was_rotated() -> None:
    before, after = (desired({"a": {"configs": ["conf"]}}, configs={"conf": data}) for data in (b"1", b"2"))
    takeover = compare(after, live(before)).notes[0]
    assert takeover.help == "docker stack deploy can take it back only with the former content of config conf"
