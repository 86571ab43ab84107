"""Docker reads three things alike: a stack file, what we build from it, and what we build from its import.

And `pystackdsl config` prints what Docker prints. The files are those of `golden/cases`, the example, a stack that
uses every key, and those of `golden/import`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conformance.front_door import difference
from rig import HOME, ROOT
from rig.judge import Judge

from pystackdsl.cli.main import main
from pystackdsl.compose.document import read

GOLDEN = ROOT / "tests" / "golden"
FILES = [
    *sorted(file for file in GOLDEN.glob("cases/*.yml") if not file.name.endswith(".config.yml")),
    GOLDEN / "every_key" / "stack.yml",
    GOLDEN / "import" / "shop.yml",
    GOLDEN / "import" / "anchors.yml",
    ROOT / "examples" / "voting" / "docker-stack.yml",
]
ENV = {"REGISTRY": "registry.local:5000", "TAG": "", "REPLICAS": "2", "ZONE": "west"}

Out = Callable[..., str]


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Out:
    """What a command line that ends well prints, with Docker's environment."""
    for name in ("UPDATE_ORDER", "LOG_LEVEL", "API_REPLICAS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": HOME, **ENV}.items():
        monkeypatch.setenv(name, value)

    def ran(*words: str | Path) -> str:
        status = main([str(word) for word in words])
        ended = capfd.readouterr()
        assert status == 0, ended.err
        return ended.out

    return ran


@pytest.fixture(params=FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def file(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the file, in the working folder, with what lies beside it."""
    source = Path(request.param)
    folder = shutil.copytree(source.parent, tmp_path / "stack", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.chdir(folder)
    return folder / source.name


def test_config_prints_what_docker_prints(file: Path, out: Out, judge: Judge) -> None:
    ours, theirs = out("config", file), judge.config(file, env=ENV)
    assert difference(read(theirs).tree, read(ours).tree) is None


@pytest.mark.parametrize(
    "stack", sorted([*(ROOT / "examples").glob("*/stack.py"), *GOLDEN.glob("*/*/stack.py")]), ids=str
)
def test_config_prints_of_python_what_docker_prints_of_what_is_built(
    stack: Path, out: Out, judge: Judge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = {**ENV, "SENTRY_DSN": "https://sentry.example.com/1"}
    monkeypatch.setenv("SENTRY_DSN", env["SENTRY_DSN"])
    folder = shutil.copytree(stack.parent, tmp_path / "stack", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(folder)
    more = ["--set", "env=staging"] if stack.parent.name == "environments" else []
    out("build", *more, "-o", "docker-stack.yml")
    theirs = judge.config(folder / "docker-stack.yml", env=env)
    assert difference(read(theirs).tree, read(out("config", *more)).tree) is None


def test_docker_reads_what_is_built_as_the_original(file: Path, out: Out, judge: Judge) -> None:
    Path("built.yml").write_text(out("build", file))
    assert judge.config(Path("built.yml").resolve(), env=ENV) == judge.config(file, env=ENV)


def test_what_is_built_is_built_again_to_the_letter(file: Path, out: Out) -> None:
    Path("built.yml").write_text(out("build", file))
    assert out("build", "built.yml") == Path("built.yml").read_text()


def test_docker_reads_what_the_import_builds_as_the_original(file: Path, out: Out, judge: Judge) -> None:
    out("import", file, "-o", "stack.py")
    Path("built.yml").write_text(out("build"))
    assert judge.config(Path("built.yml").resolve(), env=ENV) == judge.config(file, env=ENV)


def test_what_an_import_builds_is_imported_to_the_same(file: Path, out: Out) -> None:
    out("import", file, "-o", "stack.py")
    Path("built.yml").write_text(out("build"))
    out("import", "built.yml", "-o", "again.py")
    assert out("build", "again.py") == Path("built.yml").read_text()


def test_type_checkers_and_formatters_have_nothing_to_say_about_imports(out: Out, tmp_path: Path) -> None:
    for number, file in enumerate(FILES):
        out("import", file, "-o", tmp_path / f"stack_{number}.py")
    bin = Path(sys.executable).parent
    commands = [
        [bin / "mypy", "--strict", "--config-file=", "--no-incremental", *sorted(tmp_path.glob("*.py"))],
        [bin / "pyright", "--pythonpath", sys.executable, tmp_path],
        [bin / "ruff", "format", "--isolated", "--diff", tmp_path],
        [bin / "ruff", "check", "--isolated", tmp_path],
    ]
    for command in commands:
        done = subprocess.run(command, cwd=tmp_path, env=_with_package(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def _with_package() -> dict[str, str]:
    return {**os.environ, "MYPYPATH": str(ROOT)}
