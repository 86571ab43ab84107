"""What an editor shows at a field: its meaning, unit, default and version, written from the field's own key."""

from __future__ import annotations

import ast
import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from rig import ROOT

from pystackdsl import Deploy, Service
from pystackdsl.model.key import keys_of
from pystackdsl.model.meaning import meaning


def _writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docstrings", ROOT / "docs" / "docstrings.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MODULES = _writer().modules()


@pytest.mark.parametrize("path", MODULES)
def test_the_docstrings_of_fields_are_up_to_date(path: str, golden: Callable[[str, str], None]) -> None:
    golden(f"../../{path}", MODULES[path])


def test_every_field_has_one() -> None:
    count = 0
    for path, text in MODULES.items():
        for cls in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)):
            for field, below in pairwise(cls.body):
                if isinstance(field, ast.AnnAssign) and "metadata=key(" in ast.unparse(field):
                    count += 1
                    assert isinstance(below, ast.Expr), f"{path}:{field.lineno}"
    assert count > 200


@pytest.mark.parametrize(
    ("cls", "field", "told"),
    [
        (
            Service,
            "stop_grace_period",
            (
                "How long to wait before killing a task. Default: 10s. Takes a duration with its unit, "
                'such as "5s", "1m30s" or "500ms". Since 3.0.'
            ),
        ),
        (Service, "init", "Whether an init process runs as number 1. Default: the daemon's setting. Since 3.7."),
        (
            Service,
            "depends_on",
            "Services that start before. Swarm ignores it; instead: make the program retry its connection. Since 3.0.",
        ),
        (Deploy, "replicas", "How many tasks. KEEP leaves as many as there are. Default: 1. Since 3.0."),
    ],
)
def test_what_is_told(cls: type, field: str, told: str) -> None:
    assert " ".join(meaning(*keys_of(cls)[field])) == told


STACK = """\
from pystackdsl import Deploy, Limits, Resources, Service

web = Service(
    image="nginx:1.27",
    stop_grace_period="30s",
    deploy=Deploy(resources=Resources(limits=Limits(memory="64M"))),
)
print(web.stop_grace_period)
"""


class Editor:
    """Pyright's language server, asked as an editor asks it."""

    def __init__(self, folder: Path) -> None:
        command = [str(Path(sys.executable).with_name("pyright-langserver")), "--stdio"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.count = 0
        where = {"rootUri": folder.as_uri(), "workspaceFolders": [{"uri": folder.as_uri(), "name": "stack"}]}
        hover = {"textDocument": {"hover": {"contentFormat": ["markdown"]}}}
        self.ask("initialize", {"processId": None, "capabilities": hover, **where})
        self.send({"method": "initialized", "params": {}})

    def open(self, path: Path) -> None:
        document = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": path.read_text()}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def hover(self, path: Path, word: str) -> str:
        """What is shown at the last place of a word in a file."""
        lines = path.read_text().splitlines()
        line = max(number for number, text in enumerate(lines) if word in text)
        position = {"line": line, "character": lines[line].index(word) + 1}
        found = self.ask("textDocument/hover", {"textDocument": {"uri": path.as_uri()}, "position": position})
        return str(found["contents"]["value"])

    def ask(self, method: str, params: Any) -> Any:
        self.count += 1
        self.send({"id": self.count, "method": method, "params": params})
        while True:
            message = self.receive()
            if "method" in message and "id" in message:  # the server asks for settings: there are none
                self.send({"id": message["id"], "result": None})
            elif message.get("id") == self.count:
                assert "error" not in message, message
                return message["result"]

    def send(self, message: Any) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        self.process.stdin.flush()

    def receive(self) -> Any:
        assert self.process.stdout
        size = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            size = int(value) if name.lower() == b"content-length" else size
        return json.loads(self.process.stdout.read(size))

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """What an editor shows at a word of `STACK`."""
    folder = tmp_path_factory.mktemp("editor")
    path = folder / "stack.py"
    path.write_text(STACK)
    settings = {"venvPath": str(Path(sys.prefix).parent), "venv": Path(sys.prefix).name}
    (folder / "pyrightconfig.json").write_text(json.dumps({**settings, "extraPaths": [str(ROOT)]}))
    server = Editor(folder)
    try:
        server.open(path)
        yield lambda word: server.hover(path, word)
    finally:
        server.close()


@pytest.mark.parametrize(
    ("word", "cls", "field"),
    [
        ("stop_grace_period=", Service, "stop_grace_period"),
        ("stop_grace_period)", Service, "stop_grace_period"),
        ("deploy=", Service, "deploy"),
        ("image=", Service, "image"),
    ],
)
def test_an_editor_shows_it(editor: Callable[[str], str], word: str, cls: type, field: str) -> None:
    shown = " ".join(editor(word).replace("&nbsp;", " ").split())
    assert " ".join(meaning(*keys_of(cls)[field])) in shown.replace("\\", "")


def test_a_nested_field_is_shown_too(editor: Callable[[str], str]) -> None:
    shown = editor("memory=")
    assert 'Takes a size such as "512M", "1g" or a number of bytes.' in " ".join(shown.replace("\\", "").split())
