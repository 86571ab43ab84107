"""Which stack file a command line means, and what is said where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from pystackdsl.cli import exits, sources
from pystackdsl.cli.failure import CommandError, UsageError
from pystackdsl.cli.search import of_project
from pystackdsl.cli.sources import parsed


@pytest.fixture(autouse=True)
def _wide(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages that hold the paths of this test in one line."""
    monkeypatch.setenv("COLUMNS", "1000")


PROJECT = '[project]\nname = "x"\n\n[tool.pystackdsl]\nstack = "{}"\n'


@pytest.mark.parametrize(
    ("file", "named", "object"),
    [
        ("stack.py", "stack.py", None),
        ("stack.py", "./stack.py:staging", "staging"),
        ("stack.py", "stack.py:Größe", "Größe"),
        ("a:b.py", "a:b.py", None),
        ("a:b.py", "a:b.py:staging", "staging"),
        ("shop.py:staging", "shop.py:staging", "?"),
        (r"C:\stacks\shop.py", r"C:\stacks\shop.py", None),
        (r"C:\stacks\shop.py", r"C:\stacks\shop.py:staging", "staging"),
        ("C:/shop.py", "C:/shop.py:staging", "staging"),
        ("C:shop.py", "C:shop.py", None),
        (r"\\host\share\shop.py", r"\\host\share\shop.py:staging", "staging"),
    ],
)
def test_a_file_and_an_object(folder: Path, file: str, named: str, object: str | None) -> None:
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).touch()
    if object == "?":
        with pytest.raises(CommandError, match="is no stack file by its name"):
            parsed(named)
    else:
        assert parsed(named) == (named.removesuffix(f":{object}"), object)


@pytest.mark.parametrize("named", ["stack.py:", "stack.py:my-stack", "stack.py:1", "stack.py:a.b"])
def test_what_is_no_name_of_an_object(folder: Path, stack: Path, named: str) -> None:
    with pytest.raises(UsageError, match=r"is not the name of an object in stack\.py"):
        parsed(named)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("stakc.py", ["there is no file stakc.py", "did you mean stack.py?"]),
        ("stakc.py:staging", ["there is no file stakc.py"]),
        ("stack", ["there is no file stack", "did you mean stack.py?"]),
        ("no/stack.py", ["there is no file no/stack.py", "there is no folder no"]),
        ("docker-stack.yaml", ["there is no file docker-stack.yaml", "did you mean docker-stack.yml?"]),
        ("docker-stack", ["there is no file docker-stack", "did you mean docker-stack.yml?"]),
        ("notes.txt", ["notes.txt is no stack file by its name", "stack YAML: .yml, .yaml", "-c notes.txt"]),
        ("inside", ["inside is a folder", "name the file in it: inside/shop.py"]),
        ("empty", ["empty is a folder"]),
        (".", [". is a folder", "name the file in it: stack.py"]),
        ("x" * 300 + ".py", ["cannot be read: file name too long"]),
        ("a\0b.py", ["cannot be read"]),
    ],
)
def test_what_is_no_stack_file(run, stack: Path, named: str, told: list[str]) -> None:
    for name in ("docker-stack.yml", "notes.txt"):
        (stack.parent / name).touch()
    for name in ("inside", "empty"):
        (stack.parent / name).mkdir()
    (stack.parent / "inside" / "shop.py").touch()
    ended = run("build", named)
    assert (ended.status, ended.out) == (exits.FAILED, "")
    for part in told:
        assert part in ended.err


def test_a_file_that_may_not_be_read(run, stack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Nothing is forbidden to root, who runs these tests too.
    monkeypatch.setattr(sources, "open", forbidden, raising=False)
    ended = run("build")
    monkeypatch.undo()
    assert (ended.status, ended.err) == (exits.FAILED, "error: stack.py cannot be read: permission denied\n")


def test_the_stack_file_here_comes_first(run, folder: Path, stack: Path) -> None:
    (folder / "pyproject.toml").write_text(PROJECT.format("other.py"))
    assert run("build") == run("build", "stack.py")


@pytest.mark.parametrize("place", [".", "..", "../.."])
def test_the_project_file_names_it(folder: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    here = folder / "a" / "b"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    root = (here / place).resolve()
    (root / "deploy").mkdir()
    (root / "deploy" / "shop.py").touch()
    (root / "pyproject.toml").write_text(PROJECT.format("deploy/shop.py:staging"))
    file, object = of_project()
    assert Path(file).resolve() == root / "deploy" / "shop.py"
    assert object == "staging"


def test_the_nearest_project_file_that_names_one_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = folder / "a"
    here.mkdir()
    monkeypatch.chdir(here)
    (folder / "shop.py").touch()
    (folder / "pyproject.toml").write_text(PROJECT.format("shop.py"))
    (here / "pyproject.toml").write_text("[tool.other]\n")
    assert Path(of_project()[0]).resolve() == folder / "shop.py"


def test_an_error_tells_all_that_was_looked_for(run, folder: Path) -> None:
    ended = run("build")
    assert ended.status == exits.FAILED
    assert f"{folder}/stack.py" in ended.err
    assert "pyproject.toml there and in the folders above" in ended.err
    assert "`pystackdsl init`" in ended.err
    (folder / "pyproject.toml").write_text("[project]\n")
    assert f"{folder}/pyproject.toml, which has no `stack` under [tool.pystackdsl]" in run("build").err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PROJECT.format("gone.py"), ["there is no file gone.py", "pyproject.toml names it"]),
        (PROJECT.format("docker-stack.yml"), ["there is no file docker-stack.yml", "pyproject.toml names it"]),
        (
            "[tool.pystackdsl]\nstack = 3\n",
            ["pyproject.toml: `stack` is not the name of a file", 'stack = "deploy/stack.py"'],
        ),
        ("[tool]\npystackdsl = 3\n", ["pyproject.toml", "[tool.pystackdsl]"]),
        ("tool = 3\n", ["pyproject.toml", "[tool.pystackdsl]"]),
        ("[tool.pystackdsl\n", ["pyproject.toml cannot be read", ":1:17"]),
    ],
)
def test_a_project_file_that_leads_nowhere(run, folder: Path, text: str, told: list[str]) -> None:
    (folder / "pyproject.toml").write_text(text)
    ended = run("build")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    for part in told:
        assert part in ended.err


def test_a_link_that_leads_nowhere(run, folder: Path) -> None:
    (folder / "stack.yml").symlink_to("gone.yml")
    ended = run("build", "stack.yml")
    assert ended.status == exits.FAILED
    assert ended.err.startswith("error: stack.yml links to gone.yml, which is not there\n")
