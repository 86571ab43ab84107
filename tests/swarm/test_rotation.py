"""Secrets and configs whose content changes: which object holds what, what is made, and what becomes of the old."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest
from swarm.live import desired, labelled, live, raw, service

from pystackdsl.content.rotation import LONGEST
from pystackdsl.swarm import fingerprints
from pystackdsl.swarm.changes import Change, Plan
from pystackdsl.swarm.compare import Options, compare
from pystackdsl.swarm.fingerprints import FINGERPRINT, Fingerprint, Fingerprints, parsed
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.specs import Kind, Raw, Spec, Specs

SALT = b"salt of this stack"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A digest is slow on purpose."""
    monkeypatch.setattr(fingerprints, "COST", 4)


def plan(specs: Specs, there: Live, **more: Any) -> Plan:
    return compare(specs, there, Options(salt=SALT, **more))


def acts(found: Plan) -> list[tuple[str, str, str]]:
    return [(change.kind, change.name, change.action) for change in found.changes]


def applied(found: Plan, before: Live) -> Live:
    """What the swarm has once a plan is carried out."""
    there: dict[Kind, dict[str, Raw]] = {kind: dict(before.of(kind)) for kind in ("secrets", "configs", "services")}
    contents = found.desired.contents if found.desired else {}
    for change in found.changes:
        held = there[change.kind]
        if change.action == "remove":
            del held[change.name]
            continue
        assert change.spec is not None
        spec: Spec = dict(change.spec)
        if change.kind == "configs":
            data = contents["configs", change.key]
            spec["Data"] = b64encode(data).decode()
        old = held.get(change.name)
        held[change.name] = raw(spec, previous=old["Spec"] if old and change.kind == "services" else None)
    return Live(stack="shop", swarm=before.swarm, networks={}, **there)


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:8]


def one(**kinds: Mapping[str, bytes]) -> Specs:
    """A stack whose service `a` is given all that there is."""
    return desired({"a": {kind: list(held) for kind, held in kinds.items()}}, **kinds)  # type: ignore[arg-type]


def test_configs_change_return_and_go() -> None:
    there = live(desired())
    first, second, third = (one(configs={"conf": data}) for data in (b"1", b"2", b"3"))
    named = {data: f"shop_conf-{digest(data)}" for data in (b"1", b"2", b"3")}

    made = plan(first, there)
    assert acts(made) == [("configs", "shop_conf", "create"), ("services", "shop_a", "create")]
    there = applied(made, there)
    assert plan(first, there).is_empty

    changed = plan(second, there)
    assert acts(changed) == [("configs", named[b"2"], "replace"), ("services", "shop_a", "update")]
    there = applied(changed, there)
    settled = plan(second, there)
    assert settled.is_empty  # the old one is still in PreviousSpec
    assert [note.summary for note in settled.notes] == [
        "config shop_conf is superseded, and kept for the way back of a"
    ]

    again = plan(third, there)
    assert acts(again) == [
        ("configs", named[b"3"], "replace"),
        ("services", "shop_a", "update"),
        ("configs", "shop_conf", "remove"),
    ]
    there = applied(again, there)
    assert plan(third, there).is_empty

    back = plan(second, there)
    assert acts(back) == [("services", "shop_a", "update")]  # the object is still there
    assert reference(back.changes[0], "Configs") == (named[b"2"], "/conf")
    there = applied(back, there)
    assert plan(second, there).is_empty
    assert set(there.configs) == {named[b"2"], named[b"3"]}


def reference(change: Change, field: str) -> tuple[str, str]:
    [found] = (change.spec or {})["TaskTemplate"]["ContainerSpec"][field]
    return found["SecretName" if field == "Secrets" else "ConfigName"], found["File"]["Name"]


def test_secrets_change_return_and_go() -> None:
    there = live(desired())
    for content, count in ((b"1", 2), (b"2", 2), (b"3", 3), (b"2", 1)):
        specs = one(secrets={"pw": content})
        found = plan(specs, there)
        assert len(found.changes) == count, content
        assert reference(found.changes[-1] if found.changes[-1].spec else found.changes[-2], "Secrets")[1] == "pw"
        there = applied(found, there)
        assert plan(specs, there).is_empty, content
    assert "shop_pw" not in there.secrets
    salts = {parsed(each["Spec"]["Labels"][FINGERPRINT]) for each in there.secrets.values()}
    assert {found.salt for found in salts if found} == {SALT}


def test_the_first_secret_has_the_plain_name_and_a_fingerprint() -> None:
    change = plan(one(secrets={"pw": b"1"}), live(desired())).changes[0]
    assert change.name == "shop_pw"
    assert change.with_content
    label = (change.spec or {})["Labels"][FINGERPRINT]
    found = parsed(label)
    assert found
    assert Fingerprints({"shop_pw": b"1"}, b"").fits("shop_pw", found)
    assert not Fingerprints({"shop_pw": b"2"}, b"").fits("shop_pw", found)


