"""Rotation, on a real engine: content changes, and a second deploy gets through."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from rig.engine import Engine, EngineError

from pystackdsl import Config, Secret, Service, Stack, evolve
from pystackdsl.compose.assets import with_assets
from pystackdsl.compose.codec import spell


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]


def test_changed_content_gets_through_a_second_deploy(engine: Engine, stack_name: str, tmp_path: Path) -> None:
    def deploy(content: str, password: str, *, rotate: bool) -> None:
        (tmp_path / "pw").write_text(password)
        service = Service(image="busybox:latest", command=["sleep", "1000"])
        conf, pw = Config(content=content), Secret(file="pw")
        stack = Stack.of({"a": evolve(service, configs=[conf], secrets=[pw]), "conf": conf, "pw": pw}, base=tmp_path)
        complete, assets = with_assets(stack, folder=tmp_path, stack_name=stack_name, rotate=rotate)
        for path, data in assets.items():
            path.write_bytes(data)
        (tmp_path / "stack.yml").write_text(spell(complete, folder=tmp_path))
        engine.docker("stack", "deploy", "--detach", "-c", str(tmp_path / "stack.yml"), stack_name)

    deploy("one", "pass-one", rotate=False)
    for content, password in (("two", "pass-one"), ("one", "pass-two")):
        with pytest.raises(EngineError, match="only updates to Labels are allowed"):
            deploy(content, password, rotate=False)
    deploy("one", "pass-one", rotate=True)
    deploy("two", "pass-two", rotate=True)
    names = engine.docker("config", "ls", "--format", "{{.Name}}").stdout.split()
    assert {name for name in names if name.startswith(f"{stack_name}_")} == {
        f"{stack_name}_conf",
        f"{stack_name}_conf-{digest(b'one')}",
        f"{stack_name}_conf-{digest(b'two')}",
    }
    engine.remove(stack_name)
