"""Registry credentials: where they are looked for, and the header that they become."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from pystackdsl.swarm.engine.credentials import HUB, NONE, header, registry_of
from pystackdsl.swarm.errors import EngineError

AUTH = base64.b64encode(b"me:pass:word").decode()
ME = {"username": "me", "password": "pass:word"}


def sent(image: str, configuration: dict[str, Any], environment: dict[str, str] | None = None) -> Any:
    return json.loads(base64.urlsafe_b64decode(header(image, configuration, environment or {})))


@pytest.mark.parametrize(
    ("image", "registry"),
    [
        ("busybox", HUB),
        ("me/app:1", HUB),
        ("docker.io/a", HUB),
        ("r.example:5000/a:1", "r.example:5000"),
        ("localhost/a", "localhost"),
    ],
)
def test_the_registry_of_an_image(image: str, registry: str) -> None:
    assert registry_of(image) == registry


@pytest.mark.parametrize(
    ("image", "auths", "found"),
    [
        ("r.example/a", {"r.example": {"auth": AUTH}}, ME | {"serveraddress": "r.example"}),
        ("r.example/a", {"https://r.example/v1/": {"auth": AUTH}}, ME | {"serveraddress": "r.example"}),
        ("busybox", {HUB: {"auth": AUTH}}, ME | {"serveraddress": HUB}),
        (
            "r.example/a",
            {"r.example": {"identitytoken": "t", "auth": AUTH}},
            ME | {"serveraddress": "r.example", "identitytoken": "t"},
        ),
        ("other.example/a", {"r.example": {"auth": AUTH}}, {}),
        ("r.example/a", None, {}),
    ],
)
def test_what_the_configuration_keeps(image: str, auths: Any, found: Any) -> None:
    assert sent(image, {"auths": auths}) == found


def test_without_credentials() -> None:
    assert header("busybox", {}, {}) == NONE == "e30="


def test_the_environment_wins() -> None:
    text = json.dumps({"auths": {"r.example": {"auth": AUTH}}})
    other = {"auths": {"r.example": {"auth": base64.b64encode(b"x:y").decode()}}}
    assert sent("r.example/a", other, {"DOCKER_AUTH_CONFIG": text})["username"] == "me"
    assert sent("r.example/a", other, {"DOCKER_AUTH_CONFIG": '{"auths": {}}'})["username"] == "x"


HELPER = """#!/bin/sh
read registry
case "$registry" in
    r.example) echo '{"ServerURL":"r.example","Username":"me","Secret":"pass:word"}' ;;
    t.example) echo '{"ServerURL":"t.example","Username":"<token>","Secret":"t"}' ;;
    text.example) echo 'hunter2, no JSON' ;;
    odd.example) echo '["hunter2"]' ;;
    broken.example) echo 'hunter2 leaked' >&2; exit 3 ;;
    *) echo 'credentials not found in native keychain'; exit 1 ;;
esac
"""


@pytest.fixture
def path(tmp_path: Path) -> dict[str, str]:
    """An environment with a helper program `docker-credential-vault`."""
    file = tmp_path / "docker-credential-vault"
    file.write_text(HELPER)
    file.chmod(0o755)
    return {"PATH": f"{tmp_path}:{os.environ['PATH']}"}


def test_stores_and_helpers(path: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", path["PATH"])
    store = {"credsStore": "vault", "auths": {"kept.example": {"auth": AUTH}, "r.example": {}}}
    assert sent("r.example/a", store, path) == ME | {"serveraddress": "r.example"}
    assert sent("t.example/a", {"credHelpers": {"t.example": "vault"}}, path) == {
        "serveraddress": "t.example",
        "identitytoken": "t",
    }
    assert sent("kept.example/a", store, path) == ME | {"serveraddress": "kept.example"}
    assert sent("none.example/a", store, path) == {}


@pytest.mark.parametrize(
    ("image", "configuration", "said"),
    [
        (
            "broken.example/a",
            {"credsStore": "vault"},
            "the credential store vault does not give the credentials of broken.example",
        ),
        ("text.example/a", {"credsStore": "vault"}, "the credential store vault does not give"),
        ("odd.example/a", {"credHelpers": [], "credsStore": "vault"}, "the credential store vault does not give"),
        ("r.example/a", {"credsStore": "absent"}, "the credential store absent does not give"),
        (
            "r.example/a",
            {"auths": {"r.example": {"auth": "?"}}},
            "the credentials of r.example in Docker's configuration cannot be read",
        ),
    ],
)
def test_what_is_told(
    path: dict[str, str], monkeypatch: pytest.MonkeyPatch, image: str, configuration: Any, said: str
) -> None:
    monkeypatch.setenv("PATH", path["PATH"])
    with pytest.raises(EngineError) as told:
        header(image, configuration, path)
    assert said in told.value.summary
    assert "hunter2" not in f"{told.value} {told.value.help} {told.value.__cause__}"


def test_a_variable_that_cannot_be_read() -> None:
    with pytest.raises(EngineError, match="DOCKER_AUTH_CONFIG cannot be read"):
        header("r.example/a", {}, {"DOCKER_AUTH_CONFIG": "{"})