def test_equal_secrets_do_not_look_alike() -> None:
    made = Fingerprints({"shop_a": b"1", "shop_b": b"1"}, SALT)
    assert made.of("shop_a").digest != made.of("shop_b").digest


@pytest.mark.parametrize("label", ["", "x", "scrypt:14:zz:00", "scrypt:99:00:00", "other:14:00:00", "scrypt:14:00"])
def test_a_label_of_another_making_tells_nothing(label: str) -> None:
    assert parsed(label) is None


def test_a_label_reads_back() -> None:
    made = Fingerprint(14, SALT, "ab")
    assert parsed(str(made)) == made


def test_a_secret_of_docker_is_unknown_and_no_change() -> None:
    specs = one(secrets={"pw": b"1"})
    found = plan(specs, live(specs))
    assert found.is_empty
    assert found.unknown == ("pw",)
    [note] = found.notes
    assert note.summary == (
        "what is in secret shop_pw is unknown, since docker stack made it: whether the stack has it still, the next "
        "apply finds out"
    )


def test_a_secret_of_docker_that_holds_the_same_gets_a_fingerprint() -> None:
    specs = one(secrets={"pw": b"1"})
    there = live(specs)
    found = plan(specs, there, settled={"pw": True})
    [change] = found.changes
    assert (change.kind, change.name, change.action, change.with_content) == ("secrets", "shop_pw", "update", True)
    assert (change.id, change.version) == (there.secrets["shop_pw"]["ID"], there.secrets["shop_pw"]["Version"]["Index"])
    there = applied(found, there)
    after = plan(specs, there)
    assert (after.is_empty, after.unknown, after.notes) == (True, (), ())


def test_a_secret_of_docker_that_holds_something_else_is_rotated() -> None:
    specs = one(secrets={"pw": b"1"})
    there = live(specs)
    found = plan(specs, there, settled={"pw": False})
    assert [(kind, action) for kind, _, action in acts(found)] == [("secrets", "replace"), ("services", "update")]
    assert found.changes[0].old_name == "shop_pw"
    there = applied(found, there)
    assert plan(specs, there).is_empty


def taken_back(content: bytes, **more: Any) -> Plan:
    """The plan after a rotation and a `docker stack deploy`, which makes a secret of the plain name again."""
    specs = one(secrets={"pw": content})
    known = applied(plan(specs, live(desired())), live(desired())).secrets["shop_pw"]["Spec"]
    held = parsed(known["Labels"][FINGERPRINT])
    assert held
    key = f"pw-{held.digest[:8]}"
    objects = [raw(labelled("pw")), raw({**known, "Name": f"shop_{key}"})]
    services = [raw(service("a", secrets=["pw"]), previous=service("a", secrets=[key]))]
    return plan(specs, live(desired(), secrets=objects, services=services), **more)


def test_a_secret_that_docker_made_anew_is_unknown_though_another_holds_the_content() -> None:
    found = taken_back(b"2")
    assert (found.is_empty, found.unknown) == (True, ("pw",))


def test_a_secret_that_docker_made_anew_is_settled_by_what_the_engine_tells() -> None:
    assert acts(taken_back(b"2", settled={"pw": True})) == [("secrets", "shop_pw", "update")]
    [change] = taken_back(b"2", settled={"pw": False}).changes
    assert (change.kind, change.action) == ("services", "update")
    assert reference(change, "Secrets")[0].startswith("shop_pw-")


def test_labels_are_changed_in_place() -> None:
    specs = one(configs={"conf": b"1"}, secrets={"pw": b"1"})
    there = applied(plan(specs, live(desired())), live(desired()))
    specs.configs["conf"]["Labels"]["tier"] = "web"
    specs.secrets["pw"]["Labels"]["tier"] = "web"
    found = plan(specs, there)
    assert acts(found) == [("secrets", "shop_pw", "update"), ("configs", "shop_conf", "update")]
    assert not any(change.with_content for change in found.changes)
    assert (found.changes[0].spec or {})["Labels"][FINGERPRINT] == there.secrets["shop_pw"]["Spec"]["Labels"][
        FINGERPRINT
    ]
    assert plan(specs, applied(found, there)).is_empty


def test_a_template_driver_cannot_be_changed_in_place() -> None:
    specs = one(configs={"conf": b"1"}, secrets={"pw": b"1"})
    there = applied(plan(specs, live(desired())), live(desired()))
    specs.configs["conf"]["Templating"] = {"Name": "golang"}
    specs.secrets["pw"]["Templating"] = {"Name": "golang"}
    found = plan(specs, there)
    assert [(kind, action) for kind, _, action in acts(found)] == [
        ("secrets", "replace"),
        ("configs", "replace"),
        ("services", "update"),
    ]
    assert plan(specs, applied(found, there)).is_empty


