"""An Engine that only listens: it answers what `docker stack deploy` asks, keeps what it is sent, and does nothing.

With it the Docker CLI tells what it would ask of an Engine, in some 50 ms and without one: `with Listener() as engine:
sent = engine.deploy(judge.command, text)`. Nothing exists there yet, but for what a stack says is external.
"""

from __future__ import annotations

import json
import os
import re
import socketserver
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

import attrs

from rig import HOME

__all__ = ["Listener", "Sent"]

Body = dict[str, Any]


@attrs.define
class Sent:
    """What was asked to be made, each kind by full name; `message` is what the CLI wrote if it gave up."""

    networks: dict[str, Body] = attrs.field(factory=dict)
    secrets: dict[str, Body] = attrs.field(factory=dict)
    configs: dict[str, Body] = attrs.field(factory=dict)
    services: dict[str, Body] = attrs.field(factory=dict)
    message: str = ""


class Listener:
    """The Engine, listening on a socket of its own while the context lasts; it says that it speaks the API `api`."""

    def __init__(self, api: str = "1.41") -> None:
        self.api = api
        self.sent = Sent()
        self._folder = tempfile.TemporaryDirectory(prefix="listener-", dir="/tmp")
        self.socket = Path(self._folder.name) / "docker.sock"
        self._server = _Server(str(self.socket), _Handler)
        self._server.listener = self

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._folder.cleanup()

    def deploy(
        self, command: Path, text: str, *, name: str = "s", cwd: Path | str = "/", env: Mapping[str, str] | None = None
    ) -> Sent:
        """What `docker stack deploy` sends for the text of a stack file whose relative paths start from `cwd`."""
        self.sent = Sent()
        run = subprocess.run(
            [command, "stack", "deploy", "--detach=true", "--resolve-image=never", "--compose-file=-", name],
            input=text.encode(errors="surrogatepass"),
            capture_output=True,
            cwd=cwd,
            env={"PATH": os.environ["PATH"], "HOME": HOME, "DOCKER_HOST": f"unix://{self.socket}"} | dict(env or {}),
            check=False,
        )
        self.sent.message = run.stderr.decode(errors="replace") if run.returncode else ""
        return self.sent


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    listener: Listener


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def address_string(self) -> str:
        return "client"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self.answer(None)

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        kind, _, name = re.sub("^/v[0-9.]+/", "", unquote(url.path)).strip("/").partition("/")
        if kind == "_ping":
            self.answer(None)
        elif kind == "info":
            self.answer({"Swarm": {"ControlAvailable": True, "LocalNodeState": "active"}})
        elif kind == "networks" and name:
            self.answer({"Name": name, "Id": f"id-{name}", "Scope": "swarm"})
        elif name:
            self.answer({"message": "there is none"}, status=404)
        else:
            filters = json.loads(parse_qs(url.query).get("filters", ["{}"])[0])
            names = filters.get("name", {}) if kind in ("secrets", "configs") else {}
            self.answer([{"ID": f"id-{each}", "Spec": {"Name": each}} for each in names])

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        kind = self.path.rpartition("/create")[0].rpartition("/")[2]
        getattr(self.server.listener.sent, kind)[body["Name"]] = body
        made = f"id-{body['Name']}"
        self.answer({"ID": made, "Id": made}, status=201)

    def answer(self, value: Any, *, status: int = 200) -> None:
        data = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Api-Version", self.server.listener.api)
        self.send_header("Ostype", "linux")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
