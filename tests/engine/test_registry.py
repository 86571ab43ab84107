"""Digests from a real registry that asks for a password, with and without credentials."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from rig.registry import ADDRESS, Registry

from pystackdsl.swarm.engine import connect
from pystackdsl.swarm.errors import Refused


def test_digests(registry: Registry, tmp_path: Path) -> None:
    registry.engine.image("pushed:1")
    digest = registry.push("pushed:1")
    image = f"{ADDRESS}/pushed:1"
    (tmp_path / "config.json").write_text(registry.configuration)
    with contextlib.closing(connect(host=registry.engine.host, config=tmp_path)) as engine:
        found = engine.digest(image, auth=engine.credentials(image))
        assert found.digest == digest
        assert [platform["OS"] for platform in found.platforms] == ["linux"]
        with pytest.raises(Refused) as refused:
            engine.digest(image)
        assert "pass word" not in str(refused.value)
        with pytest.raises(Refused):
            engine.digest(f"{ADDRESS}/none:1", auth=engine.credentials(image))
