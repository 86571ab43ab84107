"""Connections to real daemons: over a socket, TLS and ssh, and what is told where none can be had."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import socket
import ssl
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from rig import engine as engines
from rig.engine import Engine
from rig.judge import Judge
from rig.proxy import Proxy, Server

from pystackdsl.swarm.engine import Engine as Connection
from pystackdsl.swarm.engine import connect as lasting
from pystackdsl.swarm.errors import EngineError, NotAManager, Unreachable


@pytest.fixture
def connect() -> Iterator[Callable[..., Connection]]:
    """Connections that are closed at the end of the test."""
    with contextlib.ExitStack() as opened:
        yield lambda **named: opened.enter_context(contextlib.closing(lasting(**named)))


def test_the_version_is_negotiated(connect, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = connect(host=engine.host)
    newest = engine.call("GET", "/version")["ApiVersion"]
    assert connection.api == min((1, 51), tuple(map(int, newest.split("."))))
    assert connection.read("none").is_empty
    monkeypatch.setenv("DOCKER_API_VERSION", "1.41")
    assert connect(host=engine.host).api == (1, 41)
    monkeypatch.setenv("DOCKER_API_VERSION", "1.20")
    with pytest.raises(EngineError, match=r"DOCKER_API_VERSION is 1\.20"):
        connect(host=engine.host)


def test_a_client_of_the_sdk_can_be_given(connect, engine: Engine) -> None:
    import docker

    for client in (docker.DockerClient(base_url=engine.host), docker.APIClient(base_url=engine.host)):
        assert connect(client=client).read("none").swarm.nodes == 1


@contextlib.contextmanager
def encrypted(engine: Engine, folder: Path) -> Iterator[tuple[int, Path]]:
    """The engine behind TLS that asks for a certificate; the port and the folder of the client's files."""
    authority = trustme.CA()
    server, client = authority.issue_cert("localhost", "127.0.0.1"), authority.issue_cert("me@example.org")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    client.private_key_pem.write_to_path(str(folder / "key.pem"))
    client.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    with Server.encrypted(Proxy(engine.socket, folder / "unused"), context) as running:
        yield running.server_address[1], folder


def test_tls(connect, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with encrypted(engine, tmp_path) as (port, folder):
        monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
        monkeypatch.setenv("DOCKER_CERT_PATH", str(folder))
        host = f"tcp://127.0.0.1:{port}"
        assert connect(host=host).read("none").is_empty
        monkeypatch.delenv("DOCKER_TLS_VERIFY")
        monkeypatch.setenv("DOCKER_TLS", "1")
        assert connect(host=host).read("none").is_empty
        trustme.CA().cert_pem.write_to_path(str(folder / "ca.pem"))
        monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
        with pytest.raises(Unreachable, match=r"the TLS connection to .* failed"):
            connect(host=host)


@pytest.fixture
def ssh_daemon(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A real ssh daemon on 127.0.0.1 that lets this user in; its port. The client finds it as an `ssh` on PATH."""
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "keys").write_bytes((tmp_path / "user.pub").read_bytes())
    (tmp_path / "bin").mkdir()
    (tmp_path / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {tmp_path / 'host'}\nAuthorizedKeysFile {tmp_path / 'keys'}\n"
        f"StrictModes no\nUsePAM no\nPidFile none\nSetEnv DOCKER_HOST={engine.host} PATH={engine.client.parent}:/usr/bin:/bin\n"
    )
    wrapper = tmp_path / "bin" / "ssh"
    options = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
    wrapper.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F none -i {tmp_path / "user"} {options} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}:{os.environ['PATH']}")
    Path("/run/sshd").mkdir(exist_ok=True)
    daemon = subprocess.Popen(
        [shutil.which("sshd", path="/usr/sbin:/sbin"), "-D", "-e", "-f", tmp_path / "sshd_config"],
        stderr=subprocess.DEVNULL,
    )
    try:
        engines.wait(lambda: _answers(port), "answer of sshd", 10)
        yield port
    finally:
        daemon.terminate()
        daemon.wait()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def test_ssh(connect, engine: Engine, ssh_daemon: int) -> None:
    for host in (f"ssh://root@127.0.0.1:{ssh_daemon}", f"ssh://root@127.0.0.1:{ssh_daemon}{engine.socket}"):
        connection = connect(host=host)
        assert connection.read("none").swarm.where == host
        connection.close()
    with pytest.raises(Unreachable) as told:
        connect(host=f"ssh://root@127.0.0.1:{ssh_daemon}/no/such.sock")
    assert told.value.help == f"try `ssh -p {ssh_daemon} root@127.0.0.1 docker version`, which is to succeed"


# The SDK drops a socket that it could not connect without closing it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_daemon(connect, tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="no Docker daemon answers at unix://"):
        connect(host=f"unix://{tmp_path}/none.sock")
    with pytest.raises(Unreachable, match=r"no Docker daemon answers at tcp://127\.0\.0\.1:1"):
        connect(host="tcp://127.0.0.1:1")
    gc.collect()


def test_a_socket_that_may_not_be_used(connect, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        path = Path("/tmp") / f"pystackdsl-test-{os.getpid()}.sock"
        listening.bind(str(path))
        listening.listen()
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
        connect_elsewhere = tmp_path / "said"
        connect_elsewhere.touch()
        connect_elsewhere.chmod(0o666)
        tmp_path.chmod(0o777)
        try:
            import requests  # noqa: F401 - imported before the child loses its rights

            child = os.fork()
            if not child:
                with connect_elsewhere.open("w") as said:
                    os.seteuid(65534)
                    try:
                        connect(host=f"unix://{path}", config="/none")
                    except EngineError as error:
                        said.write(f"{error.summary}|{error.help}")
                os._exit(0)
            os.waitpid(child, 0)
        finally:
            path.unlink()
    summary, help = connect_elsewhere.read_text().split("|")
    assert summary == f"the Docker daemon at unix://{path} may not be used by this user"
    assert "the group docker" in help


def test_a_daemon_that_is_no_manager(connect, judge: Judge) -> None:
    with engines.running(judge.command) as alone:
        alone.call("POST", "/swarm/leave", query={"force": "1"})
        connection = connect(host=alone.host)
        with pytest.raises(NotAManager) as told:
            connection.read("none")
        assert "is not part of a swarm" in told.value.summary
        assert "docker swarm init" in told.value.help


def test_a_connection_that_dies_is_told(connect, proxy: Proxy) -> None:
    connection = connect(host=proxy.host)
    proxy.fail(when="before", matching="GET /info")
    with pytest.raises(Unreachable) as told:
        connection.read("none")
    assert not told.value.sent


def test_threads_share_a_connection(connect, engine: Engine) -> None:
    connection = connect(host=engine.host)
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(len(connection.list("nodes")))) for _ in range(8)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 8
    assert time.monotonic() - start < 30
