"""A real Docker Engine for tests: dockerd in namespaces and a folder of its own, a swarm of one node, no network.

Tests get it as the fixture `engine`. It needs root. Several can run side by side; none touches the machine's own
Docker. `python -m rig.engine` lists the Debian packages that are missing for it, one a line; `tests/setup` asks so.

No traffic flows through virtual IPs or published ingress ports where the kernel has no IPVS, but they are allocated,
and services converge. Ports are the engine's own, so tests never collide with the machine's.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import attrs

from rig import HOME, image

PREFIX = "pystackdsl-engine-"
# Unix sockets have short paths, so the folder's place is not left to TMPDIR.
PLACE = Path("/tmp")
CGROUPS = Path("/sys/fs/cgroup")
NAMESPACES = ("--mount", "--net", "--uts", "--ipc", "--pid", "--mount-proc", "--fork")
STABLE = 1.0
"""Seconds for which a stack has to be complete before it counts as converged; a crash loop runs for moments too."""
TREE = "PYSTACKDSL_ENGINE_TREE"
"""The environment variable that names another Engine than the machine's: the root of a tree, unpacked."""
PACKAGES = {
    "dockerd": "docker.io",
    "iptables": "iptables",
    "ip": "iproute2",
    "unshare": "util-linux",
    "mount": "mount",
    "sshd": "openssh-server",
    "ssh": "openssh-client",
}
"""Debian's package for each program an engine needs; busybox is looked at more closely."""


class EngineError(Exception):
    """The engine did not start, refused a call, or left something behind."""


def missing_packages() -> list[str]:
    """The Debian packages without which no engine can start here."""
    missing = [package for program, package in PACKAGES.items() if not shutil.which(program, path=_path())]
    return missing if image.busybox() else [*missing, "busybox-static"]


def missing() -> str | None:
    """Why no engine can start on this machine, or None."""
    packages = missing_packages()
    if packages:
        return f"not installed: {', '.join(packages)}"
    if os.geteuid() != 0:
        return "only root can start a Docker Engine"
    return None


def _path() -> str:
    # Where dockerd lives, which is not on every user's PATH.
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


