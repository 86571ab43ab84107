"""Images and their digests, with a real registry that asks for a password: what is pinned, kept and followed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rig.registry import ADDRESS, Registry

from pystackdsl.cli import exits
from pystackdsl.cli.main import main

IMAGE = f"{ADDRESS}/moving:1"
STACK = f"""
from pystackdsl import Deploy, Service

app = Service(image="{IMAGE}", stop_signal="SIGKILL", deploy=Deploy(replicas=1, endpoint_mode="dnsrr"))
"""


def pinned(registry: Registry) -> Any:
    """The image and the platforms of the live service."""
    (service,) = registry.engine.call("GET", "/services", query={"filters": '{"name": ["moving_app"]}'})
    template = service["Spec"]["TaskTemplate"]
    return template["ContainerSpec"]["Image"], template.get("Placement", {}).get("Platforms")


def test_digests_are_pinned_kept_and_followed(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rig = registry.engine

    def run(*words: str) -> tuple[int, str, str]:
        status = main([words[0], "--host", rig.host, "--name", "moving", *words[1:]])
        out, err = capsys.readouterr()
        return status, out, err

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    (tmp_path / "config.json").write_text(registry.configuration)
    (tmp_path / "stack.py").write_text(STACK)
    rig.image("moving:1", page="first")
    first = registry.push("moving:1")

    status, out, err = run("apply", "--yes", "--with-registry-auth", "--timeout", "60s")
    assert status == exits.DONE, err
    assert pinned(registry) == (f"{IMAGE}@{first}", [{"Architecture": "amd64", "OS": "linux"}])
    status, out, err = run("plan", "--detailed-exitcode", "--with-registry-auth")
    assert (status, "No changes" in out) == (exits.DONE, True), out

    rig.image("moving:1", page="second")
    second = registry.push("moving:1")
    assert first != second
    assert run("plan", "--detailed-exitcode", "--with-registry-auth")[0] == exits.DONE
    status, out, err = run("plan", "--detailed-exitcode", "--with-registry-auth", "--resolve-image", "always")
    assert status == exits.CHANGES
    assert first[7:11] in out
    assert second[7:11] in out
    status, out, err = run("apply", "--yes", "--with-registry-auth", "--resolve-image", "always", "--timeout", "60s")
    assert status == exits.DONE, err
    assert pinned(registry)[0] == f"{IMAGE}@{second}"

    # Without credentials nobody can tell what the tag is now: it is said, and the service keeps what it has.
    (tmp_path / "config.json").write_text("{}")
    status, out, err = run("plan", "--detailed-exitcode")
    assert status == exits.DONE
    status, out, err = run("plan", "--resolve-image", "always")
    assert "no registry tells the digest" in out + err
    assert registry.password not in out + err
    rig.remove("moving")
