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
def encrypted(engine: Engine, authority: trustme.CA, *names: str) -> Iterator[int]:
    """The engine behind TLS that asks for a certificate and says that it is one of the names; the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    with Server.listening(Proxy(engine.socket, Path("unused")), context) as running:
        yield running.server_address[1]


def certificates(folder: Path, authority: trustme.CA, *, client: trustme.CA | None = None) -> Path:
    """The folder with the files of a client, signed by the authority unless another is said to have signed them."""
    folder.mkdir(exist_ok=True, parents=True)
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    issued = (client or authority).issue_cert("me@example.org")
    issued.private_key_pem.write_to_path(str(folder / "key.pem"))
    issued.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    return folder


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def test_tls(connect, engine: Engine, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CERT_PATH", str(certificates(tmp_path, authority)))
    with encrypted(engine, authority, "127.0.0.1") as port:
        host = f"tcp://127.0.0.1:{port}"
        for variable in ("DOCKER_TLS_VERIFY", "DOCKER_TLS"):
            monkeypatch.setenv(variable, "1")
            connection = connect(host=host)
            assert connection.read("none").swarm.where == host
            monkeypatch.delenv(variable)
        with pytest.raises(Unreachable):  # it does not speak without
            connect(host=host)


def test_a_context_with_tls(connect, engine: Engine, authority: trustme.CA, judge: Judge, tmp_path: Path) -> None:
    """The context is made by the Docker CLI."""
    certificates(tmp_path / "made", authority)
    files = ",".join(f"{key}={tmp_path / 'made' / f'{key}.pem'}" for key in ("ca", "cert", "key"))
    with encrypted(engine, authority, "127.0.0.1") as port:
        docker = f"host=tcp://127.0.0.1:{port},{files}"
        for words in (["context", "create", "lab", "--docker", docker], ["context", "use", "lab"]):
            made = judge.ask("", *words, env={"DOCKER_CONFIG": str(tmp_path)})
            assert made.returncode == 0, made.stderr
        for named in ({"context": "lab"}, {}):
            assert connect(config=tmp_path, **named).read("none").swarm.where == "context lab"


@pytest.mark.parametrize(
    ("name", "spoil", "summary"),
    [
        ("127.0.0.1", {"ca.pem": trustme.CA().cert_pem.bytes()}, "failed: self-signed certificate"),
        ("docker.example", {}, "certificate is not valid for '127.0.0.1'"),
        ("127.0.0.1", {"ca.pem": b"nothing"}, "ca.pem holds no certificate"),
        (
            "127.0.0.1",
            {"key.pem": trustme.CA().issue_cert("a").private_key_pem.bytes()},
            "are no certificate and its key",
        ),
        ("127.0.0.1", {"key.pem": b"-----BEGIN ENCRYPTED PRIVATE KEY-----"}, "key.pem asks for a password"),
        ("127.0.0.1", {"key.pem": None}, "there is no key.pem in"),
        ("127.0.0.1", {"ca.pem": None}, "there is no ca.pem in"),
        ("127.0.0.1", {"key.pem": None, "cert.pem": None}, "the TLS connection to .* failed: .*certificate"),
    ],
)
def test_tls_that_fails(
    connect, engine: Engine, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    name: str, spoil: dict[str, bytes | None], summary: str,
) -> None:  # fmt: skip
    certificates(tmp_path, authority)
    for file, content in spoil.items():
        (tmp_path / file).unlink() if content is None else (tmp_path / file).write_bytes(content)
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path))
    with encrypted(engine, authority, name) as port, pytest.raises(EngineError, match=summary):
        connect(host=f"tcp://127.0.0.1:{port}")


def test_tls_where_there_is_none(
    connect, engine: Engine, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server.listening(Proxy(engine.socket, tmp_path)) as running:
        host = f"tcp://127.0.0.1:{running.server_address[1]}"
        assert connect(host=host).read("none").is_empty
        monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
        monkeypatch.setenv("DOCKER_CERT_PATH", str(certificates(tmp_path, authority)))
        with pytest.raises(Unreachable, match="it does not speak TLS"):
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
