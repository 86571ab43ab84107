"""The architecture, read from the imports: which layer may know which, and where each third party may be used.

An import counts wherever it stands: at the top, inside a function, under TYPE_CHECKING, or as a literal name given to
`import_module`.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from rig import ROOT

PACKAGE = "pystackdsl"
LINES = 420

DOORS = {"content", "model", "diagnostics"}
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": {"model", "diagnostics"},
    "__main__": {"cli"},
    "diagnostics": set(),
    "model": {"diagnostics"},
    "content": {"model", "diagnostics"},
    "compose": DOORS,
    "swarm": DOORS,
    "python": DOORS,
    "lint": DOORS,
    "views": {
        "model",
        "diagnostics",
        *(f"swarm.{name}" for name in ("changes", "events", "live", "occupancy", "specs", "state")),
    },
    "cli": {"content", "model", "diagnostics", "compose", "swarm", "python", "lint", "views"},
}
"""What each layer may import beside itself: a layer, or one module of it."""

LANGUAGE: tuple[str, ...] = ("model.key", "python.writer", "cli")
"""Who may look at the package itself, `import pystackdsl`: for the names of the language, or for its version."""

THIRD_PARTY: dict[str, tuple[str, ...]] = {
    "attrs": ("__init__", "model", "diagnostics", "content", "compose", "swarm", "python", "lint", "views", "cli"),
    "attr": (),
    "typeguard": ("model.typecheck",),
    "jinja2": ("content", "python.writer"),
    "yaml": ("compose.document", "compose.docker_parser"),
    "docker": ("swarm.engine",),
    "requests": ("swarm.engine",),
    "urllib3": ("swarm.engine",),
    "rich": ("views",),
    "grandalf": ("views.topology_layout",),
}
"""Where each third party may be imported: a layer, a folder or one module. What is not listed may be nowhere."""

NAMELESS = {"utils", "util", "helpers", "helper", "manager", "common", "base"}


def test_the_package_keeps_its_layers() -> None:
    assert violations(ROOT / PACKAGE) == []


def violations(package: Path) -> list[str]:
    """Every breach of the rules in the package at this path, as sentences."""
    found: list[str] = []
    for path in sorted(package.rglob("*.py")):
        module = path.relative_to(package).with_suffix("")
        name = ".".join(part for part in module.parts if part != "__init__") or "__init__"
        lines = path.read_text().splitlines()
        if len(lines) > LINES:
            found.append(f"{name} has {len(lines)} lines, more than {LINES}")
        found.extend(f"{name}: {part} is no name for a module" for part in NAMELESS.intersection(module.parts))
        if name.partition(".")[0] not in MAY_IMPORT:
            found.append(f"{name} belongs to no layer")
            continue
        found.extend(f"{name} imports {target}" for target in sorted(forbidden(name, package, path)))
    return found


def forbidden(name: str, package: Path, path: Path) -> set[str]:
    """What the module `name`, in the file `path`, imports and may not."""
    layer = name.partition(".")[0]
    found = set()
    for target in imports(package, path):
        top, _, rest = target.partition(".")
        if top == PACKAGE:
            allowed = name_in(rest, {layer} | MAY_IMPORT[layer]) if rest else name_in(name, LANGUAGE)
        else:
            allowed = top in sys.stdlib_module_names or name_in(name, THIRD_PARTY.get(top, ()))
        if not allowed:
            found.add(target)
    return found


def name_in(name: str, places: Iterable[str]) -> bool:
    """Whether a module is one of these, or below one."""
    return any(name == place or name.startswith(f"{place}.") for place in places)


def imports(package: Path, path: Path) -> Iterator[str]:
    """Full names of the modules that a module imports; `from a import b` gives `a.b` where b is a module of ours."""
    folder = [PACKAGE, *path.relative_to(package).parent.parts]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = folder[: len(folder) - node.level + 1] if node.level else []
            source = [*base, *(node.module.split(".") if node.module else [])]
            for alias in node.names:
                inner = package.joinpath(*source[1:], alias.name)
                ours = source[0] == PACKAGE and (inner.is_dir() or inner.with_suffix(".py").exists())
                yield ".".join([*source, alias.name] if ours else source)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            yield from (a.value for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str))


def write(package: Path, module: str, text: str) -> None:
    path = package / module
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A small tree that keeps the rules."""
    package = tmp_path / PACKAGE
    write(package, "__init__.py", "import attrs\nfrom pystackdsl.model.service import Service\n")
    write(package, "__main__.py", "from pystackdsl.cli.main import main\n")
    write(package, "diagnostics.py", "import enum\nimport attrs\n")
    write(package, "model/__init__.py", "from . import service\n")
    write(package, "model/service.py", "import attrs\nfrom .. import diagnostics\n")
    write(package, "model/typecheck.py", "def check():\n    import typeguard\n")
    write(package, "compose/document.py", "import yaml.nodes\nfrom pystackdsl import model\n")
    write(package, "swarm/changes.py", "from pystackdsl.model import service\n")
    write(package, "swarm/engine/transport.py", "import docker\nfrom ..changes import Plan\n")
    write(package, "views/plan.py", "import rich.console\nfrom pystackdsl.swarm import changes\n")
    write(package, "cli/main.py", "from pystackdsl import __version__\nfrom ..views import plan\nimport importlib\n")
    write(package, "cli/verbs/build.py", "from pystackdsl.compose.document import read\nfrom .. import main\n")
    return package