def test_a_secret_of_a_driver_is_what_the_driver_is_told() -> None:
    def specs(**options: str) -> Specs:
        found = one(secrets={"pw": b""})
        found.secrets["pw"]["Driver"] = {"Name": "vault", "Options": options}
        return Specs(stack="shop", networks={}, secrets=found.secrets, configs={}, services=found.services)

    there = live(specs(path="a"))
    assert plan(specs(path="a"), there).is_empty
    found = plan(specs(path="b"), there)
    assert [(kind, action) for kind, _, action in acts(found)] == [("secrets", "replace"), ("services", "update")]
    assert FINGERPRINT not in (found.changes[0].spec or {})["Labels"]


def test_keys_that_look_like_rotated_names_are_not_taken_for_them() -> None:
    key = f"conf-{digest(b'1')}"
    specs = one(configs={"conf": b"2", key: b"1"})
    there = live(specs)
    assert plan(specs, there).is_empty
    changed = plan(one(configs={"conf": b"1", key: b"1"}), there)
    assert changed.changes[0].name == f"shop_conf-{sha256(b'1').hexdigest()[:9]}"


def test_a_stranger_with_a_digest_in_its_name_is_not_ours() -> None:
    specs = one(configs={"conf": b"1"})
    stranger = raw({**labelled("conf-00000000"), "Data": b64encode(b"1").decode()})
    found = plan(specs, live(specs, configs=[stranger]))
    assert found.is_empty
    assert [note.help for note in found.notes] == ["docker config rm shop_conf-00000000"]


def test_long_names_are_cut() -> None:
    first, second = "k" * 59, "k" * 58 + "x"
    before = one(configs={first: b"1", second: b"1"})
    after = one(configs={first: b"2", second: b"2"})
    there = live(before)
    found = plan(after, there)
    names = [change.name for change in found.changes if change.kind == "configs"]
    assert len(set(names)) == 2
    assert all(len(name) == LONGEST for name in names)
    assert plan(after, applied(found, there)).is_empty


def test_what_no_service_needs_goes_at_once() -> None:
    before = desired(configs={"conf": b"1"})
    found = plan(desired(configs={"conf": b"2"}), live(before))
    assert acts(found) == [("configs", f"shop_conf-{digest(b'2')}", "replace"), ("configs", "shop_conf", "remove")]


def test_an_explicit_name_is_kept_at_first() -> None:
    def specs(data: bytes) -> Specs:
        found = one(configs={"conf": data})
        found.configs["conf"]["Name"] = "site"
        found.services["a"]["TaskTemplate"]["ContainerSpec"]["Configs"][0]["ConfigName"] = "site"
        return found

    there = applied(plan(specs(b"1"), live(desired())), live(desired()))
    assert set(there.configs) == {"site"}
    found = plan(specs(b"2"), there)
    assert found.changes[0].name == f"site-{digest(b'2')}"
    assert plan(specs(b"2"), applied(found, there)).is_empty


def test_the_config_of_a_credential_spec_moves_along() -> None:
    def specs(data: bytes) -> Specs:
        found = desired({"a": {}}, configs={"spec": data})
        found.services["a"]["TaskTemplate"]["ContainerSpec"] |= {
            "Configs": [{"Runtime": {}, "ConfigName": "shop_spec"}],
            "Privileges": {"CredentialSpec": {"Config": "shop_spec", "File": "", "Registry": ""}},
        }
        return found

    found = plan(specs(b"2"), live(specs(b"1")))
    container = (found.changes[-1].spec or {})["TaskTemplate"]["ContainerSpec"]
    name = f"shop_spec-{digest(b'2')}"
    assert container["Configs"] == [{"Runtime": {}, "ConfigName": name}]
    assert container["Privileges"]["CredentialSpec"]["Config"] == name


def test_a_rollback_still_needs_what_was() -> None:
    """A service that was changed twice, the second time by hand, has another way back than its last apply."""
    now = one(configs={"conf": b"2"})
    old = service("a", configs=["conf"])
    name = f"shop_conf-{digest(b'2')}"
    current = service("a", configs=["conf"])
    current["TaskTemplate"]["ContainerSpec"]["Configs"][0]["ConfigName"] = name
    objects = [
        raw({**labelled("conf"), "Data": b64encode(b"1").decode()}),
        raw({**labelled(f"conf-{digest(b'2')}"), "Data": b64encode(b"2").decode()}),
    ]
    there = live(desired(), configs=objects, services=[raw(current, previous=old)])
    assert plan(now, there).is_empty
    there = live(desired(), configs=objects, services=[raw(current, previous=current)])
    assert acts(plan(now, there)) == [("configs", "shop_conf", "remove")]
