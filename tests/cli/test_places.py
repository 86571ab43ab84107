"""Which lines made a resource, whatever the source: loops, functions, other files, anchors, merged YAML."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

import pytest

from pystackdsl.cli import sources
from pystackdsl.cli.places import lines_of, places_of
from pystackdsl.cli.sources import Opened

FACTORY = """\
from pystackdsl import Deploy, Service


def worker(image: str, replicas: int = 1) -> Service:
    return Service(
        image=image,
        deploy=Deploy(replicas=replicas),
    )
"""
STACK = """\
from factory import worker
from pystackdsl import Network, Service, evolve

backend = Network(driver="overlay")

web = Service(
    image="nginx:1.27",
    networks=[backend],
)
workers = {
    f"worker-{n}": worker(f"app:{n}", replicas=n)
    for n in (1, 2)
}
admin = evolve(
    web,
    image="admin:1",
)
"""
BASE = """\
x-logging: &logging
  driver: json-file
x-common: &common
  image: app:1
  logging: *logging
services:
  web:
    <<: *common
    ports: ["80:80"]
  api:
    image: api:1
networks:
  back: {}
"""
OVER = """\
services:
  api:
    deploy:
      replicas: 3
  extra: {image: "extra:1"}
"""


def opened(file: str | None = None, compose_file: Sequence[str] = ()) -> Opened:
    return sources.opened(
        Namespace(file=file, compose_file=list(compose_file), env_file=[], set=[], from_compose=False), "final"
    )


@pytest.fixture
def python(folder: Path) -> Opened:
    Path("factory.py").write_text(FACTORY)
    Path("stack.py").write_text(STACK)
    return opened("stack.py")


@pytest.fixture
def merged(folder: Path) -> Opened:
    Path("base.yml").write_text(BASE)
    Path("over.yml").write_text(OVER)
    return opened(compose_file=["base.yml", "over.yml"])


def test_every_resource_of_python(python: Opened) -> None:
    assert lines_of(python) == {
        ("services", "web"): "stack.py:6",
        ("services", "admin"): "stack.py:14",
        ("services", "worker-1"): "factory.py:5 (for stack.py:11)",
        ("services", "worker-2"): "factory.py:5 (for stack.py:11)",
        ("networks", "backend"): "stack.py:4",
    }


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("services", "web", "image"), "stack.py:7"),
        (("services", "web", "networks", 0), "stack.py:8"),
        (("services", "admin", "networks", 0), "stack.py:8 (for stack.py:14)"),
        (("services", "admin", "image"), "stack.py:16"),
        (("services", "worker-2", "deploy", "replicas"), "factory.py:7 (for stack.py:11)"),
        (("services", "web", "deploy", "replicas"), "stack.py:6"),
    ],
)
def test_a_value_in_python(python: Opened, path: Sequence[str | int], line: str) -> None:
    assert list(lines_of(python, [path]).values()) == [line]


def test_both_lines_are_told_as_places(python: Opened) -> None:
    (places,) = places_of(python, [("services", "worker-1")]).values()
    assert [(place.span.line, place.note) for place in places] == [(5, ""), (11, 'made here, for "worker-1"')]


def test_every_resource_of_merged_files(merged: Opened) -> None:
    assert lines_of(merged) == {
        ("services", "web"): "base.yml:7",
        ("services", "api"): "over.yml:2",
        ("services", "extra"): "over.yml:5",
        ("networks", "back"): "base.yml:13",
    }


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("services", "api", "image"), "base.yml:11"),
        (("services", "api", "deploy", "replicas"), "over.yml:4"),
        (("services", "api", "deploy"), "over.yml:3"),
        (("services", "web", "ports", 0), "base.yml:9"),
        (("services", "web", "image"), "base.yml:4 (for base.yml:8)"),
        (("services", "web", "logging", "driver"), "base.yml:2 (for base.yml:8)"),
    ],
)
def test_a_value_in_yaml(merged: Opened, path: Sequence[str | int], line: str) -> None:
    assert list(lines_of(merged, [path]).values()) == [line]


def test_what_the_stack_does_not_hold_has_no_line(python: Opened) -> None:
    assert lines_of(python, [("services", "gone"), ("services",), (), ("configs", "web")]) == {}