def test_a_tree_that_keeps_the_rules_passes(package: Path) -> None:
    assert violations(package) == []


@pytest.mark.parametrize(
    ("module", "text", "fault"),
    [
        ("model/a.py", "from pystackdsl.compose import document", "model.a imports pystackdsl.compose.document"),
        ("model/a.py", "from ..compose.document import read", "model.a imports pystackdsl.compose.document"),
        ("model/a.py", "from .. import compose", "model.a imports pystackdsl.compose"),
        ("model/a.py", "def f():\n    import pystackdsl.content", "model.a imports pystackdsl.content"),
        (
            "model/a.py",
            "if TYPE_CHECKING:\n    from ..swarm import changes",
            "model.a imports pystackdsl.swarm.changes",
        ),
        ("model/a.py", "importlib.import_module('pystackdsl.lint')", "model.a imports pystackdsl.lint"),
        ("model/a.py", "from pystackdsl import Service", "model.a imports pystackdsl"),
        ("model/a.py", "import typeguard", "model.a imports typeguard"),
        ("model/__init__.py", "from ..cli import main", "model imports pystackdsl.cli.main"),
        ("diagnostics.py", "from .model import service", "diagnostics imports pystackdsl.model.service"),
        ("compose/codec.py", "import yaml", "compose.codec imports yaml"),
        ("compose/codec.py", "from ..python import writer", "compose.codec imports pystackdsl.python"),
        ("swarm/codec.py", "import docker", "swarm.codec imports docker"),
        ("swarm/codec.py", "import requests", "swarm.codec imports requests"),
        ("swarm/codec.py", "import attr", "swarm.codec imports attr"),
        ("python/loader.py", "import jinja2", "python.loader imports jinja2"),
        ("views/tables.py", "from ..swarm import engine", "views.tables imports pystackdsl.swarm.engine"),
        ("views/tables.py", "from ..compose import document", "views.tables imports pystackdsl.compose.document"),
        ("lint/rules/a.py", "from ...cli.main import main", "lint.rules.a imports pystackdsl.cli.main"),
        ("cli/verbs/plan.py", "import rich", "cli.verbs.plan imports rich"),
        ("__init__.py", "from .cli import main", "__init__ imports pystackdsl.cli.main"),
        ("__main__.py", "from .model import service", "__main__ imports pystackdsl.model.service"),
        ("model/utils.py", "", "model.utils: utils is no name for a module"),
        ("common/a.py", "", "common.a: common is no name for a module"),
        ("other.py", "", "other belongs to no layer"),
        ("model/a.py", "pass\n" * 421, "model.a has 421 lines, more than 420"),
    ],
)
def test_each_breach_is_found(package: Path, module: str, text: str, fault: str) -> None:
    write(package, module, text)
    assert fault in violations(package)
