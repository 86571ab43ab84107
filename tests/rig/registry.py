"""A real image registry beside an Engine, in its network: `registry:5042` there, with a user and a password or without.

    with registries(engine, user="me", password="secret") as registry:
        digest = registry.push("web:1")          # as registry:5042/web:1

The binary is that of Debian's docker-registry, which `tests/setup` unpacks under .cache.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import attrs
import bcrypt

from rig import ROOT
from rig.engine import Engine, EngineError, wait

ADDRESS = "registry:5042"
BINARY = ROOT / ".cache" / "registry" / "docker-registry"


def binary() -> Path | None:
    """The program, if it can be had."""
    found = shutil.which("docker-registry")
    return Path(found) if found else BINARY if BINARY.exists() else None


def missing() -> str | None:
    """Why no registry can start on this machine, or None."""
    return None if binary() else f"there is no {BINARY.relative_to(ROOT)}, and no docker-registry on PATH"


@attrs.frozen
class Registry:
    """A running registry."""

    engine: Engine
    user: str
    password: str

    @property
    def configuration(self) -> str:
        """What config.json says after `docker login`; nothing where nobody need log in."""
        word = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return json.dumps({"auths": {ADDRESS: {"auth": word}}} if self.user else {})

    def push(self, image: str, tag: str | None = None) -> str:
        """Push an image of the engine as registry:5042/NAME:TAG, and tell its digest."""
        name, _, own = image.partition(":")
        tag = tag or own or "latest"
        repository = f"{ADDRESS}/{name}"
        self.engine.call("POST", f"/images/{image}/tag", query={"repo": repository, "tag": tag})
        config = self.engine.folder / "login"
        config.mkdir(exist_ok=True)
        (config / "config.json").write_text(self.configuration)
        said = self.engine.docker("--config", config, "push", f"{repository}:{tag}").stdout
        digest = next((word for word in said.split() if word.startswith("sha256:")), None)
        if digest is None:
            raise EngineError(f"no digest after a push of {image}: {said}")
        return digest


@contextlib.contextmanager
def registries(engine: Engine, *, user: str = "", password: str = "") -> Iterator[Registry]:
    """An empty registry in the network of an engine."""
    program = binary()
    assert program
    home = engine.folder / "registry"
    home.mkdir()
    text = f"version: 0.1\nstorage: {{filesystem: {{rootdirectory: {home}/data}}}}\nhttp: {{addr: ':5042', secret: test}}\n"
    if user:
        word = bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()
        (home / "users").write_text(f"{user}:{word}\n")
        text += f"auth: {{htpasswd: {{realm: test, path: {home}/users}}}}\n"
    (home / "config.yml").write_text(text)
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            engine.inside(program, "serve", home / "config.yml"),
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        wait(lambda: _listens(process, home / "log"), "registry", 60)
        yield Registry(engine, user, password)
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # the command that enters the engine's network has a child
        process.wait()
        shutil.rmtree(home)


def _listens(process: subprocess.Popen[bytes], log: Path) -> bool:
    """Whether it takes calls; EngineError with what it wrote when it has ended."""
    written = log.read_bytes()
    if process.poll() is not None:
        raise EngineError(f"the registry ended:\n{written.decode(errors='replace')}")
    return b"listening on" in written