@attrs.frozen
class Engine:
    """A running engine. `host` is what DOCKER_HOST takes; `client` the Docker CLI that `docker` runs."""

    folder: Path
    client: Path

    @property
    def socket(self) -> Path:
        return self.folder / "docker.sock"

    @property
    def host(self) -> str:
        return f"unix://{self.socket}"

    @property
    def init(self) -> int:
        """The process that all of the engine descends from, by its number outside."""
        unshare = (self.folder / "process").read_text()
        return int(Path(f"/proc/{unshare}/task/{unshare}/children").read_text().split()[0])

    def inside(self, *command: str | Path) -> list[str | Path]:
        """A command as it has to be called to run in the engine's network, and to end with it."""
        return ["nsenter", "--target", str(self.init), "--net", "--pid", "--", *command]

    def kill(self) -> None:
        """A power cut: dockerd and all its containers are gone at once. The engine does not come back."""
        os.kill(self.init, signal.SIGKILL)

    @property
    def shell(self) -> dict[str, str]:
        """The environment that `docker` runs the CLI in."""
        return {"PATH": _path(), "HOME": HOME, "DOCKER_HOST": self.host}

    def docker(
        self, *args: str | Path, input: str | None = None, check: bool = True, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run the Docker CLI against this engine. With `check`, a failure raises EngineError with what it wrote."""
        run = subprocess.run(
            [self.client, *args],
            input=input,
            capture_output=True,
            text=True,
            env=self.shell,
            timeout=timeout,
            check=False,
        )
        if check and run.returncode:
            raise EngineError(f"docker {' '.join(map(str, args))}: exit {run.returncode}\n{run.stderr}{run.stdout}")
        return run

    def call(self, method: str, path: str, body: Any = None, *, query: Any = (), timeout: float = 60) -> Any:
        """One Engine API call: JSON (or, as bytes, a tar) in; JSON, or text where it is none, out."""
        connection = http.client.HTTPConnection("docker", timeout=timeout)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(timeout)
        raw = isinstance(body, bytes)
        headers = {"Content-Type": "application/x-tar" if raw else "application/json"} if body is not None else {}
        with contextlib.closing(connection):
            connection.sock.connect(str(self.socket))
            payload = body if raw or body is None else json.dumps(body)
            with contextlib.suppress(BrokenPipeError):  # refused before all was sent: the answer says why
                connection.request(method, f"{path}?{urlencode(query)}", payload, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        if answer.status >= 400:
            raise EngineError(f"{method} {path}: {answer.status} {text.strip()}")
        try:
            return json.loads(text)
        except ValueError:
            return text

    def image(
        self,
        name: str,
        *,
        command: str = image.SERVE,
        page: str | None = None,
        programs: Sequence[str] = (),
        health: str | None = None,
    ) -> str:
        """Make an image of any name from busybox and return the name. It runs the shell text `command` whatever a
        service gives as its command, and dies at once when stopped.

        `page` is what its web server says (by default the name), `programs` are further commands that just succeed
        (for a health check that calls `pg_isready`), `health` is a health check's shell text, run each second.
        """
        page = name if page is None else page
        packed = image.pack(name, command, page=page, programs=programs, health=health)
        said = self.call("POST", "/images/load", packed, query={"quiet": "1"})
        if "errorDetail" in str(said):
            raise EngineError(f"cannot make image {name}: {said}")
        return name

    def services(self, stack: str) -> dict[str, tuple[int, int]]:
        """Running (of jobs: completed) and wanted tasks of each service of a stack, by its name in the swarm."""
        found = self.call("GET", "/services", query={"filters": _of(stack), "status": "true"})
        return {service["Spec"]["Name"]: _progress(service) for service in found}

    def converge(self, stack: str, *, timeout: float = 60) -> dict[str, tuple[int, int]]:
        """Wait until every service of a stack runs all its tasks, and still does a second later; return `services`.
        EngineError when a task fails on the way or the time is up, with what became of each task."""
        since: float | None = None

        def settled() -> dict[str, tuple[int, int]] | None:
            nonlocal since
            tasks = self.call("GET", "/tasks", query={"filters": _of(stack)})
            if any(task["Status"]["State"] in {"failed", "rejected"} for task in tasks):
                raise EngineError(f"a task of {stack} failed")
            services = self.services(stack)
            if not services or any(running != wanted for running, wanted in services.values()):
                since = None
            elif since is None:
                since = time.monotonic()
            elif time.monotonic() - since > STABLE:
                return services
            return None

        try:
            return wait(settled, f"convergence of {stack}", timeout)
        except EngineError as fault:
            columns = "{{.Name}} {{.CurrentState}} {{.Error}}"
            tasks = self.docker("stack", "ps", "--no-trunc", "--format", columns, stack, check=False).stdout
            raise EngineError(f"{fault}: {self.services(stack)}\n{tasks}") from None

    def remove(self, stack: str, *, timeout: float = 60) -> None:
        """Remove a stack, and wait until its networks are gone: the CLI returns earlier, and the next stack of that
        name would meet them dying. It leaves what something still holds, so it is asked again."""

        def is_gone() -> bool:
            return not self.call("GET", "/networks", query={"filters": _of(stack)})

        for _ in range(3):
            done = self.docker("stack", "rm", stack, check=False)
            with contextlib.suppress(EngineError):
                wait(is_gone, f"end of {stack}", timeout / 4)
                if done.returncode == 0:
                    return
        wait(is_gone, f"end of {stack}", timeout / 4)


def _of(stack: str) -> str:
    """The filter for what belongs to a stack."""
    return json.dumps({"label": [f"com.docker.stack.namespace={stack}"]})


def _progress(service: dict[str, Any]) -> tuple[int, int]:
    mode, status = service["Spec"]["Mode"], service["ServiceStatus"]
    if "ReplicatedJob" in mode:
        return status["CompletedTasks"], mode["ReplicatedJob"]["TotalCompletions"]
    if "GlobalJob" in mode:
        return status["CompletedTasks"], 1
    # The status tells how many tasks exist, and right after a deploy none do: what is wanted stands in the mode.
    return status["RunningTasks"], mode["Replicated"].get("Replicas", 0) if "Replicated" in mode else 1


T = TypeVar("T")


def wait(probe: Callable[[], T | None], what: str, timeout: float) -> T:
    """Poll until `probe` gives something true; EngineError after `timeout` seconds."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if found := probe():
            return found
        time.sleep(0.05)
    raise EngineError(f"no {what} within {timeout:g} s")


@contextlib.contextmanager
def running(client: Path) -> Iterator[Engine]:
    """An engine with a one-node swarm, gone without a trace at the end; EngineError when something stays behind."""
    with node(client) as engine:
        local = "127.0.0.1:2377"
        engine.call("POST", "/swarm/init", {"ListenAddr": local, "AdvertiseAddr": local})
        yield engine


@contextlib.contextmanager
def node(client: Path, *, name: str = "engine", network: Path | None = None, hosts: str = "") -> Iterator[Engine]:
    """An engine that is in no swarm yet, with the image busybox:latest.

    `network` is a network namespace to live in, by default one of its own; `hosts` are further lines of its hosts file.
    The dockerd is that of PYSTACKDSL_ENGINE_TREE, a folder as `tests/engines` makes it, else the machine's.
    """
    clear_dead()
    made = Path(tempfile.mkdtemp(prefix=f".{PREFIX}", dir=PLACE))
    with claimed(made):
        folder = made.rename(made.with_name(made.name[1:]))  # only now can others take it for dead
        engine = Engine(folder, client)
        (folder / "boot.json").write_text(json.dumps({"name": name, "hosts": hosts, "tree": os.environ.get(TREE)}))
        outside = ["nsenter", f"--net={network}"] if network else []
        spaces = [space for space in NAMESPACES if space != "--net" or not network]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [*outside, "unshare", *spaces, sys.executable, "-I", Path(__file__).with_name("boot.py"), folder],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={"PATH": _path()},
                start_new_session=True,  # Ctrl-C is for the test run; the engine follows when that is done
            )
        (folder / "process").write_text(str(process.pid))
        try:
            _start(engine, process)
            yield engine
        finally:
            assert process.stdin
            process.stdin.close()
            process.wait(30)
            left = remove(folder)
    if left:
        raise EngineError(f"left behind by {folder}: {', '.join(left)}")


