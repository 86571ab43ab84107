"""Which image a service gets, by the rules of --resolve-image."""

from __future__ import annotations

import threading
import time

import pytest
from swarm.live import desired, live, raw, service

from pystackdsl.swarm.compare import Options, compare
from pystackdsl.swarm.errors import EngineError
from pystackdsl.swarm.images import Resolved, ResolveImage, Unresolved, looked_up, resolved, wanted
from pystackdsl.swarm.live import Live

OLD, NEW = "@sha256:" + "a" * 64, "@sha256:" + "b" * 64
PLATFORM = {"Architecture": "amd64", "OS": "linux"}


def running(image: str, text: str = "web:1") -> Live:
    """A swarm in which service `a`, written with an image's text, runs an image."""
    spec = service("a", image=text, template={"Placement": {"Platforms": [PLATFORM]}})
    spec["TaskTemplate"]["ContainerSpec"]["Image"] = image
    return live(desired(), services=[raw(spec)])


def image(there: Live, text: str, mode: ResolveImage, answer: Resolved | Unresolved | None = None) -> str | None:
    """The image that service `a` gets; None where it is not written."""
    specs = desired({"a": {"image": text}})
    answers = {} if answer is None else {text: answer}
    changes = compare(specs, there, Options(resolve_image=mode), answers).changes
    return (changes[0].spec or {})["TaskTemplate"]["ContainerSpec"]["Image"] if changes else None


@pytest.mark.parametrize("mode", ["changed", "never"])
def test_the_same_text_keeps_what_runs(mode: ResolveImage) -> None:
    there = running("web:1" + OLD)
    assert wanted(desired({"a": {}}), there, mode) == []
    assert image(there, "web:1", mode) is None


def test_a_tag_that_moved_is_followed_with_always() -> None:
    there = running("web:1" + OLD)
    assert wanted(desired({"a": {}}), there, "always") == ["web:1"]
    assert image(there, "web:1", "always", Resolved("web:1" + NEW, (PLATFORM,))) == "web:1" + NEW
    assert image(there, "web:1", "always", Resolved("web:1" + OLD, (PLATFORM,))) is None


def test_another_text_is_asked_for() -> None:
    there = running("web:1" + OLD)
    for mode in ("changed", "always"):
        assert wanted(desired({"a": {"image": "web:2"}}), there, mode) == ["web:2"]
        assert image(there, "web:2", mode, Resolved("web:2" + NEW, (PLATFORM,))) == "web:2" + NEW
    assert wanted(desired({"a": {"image": "web:2"}}), there, "never") == []
    assert image(there, "web:2", "never") == "web:2"


def test_a_new_service_is_asked_for() -> None:
    assert wanted(desired({"a": {}, "b": {}, "c": {"image": "d"}}), live(desired()), "changed") == ["d", "web:1"]
    assert wanted(desired({"a": {}, "c": {"image": "d"}}), live(desired()), "changed", {"c"}) == ["d"]
    assert wanted(desired({"a": {}}), live(desired()), "never") == []


def test_where_no_registry_answers_what_runs_stays() -> None:
    specs = desired({"a": {}})
    plan = compare(specs, running("web:1" + OLD), Options(resolve_image="always"), {"web:1": Unresolved("no route")})
    assert plan.is_empty
    [note] = plan.notes
    assert note.summary.startswith("no registry tells the digest of web:1 (no route)")


def test_images_that_fail_alike_are_told_together() -> None:
    def long(port: int) -> Unresolved:
        steps = f"dial tcp: lookup hub.example on 127.0.0.1:53: read udp 127.0.0.1:{port}->127.0.0.1:53: read"
        return Unresolved(f'Get "https://hub.example/v2/": {steps}: connection refused')

    specs = desired({"a": {}, "b": {"image": "db:1"}, "c": {"image": "x:1"}})
    failures = {"web:1": long(4711), "db:1": long(4712), "x:1": Unresolved("no such image")}
    notes = [note.summary for note in compare(specs, live(desired()), Options(), failures).notes]
    assert notes == [
        (
            "no registry tells the digests of db:1, web:1 (hub.example: connection refused): each node looks for them "
            "alone, and may run another"
        ),
        "no registry tells the digest of x:1 (no such image): each node looks for it alone, and may run another",
    ]


def test_where_no_registry_answers_a_new_image_goes_by_its_tag() -> None:
    specs = desired({"a": {"image": "web:2"}})
    plan = compare(specs, running("web:1" + OLD), Options(), {"web:2": Unresolved("no route")})
    template = (plan.changes[0].spec or {})["TaskTemplate"]
    assert template["ContainerSpec"]["Image"] == "web:2"
    assert "Platforms" not in template["Placement"]
    assert len(plan.notes) == 2  # and the takeover


def test_platforms_come_with_the_digest() -> None:
    answer = resolved("web:2", "sha256:" + "b" * 64, [{"Architecture": "arm", "OS": "linux"}, PLATFORM])
    assert answer == Resolved("web:2" + NEW, ({"Architecture": "", "OS": "linux"}, PLATFORM))
    plan = compare(desired({"a": {"image": "web:2"}}), live(desired()), Options(), {"web:2": answer})
    placement = (plan.changes[0].spec or {})["TaskTemplate"]["Placement"]
    assert placement["Platforms"] == [{"Architecture": "", "OS": "linux"}, PLATFORM]


def test_a_digest_in_the_text_stays() -> None:
    assert resolved("web:1" + OLD, "sha256:" + "b" * 64, []).image == "web:1" + OLD


def test_registries_are_asked_four_at_a_time() -> None:
    together, most = 0, 0
    lock = threading.Lock()

    def look_up(name: str) -> Resolved:
        nonlocal together, most
        with lock:
            together += 1
            most = max(most, together)
        time.sleep(0.01)
        with lock:
            together -= 1
        if name == "i5":
            raise EngineError("broken")
        return Resolved(name + NEW)

    answers = looked_up([f"i{number}" for number in range(12)], look_up)
    assert most <= 4
    assert answers["i3"] == Resolved("i3" + NEW)
    assert answers["i5"] == Unresolved("broken")
    assert looked_up([], look_up) == {}
