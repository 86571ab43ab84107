"""Rows of tables: the Docker CLI prints the same of the same lists, in every cell and in the same order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rig.fake import Daemon, answering
from rig.judge import Judge

from pystackdsl.swarm.ages import age
from pystackdsl.swarm.natural import natural
from pystackdsl.swarm.specs import NAMESPACE, Raw
from pystackdsl.swarm.state import service_rows, stack_rows, task_rows
from pystackdsl.views.tables import SERVICES, STACKS, TASKS, Layout, format_of, formatted, is_table

NOW = datetime.now(UTC)
DIGEST = "sha256:" + "0a" * 32
FEW = settings(max_examples=15)

names = st.from_regex(r"[a-c][0-9]{0,3}[_-]?[0-9a-b]{0,3}", fullmatch=True) | st.sampled_from(
    ["web2", "web10", "web02"]
)
ids = st.text("abcdefgh0123456789", min_size=25, max_size=25)
images = st.sampled_from(
    [
        "busybox", "busybox:1.36", f"busybox:1.36@{DIGEST}", f"busybox@{DIGEST}", "docker.io/library/redis:7",
        "docker.io/a/b:1", "library/x/y:1", f"docker.io/library/redis:7@{DIGEST}", "registry:5000/a/b:c",
        f"ghcr.io/x/library/y:1@{DIGEST}", "Not An Image", "", "index.docker.io/library/z:9", "a" * 64, "localhost/x:1",
    ]
)  # fmt: skip
numbers = st.integers(0, 12)
ports = st.fixed_dictionaries(
    {"TargetPort": st.integers(1, 6), "PublishedPort": st.integers(0, 8), "Protocol": st.sampled_from(["tcp", "udp"])},
    optional={"PublishMode": st.sampled_from(["ingress", "ingress", "ingress", "host"])},
)
# Ports that are equal in what they are sorted by have no order that Docker keeps to.
published = st.lists(ports, max_size=9, unique_by=lambda port: (port["Protocol"], port["PublishedPort"]))
modes = st.sampled_from(
    [
        {"Replicated": {"Replicas": 3}}, {"Replicated": {}}, {"Global": {}}, {"GlobalJob": {}}, {},
        {"ReplicatedJob": {"MaxConcurrent": 1, "TotalCompletions": 5}},
    ]
)  # fmt: skip


@st.composite
def services(draw: st.DrawFn) -> Raw:
    template = {"ContainerSpec": {"Image": draw(images)}, "Placement": {"MaxReplicas": draw(st.integers(0, 2))}}
    spec = {"Name": draw(names), "Mode": draw(modes), "TaskTemplate": template}
    spec["Labels"] = {NAMESPACE: draw(st.sampled_from(["s", "s2", "s10", "t-1"]))}
    counts = {f"{word}Tasks": draw(numbers) for word in ("Running", "Desired", "Completed")}
    return {"ID": draw(ids), "Spec": spec, "Endpoint": {"Ports": draw(st.none() | published)}, "ServiceStatus": counts}


def moment(past: timedelta, now: datetime = NOW) -> str:
    return f"{now - past:%Y-%m-%dT%H:%M:%S.%fZ}"


# In the middle of a unit, so that it does not matter how long Docker takes to ask. Counted from the moment of asking:
# a long run of tests comes here many minutes after this module was read.
ages = st.sampled_from(
    [90, 210, 3030, 5400 + 3600, 3600 * 40 + 600, 3600 * 80, 3600 * 24 * 20, 3600 * 24 * 70, 3600 * 24 * 1000]
)
errors = st.sampled_from(
    ["", "task: non-zero exit (1)", "no suitable node (scheduling constraints not satisfied on 3 nodes)", "x" * 30,
     "ééééééééééééééééééééééééééééééé", "日本語日本語日本語日本語日本語日本", 'with "quotes" and\ntwo lines', "a日" * 12, "é" * 30]
)  # fmt: skip


@st.composite
def tasks(draw: st.DrawFn) -> Raw:
    status: dict[str, Any] = {
        "State": draw(st.sampled_from(["running", "failed", "COMPLETE", "preparing", "orphaned"])),
        "Timestamp": draw(st.just("0001-01-01T00:00:00Z") | ages),
        "Err": draw(errors),
        "PortStatus": {"Ports": draw(st.lists(ports, max_size=2))},
    }
    return {
        "ID": draw(ids),
        "CreatedAt": moment(timedelta(seconds=draw(st.integers(0, 999)), microseconds=draw(st.integers(0, 99)))),
        "ServiceID": draw(st.sampled_from(["service1", "service2", "service10", "gone"])),
        "Slot": draw(st.integers(0, 3)),
        "NodeID": draw(st.sampled_from(["node1", "node2", "nodegone", ""])),
        "Spec": {"ContainerSpec": {"Image": draw(images)}},
        "DesiredState": draw(st.sampled_from(["running", "shutdown", "ready"])),
        "Status": status,
    }


def aged(task: Raw, now: datetime) -> Raw:
    """The task with the moment of its status, where it has an age."""
    age = task["Status"]["Timestamp"]
    stamp = age if isinstance(age, str) else moment(timedelta(seconds=age), now)
    return {**task, "Status": {**task["Status"], "Timestamp": stamp}}


KNOWN = [{"ID": f"service{number}", "Spec": {"Name": f"s_web{number}"}} for number in (1, 2, 10)]
NODES = [
    {"ID": "node1", "Spec": {}, "Description": {"Hostname": "worker-1"}},
    {"ID": "node2", "Spec": {"Name": "named"}, "Description": {"Hostname": "worker-2"}},
]


@pytest.fixture(scope="module")
def daemon() -> Iterator[Daemon]:
    with tempfile.TemporaryDirectory(prefix="fake", dir="/tmp") as folder, answering({}, Path(folder)) as daemon:
        yield daemon


def same(judge: Judge, daemon: Daemon, layout: Layout, rows: list[dict[str, str]], format: str, *words: str) -> None:
    """Docker prints these rows in this format."""
    said = judge.ask(daemon.host, "stack", *words, *(["--format", format] if format else []))
    assert (said.returncode, formatted(rows, layout, format_of(layout, format))) == (0, said.stdout), said.stderr


@FEW
@given(found=st.lists(services(), min_size=4, max_size=15, unique_by=lambda each: each["Spec"]["Name"]), data=st.data())
def test_services(judge: Judge, daemon: Daemon, found: list[Raw], data: st.DataObject) -> None:
    daemon.lists = {"services": found}
    same(judge, daemon, STACKS, stack_rows(found), data.draw(st.sampled_from(["", "json"])), "ls")
    format = data.draw(st.sampled_from(["", "json", "raw", r"table {{.Ports}}\t{{upper .Name}}\n\t{{.Image}}"]))
    same(judge, daemon, SERVICES, service_rows(found), format, "services", "s")


@FEW
@given(
    found=st.lists(
        tasks(), min_size=4, max_size=15, unique_by=(lambda each: each["CreatedAt"], lambda each: each["ID"])
    ),
    format=st.sampled_from(["", "json", "raw", r"table {{.Error}}\t{{.Name}}\t{{truncate .Image 9}}"]),
    full=st.booleans(),
    resolve=st.booleans(),
)
def test_tasks(judge: Judge, daemon: Daemon, found: list[Raw], format: str, full: bool, resolve: bool) -> None:
    now = datetime.now(UTC)
    found = [aged(task, now) for task in found]
    daemon.lists = {"tasks": found, "services": KNOWN, "nodes": NODES}
    rows = task_rows(
        found,
        {each["ID"]: each["Spec"]["Name"] for each in KNOWN} if resolve else {},
        {"node1": "worker-1", "node2": "named"} if resolve else {},
        now=now,
        full=full,
        marks=is_table(format_of(TASKS, format)),
    )
    words = [*(["--no-trunc"] if full else []), *([] if resolve else ["--no-resolve"])]
    same(judge, daemon, TASKS, rows, format, "ps", *words, "s")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "less than a second"), (0.999, "less than a second"), (1, "1 second"), (1.9, "1 second"),
        (2, "2 seconds"), (59.9, "59 seconds"), (60, "about a minute"), (119, "about a minute"), (120, "2 minutes"),
        (3599, "59 minutes"), (3600, "about an hour"), (5399, "about an hour"), (5400, "2 hours"),
        (3600 * 47.4, "47 hours"), (3600 * 47.5, "2 days"), (3600 * 24 * 13.5, "13 days"), (3600 * 24 * 14, "2 weeks"),
        (3600 * 24 * 59, "8 weeks"), (3600 * 24 * 60, "2 months"), (3600 * 24 * 729, "24 months"),
        (3600 * 24 * 730, "2 years"),
    ],
)  # fmt: skip
def test_ages(seconds: float, text: str) -> None:
    then = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)
    assert age("2026-01-02T03:04:05.678901Z", then + timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(("timestamp", "text"), [("0001-01-01T00:00:00Z", "292 years"), ("", "292 years")])
def test_the_age_of_what_never_was(timestamp: str, text: str) -> None:
    assert age(timestamp, NOW) == text


def test_numbers_in_names_sort_by_their_value() -> None:
    ordered = ["a", "a-", "a1", "a2", "a02", "a10", "a10b", "a10b2", "a_1", "ab", "b"]
    assert sorted(ordered, key=natural) == [
        "a",
        "a1",
        "a2",
        "a02",
        "a10",
        "a10b",
        "a10b2",
        "a-",
        "a_1",
        "ab",
        "b",
    ]