def _start(engine: Engine, process: subprocess.Popen[bytes]) -> None:
    def answers() -> bool:
        if process.poll() is not None:
            raise EngineError(f"the engine ended at once:\n{(engine.folder / 'log').read_text()[-4000:]}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            return bool(engine.call("GET", "/_ping") == "OK")
        return False

    wait(answers, "answer of dockerd", 60)
    engine.image("busybox:latest", command='exec "${@:-sh}"', page="")


@contextlib.contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which the kernel lets go of when this process dies: that is how the dead are known."""
    with (folder / "owner").open("w") as owner:
        fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def clear_dead() -> None:
    """Remove what test runs that were killed left: folders and cgroups. Their processes died with them."""
    for folder in PLACE.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError), claimed(folder):
            remove(folder)


def remove(folder: Path) -> list[str]:
    """Remove an ended engine's folder and cgroups; what could not be removed, or still runs or is mounted, is said."""
    name = folder.name
    left = [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if name in line]
    for cgroup in sorted([*CGROUPS.glob(f"{name}/**/"), *CGROUPS.glob(f"*/{name}/**/")], reverse=True):
        try:
            wait(functools.partial(_rmdir, cgroup), f"end of {cgroup}", 5)
        except EngineError as stays:
            left.append(str(stays))
    if not left:
        shutil.rmtree(folder)
    return left


def _rmdir(path: Path) -> bool:
    with contextlib.suppress(OSError):  # busy for a moment after the last process
        path.rmdir()
    return not path.exists()


if __name__ == "__main__":
    print("\n".join(missing_packages()))
