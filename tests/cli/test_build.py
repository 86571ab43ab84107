"""`pystackdsl build` from end to end: what it writes, where, and what it tells."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import pytest
from rig.judge import Judge

from pystackdsl.cli import exits
from pystackdsl.cli.main import main

BUILT = 'version: "3.9"\nservices:\n  web:\n    image: nginx:1.27\n'

RENDERED = """
from pystackdsl import Config, Service

motd = Config(content="welcome\\n")
page = Config(file="./page.html")
web = Service(image="nginx:1.27", configs=[motd, page.at("/usr/share/nginx/html/index.html")])
"""


@pytest.fixture
def rendered(folder: Path) -> Path:
    """A stack with a config whose content is in the stack file."""
    (folder / "page.html").write_text("<p>")
    path = folder / "stack.py"
    path.write_text(RENDERED)
    return path


def listing(folder: Path) -> set[str]:
    """Every file below a folder, but for compiled modules."""
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)) for path in found}


def test_the_stack_is_printed(run, stack: Path) -> None:
    assert run("build") == (0, BUILT, "")
    assert run("build", "stack.py") == (0, BUILT, "")
    assert run("build", stack) == (0, BUILT, "")
    assert run("build", "-o", "-") == (0, BUILT, "")


def test_nothing_is_left_behind(process, stack: Path) -> None:
    assert process("build").stdout.decode() == BUILT
    assert [path.name for path in stack.parent.iterdir()] == ["stack.py"]


def test_output_is_utf8_whatever_the_locale(process, folder: Path) -> None:
    (folder / "stack.py").write_text(
        'from pystackdsl import Service\nweb = Service(image="nginx", environment={"CITY": "Łódź 日本"}, tmpfs="/run")\n',
        encoding="utf-8",
    )
    for env in ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "latin-1"}):
        ended = process("build", env=env)
        assert "CITY: Łódź 日本" in ended.stdout.decode()
        assert b"\r" not in ended.stdout
        ended.stderr.decode()


def test_what_the_stack_file_prints_goes_to_standard_error(process, stack: Path) -> None:
    stack.write_text(stack.read_text() + 'print("hello")\nimport atexit\natexit.register(print, "bye")\n')
    ended = process("build")
    assert ended.stdout.decode().startswith(BUILT)
    assert b"hello" in ended.stderr


def test_what_its_processes_print_goes_to_standard_error_too(process, stack: Path) -> None:
    stack.write_text(stack.read_text() + 'import subprocess\nsubprocess.run(["echo", "hello"], check=True)\n')
    ended = process("build")
    assert (ended.stdout.decode(), ended.stderr) == (BUILT, b"hello\n")


def test_a_stack_file_may_leave_threads(process, stack: Path) -> None:
    stack.write_text(
        stack.read_text()
        + "import threading, time, pathlib\n"
        + "threading.Thread(target=lambda: (time.sleep(0.2), pathlib.Path('done').touch())).start()\n"
    )
    ended = process("build")
    assert (ended.returncode, ended.stdout.decode()) == (0, BUILT)
    assert (stack.parent / "done").exists()


def test_json(run, stack: Path) -> None:
    assert json.loads(run("build", "--format", "json").out) == {
        "version": "3.9",
        "services": {"web": {"image": "nginx:1.27"}},
    }


def test_schema(run, stack: Path) -> None:
    assert run("build", "--schema", "3.4").out.startswith('version: "3.4"\n')
    assert run("build", "--schema=3").out.startswith('version: "3.0"\n')
    stack.write_text(
        'from pystackdsl import Service\n\nweb = Service(image="nginx", init=True, cap_add=["NET_ADMIN"])\n'
    )
    ended = run("build", "--schema", "3.2")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "init" in ended.err
    assert "3.7" in ended.err
    assert ended.err.endswith("1 error, nothing written\n")


def test_settings_and_objects(run, folder: Path) -> None:
    (folder / "shop.py").write_text(
        "from typing import Literal\n"
        "from pystackdsl import Deploy, Service, Stack\n\n\n"
        "def shop(env: Literal['staging', 'production'] = 'staging', replicas: int = 1) -> Stack:\n"
        '    web = Service(image=f"shop:{env}", deploy=Deploy(replicas=replicas))\n'
        "    return Stack.of({'web': web})\n\n\n"
        "def other() -> Stack:\n"
        '    return Stack(services={"other": Service(image="other")})\n'
    )
    ended = run("build", "shop.py:shop", "--set", "env=production", "--set", "replicas=3")
    assert ended.status == 0, ended.err
    assert "shop:production" in ended.out
    assert "replicas: 3" in ended.out
    assert "other" in run("build", f"{folder}/shop.py:other").out
    ended = run("build", "shop.py")
    assert ended.status == exits.FAILED
    assert "other" in ended.err
    ended = run("build", "shop.py:shop", "--set", "replica=3")
    assert ended.status == exits.FAILED
    assert "did you mean" in ended.err


def test_to_a_file(run, stack: Path) -> None:
    ended = run("build", "-o", "docker-stack.yml")
    assert ended == (0, "", "docker-stack.yml written: 1 service\n")
    assert (stack.parent / "docker-stack.yml").read_text() == BUILT
    assert listing(stack.parent) == {"stack.py", "docker-stack.yml"}


def test_paths_are_seen_from_where_the_output_lies(run, folder: Path, rendered: Path) -> None:
    (folder / "out").mkdir()
    (folder / "elsewhere").mkdir()
    ended = run("build", "-o", "out/docker-stack.yml")
    assert ended.status == 0, ended.err
    assert ended.err == "out/docker-stack.yml written: 1 service, 2 configs\n"
    text = (folder / "out" / "docker-stack.yml").read_text()
    assert "file: ../page.html\n" in text
    names = listing(folder / "out") - {"docker-stack.yml"}
    assert len(names) == 1
    assert (folder / "out" / names.pop()).read_text() == "welcome\n"
    os.chdir("elsewhere")
    ended = run("build", "../stack.py", "--assets", "made/here")
    assert ended.status == 0, ended.err
    assert "file: ../page.html\n" in ended.out
    (name,) = listing(folder / "elsewhere")
    assert f"file: {'./' if f'file: ./{name}' in ended.out else ''}{name}\n" in ended.out
    assert name.startswith("made/here/")


def test_content_needs_somewhere_to_go(run, rendered: Path) -> None:
    ended = run("build")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "motd" in ended.err
    assert "--assets" in ended.err
    assert "stack.py:4" in ended.err


def test_content_of_secrets_is_never_written(run, folder: Path) -> None:
    (folder / "stack.py").write_text(
        "from pystackdsl import Secret, Service\n\n"
        'pw = Secret(content="hunter2")\n'
        'web = Service(image="nginx", secrets=[pw])\n'
    )
    for words in (["build"], ["build", "-o", "out.yml"], ["build", "--assets", "made"]):
        ended = run(*words)
        assert (ended.status, ended.out) == (exits.FAILED, "")
        assert "hunter2" not in ended.err
        assert "stack.py:3" in ended.err
        assert listing(folder) == {"stack.py"}


def test_rotation_names_by_content(run, folder: Path, rendered: Path) -> None:
    ended = run("build", "-o", "out.yml", "--name", "shop", "--rotate")
    assert ended.status == 0, ended.err
    assert "name: shop_motd-" in (folder / "out.yml").read_text()
    ended = run("build", "-o", "out.yml", "--rotate")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "--name" in ended.err


def test_check_tells_the_difference(run, stack: Path) -> None:
    built = stack.parent / "docker-stack.yml"
    ended = run("build", "--check", "docker-stack.yml")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "docker-stack.yml is not there" in ended.err
    assert not built.exists()
    built.write_text(BUILT)
    assert run("build", "--check", "docker-stack.yml") == (0, "", "docker-stack.yml is up to date\n")
    built.write_text(BUILT.replace("1.27", "1.26\x1b[31m"))
    ended = run("build", "--check", "docker-stack.yml")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "\n-    image: nginx:1.26\\x1b[31m\n+    image: nginx:1.27\n" in ended.err
    assert "-o docker-stack.yml" in ended.err
    assert "1.26" in built.read_text()
    built.write_bytes(b"\xff\xfe")
    assert "docker-stack.yml differs" in run("build", "--check", "docker-stack.yml").err


def test_check_covers_the_assets(run, folder: Path, rendered: Path) -> None:
    assert run("build", "-o", "docker-stack.yml").status == 0
    assert run("build", "--check", "docker-stack.yml").status == 0
    (asset,) = listing(folder) - {"docker-stack.yml", "stack.py", "page.html"}
    (folder / asset).write_text("old\n")
    ended = run("build", "--check", "docker-stack.yml")
    assert ended.status == exits.FAILED
    assert "-old\n+welcome\n" in ended.err
    (folder / asset).unlink()
    assert f"{asset} is not there" in run("build", "--check", "docker-stack.yml").err


def test_check_of_what_cannot_be_read(run, stack: Path) -> None:
    ended = run("build", "--check", ".")
    assert (ended.status, ended.err) == (exits.FAILED, "error: . cannot be read: is a directory\n")


def test_errors_write_nothing(run, folder: Path) -> None:
    (folder / "out.yml").write_text("as it was")
    (folder / "stack.py").write_text(
        "from pystackdsl import Network, Service\n\n"
        'api = Service(image="api", ports=["8080:80"])\n'
        'admin = Service(image="admin", ports=["8080:80"], networks=[Network(driver="overlay")])\n'
    )
    for words in (["build"], ["build", "-o", "out.yml"], ["build", "--check", "out.yml"]):
        ended = run(*words)
        assert (ended.status, ended.out) == (exits.FAILED, "")
        assert ended.err.endswith("nothing written\n")
        assert "  --> stack.py:4:" in ended.err
        assert (folder / "out.yml").read_text() == "as it was"


def test_all_faults_across_resources_are_told_at_once(run, folder: Path) -> None:
    (folder / "stack.py").write_text(
        "from pystackdsl import Deploy, Service\n\n"
        'api = Service(image="api", ports=["8080:80"])\n'
        'admin = Service(image="admin", ports=["8080:80"])\n'
        'every = Service(image="every", deploy=Deploy(mode="global", replicas=2))\n'
    )
    ended = run("build")
    assert "8080" in ended.err
    assert "global" in ended.err
    assert ended.err.endswith("2 errors, nothing written\n")


def test_warnings_go_beside_the_result_and_stop_it_when_strict(run, stack: Path) -> None:
    stack.write_text(
        "from pystackdsl import Service\n\n"
        'redis = Service(image="redis")\n'
        'vote = Service(image="vote", depends_on=[redis])\n'
    )
    ended = run("build")
    assert ended.status == 0
    assert "depends_on" in ended.out
    assert ended.err.startswith("warning: ")
    assert "--> stack.py:4:" in ended.err
    assert ended.err.endswith("\n1 warning\n")
    ended = run("build", "--strict")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert ended.err.startswith("error: ")
    assert ended.err.endswith("\n1 error, nothing written\n")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('web = Service(image="nginx", ports=["80:eighty"])', ['"80:eighty"', "^^^^^^", "stack.py:2:"]),
        ("web = Service(image=3)", ["stack.py:2:21", "expected"]),
        ("web = Service(imaeg='x')", ["imaeg", "image", "stack.py:2:"]),
        ("1 / 0", ["ZeroDivisionError", "stack.py:2:"]),
        ("import nowhere", ["nowhere", "stack.py:2:"]),
        ("web = Service(", ["stack.py:2:"]),
        ("raise SystemExit('no')", ["stack.py:2:"]),
    ],
)
def test_faults_of_the_file_stand_at_its_lines(run, folder: Path, line: str, told: list[str]) -> None:
    (folder / "stack.py").write_text(f"from pystackdsl import Service\n{line}\n")
    ended = run("build")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    for part in told:
        assert part in ended.err
    assert "Traceback" not in ended.err
    assert "pystackdsl/" not in ended.err
    assert ended.err.endswith("1 error, nothing written\n")


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "from pystackdsl import Service\n", "x = 1\n"])
def test_a_file_without_a_stack(run, stack: Path, text: str) -> None:
    stack.write_text(text)
    ended = run("build")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "stack.py" in ended.err
    assert ended.err.startswith("error: ")


def test_variables_stay_open(run, stack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAG", "1.0")
    stack.write_text(
        "from pystackdsl import Service, var\n\nweb = Service(image=f\"nginx:{var('TAG', default='latest')}\")\n"
    )
    assert "image: nginx:${TAG:-latest}\n" in run("build").out


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("no/such/out.yml", ["there is no folder no/such", "mkdir -p no/such"]),
        ("stack.py/out.yml", ["stack.py/out.yml cannot be written"]),
        ("folder", ["folder cannot be written: it is a folder"]),
        ("x" * 300, ["cannot be written"]),
    ],
)
def test_an_output_that_cannot_be_written(run, stack: Path, output: str, told: list[str]) -> None:
    (stack.parent / "folder").mkdir()
    ended = run("build", "-o", output)
    assert (ended.status, ended.out) == (exits.FAILED, "")
    for part in told:
        assert part in ended.err
    assert listing(stack.parent) == {"stack.py"}


@pytest.mark.parametrize(
    ("output", "told"), [("a.env", "the env file itself"), ("c.txt", "the file of config c itself")]
)
def test_no_other_source_is_the_output_either(run, stack: Path, output: str, told: str) -> None:
    for name in ("a.env", "c.txt"):
        stack.with_name(name).write_text("A=1\n")
    text = "services: {a: {image: x, configs: [c]}}\nconfigs: {c: {file: ./c.txt}}\n"
    stack.with_name("s.yml").write_text(text)
    ended = run("build", "s.yml", "--env-file", "a.env", "-o", output)
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert ended.err.startswith(f"error: {output} is {told}\n")
    assert stack.with_name(output).read_text() == "A=1\n"


@pytest.mark.parametrize("output", ["stack.py", "./stack.py", "link.py"])
@pytest.mark.parametrize("option", ["-o", "--check"])
def test_the_stack_file_itself_is_never_the_output(run, stack: Path, option: str, output: str) -> None:
    stack.with_name("link.py").symlink_to("stack.py")
    before = stack.read_text()
    ended = run("build", option, output)
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert ended.err.startswith(f"error: {Path(output)} is the stack file itself\n")
    assert stack.read_text() == before


def test_a_link_to_itself_is_replaced(run, stack: Path) -> None:
    link = stack.with_name("loop.yml")
    link.symlink_to("loop.yml")
    assert run("build", "-o", "loop.yml").status == 0
    assert link.read_text() == BUILT


def test_an_assets_folder_that_cannot_be_made(run, rendered: Path) -> None:
    ended = run("build", "--assets", "page.html")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "page.html" in ended.err


def test_a_file_keeps_its_mode_and_a_link_stays_a_link(run, stack: Path) -> None:
    real, link = stack.with_name("real.yml"), stack.with_name("link.yml")
    real.touch()
    real.chmod(0o640)
    link.symlink_to(real)
    assert run("build", "-o", "link.yml").status == 0
    assert link.is_symlink()
    assert real.read_text() == BUILT
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_mode(process, stack: Path) -> None:
    assert process("build", "-o", "out.yml", umask=0o027).returncode == 0
    assert stat.S_IMODE((stack.parent / "out.yml").stat().st_mode) == 0o640


def test_a_device_or_a_pipe_is_written_straight(run, stack: Path) -> None:
    assert run("build", "-o", os.devnull).status == 0
    assert Path(os.devnull).is_char_device()
    pipe = stack.with_name("pipe")
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    assert run("build", "-o", "pipe").status == 0
    reader.join()
    assert read == [BUILT]


def test_a_file_that_may_not_be_written(run, stack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = stack.with_name("out.yml")
    out.write_text("as it was")
    out.chmod(0o444)
    # Nothing is forbidden to root, who runs these tests too.
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    ended = run("build", "-o", "out.yml")
    assert ended == (exits.FAILED, "", "error: out.yml cannot be written: its permissions forbid it\n")
    assert out.read_text() == "as it was"


def test_a_failing_write_leaves_everything_as_it_was(run, rendered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("build", "-o", "out.yml").status == 0
    before = {name: (rendered.parent / name).read_bytes() for name in listing(rendered.parent) - {"stack.py"}}
    rendered.write_text(RENDERED.replace("welcome", "goodbye").replace("1.27", "1.28"))
    original = Path.open

    def full(path: Path, *arguments: object, **more: object) -> object:
        if path.name.startswith(".out.yml"):
            raise OSError(28, "No space left on device")
        return original(path, *arguments, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    ended = run("build", "-o", "out.yml")
    monkeypatch.undo()
    assert (ended.status, ended.err) == (exits.FAILED, "error: out.yml cannot be written: no space left on device\n")
    assert {name: (rendered.parent / name).read_bytes() for name in before} == before
    assert listing(rendered.parent) == {*before, "stack.py"}


def test_the_result_is_the_same_in_every_process(process, rendered: Path) -> None:
    outputs = {
        process("build", "--assets", "a", env={"PYTHONHASHSEED": seed}).stdout for seed in ("0", "1", "2", "random")
    }
    assert len(outputs) == 1


def test_docker_reads_what_is_built(run, judge: Judge, rendered: Path) -> None:
    assert run("build", "-o", "out.yml").status == 0
    assert "nginx:1.27" in judge.config(rendered.with_name("out.yml"))


def test_check_knows_what_was_redirected_into_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stack.py").write_text(
        'from pystackdsl import Config, Service\nc = Config(content="x")\na = Service(image="x", configs=[c])\n'
    )
    assert main(["build", "--assets", "files"]) == 0
    (tmp_path / "shop.yml").write_text(capsys.readouterr().out)
    assert main(["build", "--check", "shop.yml", "--assets", "files"]) == 0
    (tmp_path / "shop.yml").write_text("version: '3.9'\n")
    assert main(["build", "--check", "shop.yml", "--assets", "files"]) == 1
