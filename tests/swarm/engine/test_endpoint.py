"""Which daemon is meant: the order of options, variables and contexts, and what is told of those that are wrong."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pystackdsl.swarm.engine.endpoint import SOCKET, endpoint
from pystackdsl.swarm.engine.ssh import command
from pystackdsl.swarm.errors import EngineError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration folder with the contexts `prod` (ssh), `lab` (TLS) and `open` (TLS that is not verified)."""
    (tmp_path / "config.json").write_text('{"currentContext": "prod"}')
    context(tmp_path, "prod", {"Host": "ssh://ops@prod.example"})
    context(tmp_path, "lab", {"Host": "tcp://lab.example"}, ("ca.pem", "cert.pem", "key.pem"))
    context(tmp_path, "open", {"Host": "tcp://open.example:2399", "SkipTLSVerify": True})
    context(tmp_path, "half", {"Host": "tcp://half.example"}, ("cert.pem",))
    return tmp_path


def context(folder: Path, name: str, docker: dict[str, Any], files: tuple[str, ...] = ()) -> None:
    id = sha256(name.encode()).hexdigest()
    meta = folder / "contexts" / "meta" / id / "meta.json"
    meta.parent.mkdir(parents=True)
    meta.write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": docker}}))
    for file in files:
        path = folder / "contexts" / "tls" / id / "docker" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


@pytest.mark.parametrize(
    ("options", "environment", "host", "where"),
    [
        ((None, None), {}, "ssh://ops@prod.example", "context prod"),
        ((None, None), {"DOCKER_CONTEXT": "default"}, SOCKET, SOCKET),
        ((None, None), {"DOCKER_CONTEXT": "lab"}, "tcp://lab.example:2376", "context lab"),
        ((None, "h:99"), {}, "tcp://h:99", "tcp://h:99"),
        (("open", None), {}, "tcp://open.example:2399", "context open"),
    ],
)
def test_which_daemon(folder: Path, options: Any, environment: dict[str, str], host: str, where: str) -> None:
    found = endpoint(*options, folder, environment)
    assert (found.host, found.where) == (host, where)


def test_tls(folder: Path) -> None:
    lab = endpoint("lab", None, folder, {}).tls
    assert lab
    assert lab.verify
    assert lab.cert
    skipping = endpoint("open", None, folder, {}).tls
    assert skipping
    assert not skipping.verify
    asked = {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(folder)}
    with pytest.raises(EngineError, match=r"there is no ca\.pem in"):
        endpoint(None, "tcp://h", folder, asked)
    (folder / "ca.pem").write_text("")
    named = endpoint(None, "tcp://h", folder, asked)
    assert named.host == "tcp://h:2376"
    assert named.tls
    assert (named.tls.ca, named.tls.cert) == (folder / "ca.pem", None)
    assert endpoint(None, "unix:///x", folder, asked).tls is None


@pytest.mark.parametrize(
    ("options", "said", "help"),
    [
        (("prd", None), 'there is no Docker context "prd"', "did you mean prod?"),
        (("zzz", None), 'there is no Docker context "zzz"', "there are default, half, lab, open, prod"),
        (("prod", "unix:///x"), "--context and --host both name a daemon", "give one of them"),
        ((None, "ftp://h"), '"ftp://h" is no address of a Docker daemon', "unix:///path"),
        ((None, "/run/docker.sock"), '"/run/docker.sock" is no address', "write unix:///run/docker.sock"),
        ((None, "tcp://me:secret@h:port"), '"tcp://me:…@h:port" is no address', "unix:///path"),
        (("half", None), "there is no key.pem in", "put key.pem there"),
    ],
)
def test_what_is_told(folder: Path, options: Any, said: str, help: str) -> None:
    with pytest.raises(EngineError) as told:
        endpoint(*options, folder, {})
    assert said in told.value.summary
    assert help in told.value.help


def test_a_configuration_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(EngineError, match="it is no json"):
        endpoint(None, None, tmp_path, {})


def test_without_a_configuration(tmp_path: Path) -> None:
    assert endpoint(None, None, tmp_path / "none", {}).host == SOCKET


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("ssh://h", "h docker system dial-stdio"),
        ("ssh://me@h:2222", "h docker system dial-stdio"),
        ("ssh://h/run/user/1/docker.sock", "h docker --host=unix:///run/user/1/docker.sock system dial-stdio"),
        ("ssh://h/a b", "h docker '--host=unix:///a b' system dial-stdio"),
    ],
)
def test_ssh(host: str, words: str) -> None:
    found = command(host)
    assert " ".join(found).endswith(f"-T -- {words}")
    assert ("-l me -p 2222" in " ".join(found)) is ("me@" in host)


@pytest.mark.parametrize("host", ["ssh://", "ssh://h?x", "ssh://-oProxyCommand=x", "ssh://-l@h", "ssh://u:pw@h"])
def test_addresses_that_ssh_does_not_take(host: str) -> None:
    with pytest.raises(EngineError, match="is no ssh address") as told:
        command(host)
    assert "pw" not in told.value.summary
