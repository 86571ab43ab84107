"""`pystackdsl check` from end to end: what it takes, what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pystackdsl.cli import exits
from pystackdsl.lint import every_rule

HEAD = "from pystackdsl import *\n"
BAD = HEAD + 'web = Service(image="nginx")\n'
GOOD = HEAD + 'web = Service(image="nginx:1.27")\n'
CLASH = HEAD + 'a = Service(image="a:1", ports=["80:80"])\nb = Service(image="b:1", ports=["80:80"])\n'


@pytest.fixture
def bad(folder: Path) -> Path:
    path = folder / "stack.py"
    path.write_text(BAD)
    return path


def rules_in(text: str) -> list[str]:
    """The rules of a JSON report."""
    return [each["rule"] for each in json.loads(text)["findings"]]


def test_a_warning(run, bad: Path) -> None:
    ended = run("check")
    assert ended.status == exits.FAILED
    assert ended.out.startswith(
        "warning PSD101 floating-image-tag: the image of service web has no tag, so it is whatever is latest\n"
        "when a node pulls\n"
        "  --> stack.py:2:21\n"
        "   |\n"
        ' 2 | web = Service(image="nginx")\n'
        "   |                     ^^^^^^^\n"
        "   = expected  a tag that names a version\n"
    )
    assert ended.err == "\n1 warning, 1 remark; `pystackdsl check --explain RULE` tells more of a rule\n"


def test_remarks_fail_nothing(run, folder: Path) -> None:
    (folder / "stack.py").write_text(GOOD)
    ended = run("check")
    assert ended.status == exits.DONE
    assert "info PSD102" in ended.out
    assert ended.err == "\n2 remarks; `pystackdsl check --explain RULE` tells more of a rule\n"


def test_nothing_found(run, folder: Path) -> None:
    (folder / "stack.py").write_text(GOOD)
    assert run("check", "--select", "PSD2") == (exits.DONE, "", "nothing found in stack.py\n")


@pytest.mark.parametrize(("most", "status"), [("0", exits.FAILED), ("1", exits.DONE), ("7", exits.DONE)])
def test_some_warnings_may_pass(run, bad: Path, most: str, status: int) -> None:
    assert run("check", "--max-warnings", most).status == status


def test_no_error_passes(run, folder: Path) -> None:
    (folder / "stack.py").write_text(CLASH)
    ended = run("check", "--max-warnings", "99", "--format", "concise")
    assert ended.status == exits.FAILED
    assert "error PSD406 port-published-twice" in ended.out


def test_what_cannot_be_read_is_an_error_in_every_format(run, folder: Path) -> None:
    (folder / "stack.yml").write_text("services:\n  web:\n    imag: nginx\n    deploy: {replicas: x}\n")
    ended = run("check", "stack.yml", "--format", "json")
    assert ended.status == exits.FAILED
    assert rules_in(ended.out) == ["PSD001", "PSD001"]
    (folder / "stack.py").write_text("this is no Python\n")
    assert "error PSD001 refused: this is not Python" in run("check").out


def test_several_files(run, bad: Path, folder: Path) -> None:
    (folder / "good.py").write_text(GOOD)
    (folder / "stack.yml").write_text("services: {web: {image: redis}}\n")
    (folder / "broken.yml").write_text("services: [\n")
    ended = run(
        "check", "good.py", "stack.py", "stack.yml", "broken.yml", "--format", "json", "--ignore", "PSD102,PSD301"
    )
    report = json.loads(ended.out)
    assert report["checked"] == ["good.py", "stack.py", "stack.yml", "broken.yml"]
    assert sorted((each["places"][0]["file"], each["rule"]) for each in report["findings"]) == [
        ("broken.yml", "PSD001"),
        ("stack.py", "PSD101"),
        ("stack.yml", "PSD101"),
    ]
    assert report["summary"] == {"error": 1, "warning": 2, "info": 0}


def test_objects_and_settings(run, folder: Path) -> None:
    (folder / "shop.py").write_text(
        HEAD + "def shop(tag: str = 'latest') -> Stack:\n    web = Service(image=f'nginx:{tag}')\n"
        "    return Stack.of({'web': web})\n"
    )
    assert run("check", "shop.py:shop").status == exits.FAILED
    assert run("check", "shop.py:shop", "--set", "tag=1.27").status == exits.DONE


def test_merged_files(run, folder: Path) -> None:
    (folder / "a.yml").write_text("version: '3.9'\nservices:\n  web:\n    image: nginx:1.27\n")
    (folder / "b.yml").write_text("version: '3.9'\nservices:\n  web:\n    image: nginx\n")
    ended = run("check", "-c", "a.yml", "-c", "b.yml", "--format", "concise", "--select", "PSD101")
    assert ended.out.startswith("b.yml:4:12: warning PSD101")
    assert run("check", "-c", "b.yml", "-c", "a.yml", "--select", "PSD101").status == exits.DONE


def test_variables_that_stay_open_are_not_judged(run, folder: Path) -> None:
    (folder / "stack.yml").write_text("services: {web: {image: 'nginx:${TAG:-latest}'}}\n")
    (folder / "latest.env").write_text("TAG=latest\n")
    assert run("check", "stack.yml").status == exits.DONE
    assert run("check", "stack.yml", "--env-file", "latest.env").status == exits.FAILED


def test_a_project_says_which_rules_count(run, bad: Path, folder: Path) -> None:
    project = folder / "pyproject.toml"
    project.write_text('[tool.pystackdsl]\nignore = ["floating-image-tag"]\n')
    assert run("check").status == exits.DONE
    assert run("check", "--select", "PSD1").status == exits.DONE
    assert run("check", "--select", "PSD101").status == exits.DONE
    project.write_text('[tool.pystackdsl]\nselect = ["PSD2"]\n')
    assert run("check").status == exits.DONE
    assert run("check", "--select", "PSD1").status == exits.FAILED
    project.write_text("[tool.pystackdsl]\nmax-warnings = 1\n")
    assert run("check").status == exits.DONE
    assert run("check", "--max-warnings", "0").status == exits.FAILED
    project.write_text("[tool.other]\n")
    assert run("check").status == exits.FAILED


def test_the_project_of_the_file_counts(run, folder: Path) -> None:
    (folder / "shop").mkdir()
    (folder / "shop" / "stack.py").write_text(BAD)
    (folder / "pyproject.toml").write_text('[tool.pystackdsl]\nignore = ["PSD101"]\n')
    assert run("check", "shop/stack.py").status == exits.DONE
    (folder / "shop" / "pyproject.toml").write_text("[tool.pystackdsl]\nselect = ['ALL']\n")
    assert run("check", "shop/stack.py").status == exits.FAILED
    (folder / "shop" / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    assert run("check", "shop/stack.py").status == exits.DONE


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("select = 'PSD1'", "`select` is not a list of texts"),
        ("ignore = [1]", "`ignore` is not a list of texts"),
        ("max-warnings = 'many'", "`max-warnings` is not a number"),
        ("max-warnings = true", "`max-warnings` is not a number"),
        ("select = ['PSD9']", 'there is no rule "PSD9"'),
    ],
)
def test_a_project_that_says_nonsense(run, bad: Path, folder: Path, said: str, told: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.pystackdsl]\n{said}\n")
    ended = run("check")
    assert ended.status in (exits.FAILED, exits.USAGE)
    assert told in " ".join(ended.err.split())


def test_all_faults_of_a_project_are_told_at_their_lines(run, bad: Path, folder: Path) -> None:
    said = (
        '[tool.other]\nignore = 1\n[tool.pystackdsl]\nignore = "PSD1"\nselct = []\nmax-warnings = -1\n'
        'stack = ""\nselect = [\n    "PSD101", \'floating-image\']\n'
    )
    (folder / "pyproject.toml").write_text(said)
    ended = run("check")
    assert ended.status == exits.FAILED
    assert [line.split()[-1] for line in ended.err.splitlines() if "-->" in line] == [
        f"pyproject.toml:{place}" for place in ("4:1", "5:1", "6:1", "7:1", "9:15")
    ]
    assert "did you mean select?" in ended.err
    assert "did you mean floating-image-tag?" in ended.err


def test_a_project_file_that_is_no_toml_is_told_at_its_line(run, bad: Path, folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[project]\nname = \n")
    ended = run("check")
    assert ended.status == exits.FAILED
    assert "--> pyproject.toml:2:8" in ended.err
    (folder / "pyproject.toml").write_text("[tool.pystackdsl]\n[tool.pystackdsl]\n")
    assert "cannot declare [tool.pystackdsl] twice" in run("check").err


def test_a_rule_is_explained(run) -> None:
    for word in ("PSD101", "psd101", "floating-image-tag"):
        ended = run("check", "--explain", word)
        assert ended.status == exits.DONE
        assert ended.out.startswith("# PSD101 floating-image-tag (warning)\n\nAn image has a tag that moves")
    assert "did you mean floating-image-tag?" in run("check", "--explain", "floating-image").err


def test_rules_are_listed(run) -> None:
    lines = run("check", "--rules").out.splitlines()
    assert len(lines) == len(every_rule())
    assert max(map(len, lines)) <= 160
    told = json.loads(run("check", "--rules", "--select", "PSD101", "--format", "json").out)
    assert {
        "id": "PSD101",
        "name": "floating-image-tag",
        "severity": "warning",
        "summary": "An image has a tag that moves, or none, which is `latest`.",
        "live": False,
    } in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--select", "PSD9"], 'there is no rule "PSD9"'),
        (["--ignore", "floating-image-tags"], "did you mean floating-image-tag?"),
        (["--max-warnings", "-1"], "--max-warnings"),
        (["--max-warnings", "many"], '--max-warnings cannot be "many"'),
        (["--format", "sarf"], "did you mean sarif?"),
        (["-", "-"], "standard input is named twice"),
        (["stack.py", "-c", "a.yml"], "both name the stack"),
        (["--explain", "nothing"], 'there is no rule "nothing"'),
    ],
)
def test_a_wrong_command_line(run, bad: Path, words: list[str], told: str) -> None:
    ended = run("check", *words)
    assert (ended.status, ended.out) == (exits.USAGE, "")
    assert told in " ".join(ended.err.split())


def test_a_file_that_is_not_there(run, folder: Path) -> None:
    ended = run("check", "stak.py")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "there is no file stak.py" in ended.err


def test_a_file_that_is_not_there_hides_nothing_of_the_others(run, folder: Path) -> None:
    (folder / "stack.py").write_text(BAD)
    ended = run("check", "stak.py", "stack.py", "--format", "concise")
    lines = ended.out.splitlines()
    assert ended.status == exits.FAILED
    assert "stak.py:1:1: error PSD001 refused: there is no file stak.py" in lines
    assert any(line.startswith("stack.py:") for line in lines)


@pytest.mark.parametrize("format", ["github", "gitlab", "json", "sarif", "junit"])
def test_a_report_for_programs_has_the_file_that_is_not_there(run, folder: Path, format: str) -> None:
    ended = run("check", "stak.py", "--format", format)
    assert (ended.status, ended.err) == (exits.FAILED, "")
    assert "there is no file stak.py" in ended.out
    assert ended.out.count("stak.py") > 1


def test_standard_output_holds_the_report_alone(process, folder: Path) -> None:
    (folder / "stack.py").write_text(BAD + 'print("hello")\n')
    ended = process("check", "--format", "json")
    assert rules_in(ended.stdout.decode())
    assert b"hello" in ended.stderr


def test_no_colour_but_where_it_is_asked_for(process, bad: Path) -> None:
    assert b"\x1b" not in process("check").stdout
    assert b"\x1b[1;33m" in process("check", env={"FORCE_COLOR": "1"}).stdout
    assert b"\x1b" not in process("check", env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).stdout


@pytest.mark.parametrize("width", ["40", "60", "100"])
def test_it_fits_the_width(process, bad: Path, width: str) -> None:
    shown = process("check", env={"COLUMNS": width}).stdout.decode()
    assert max(len(line) for line in shown.splitlines() if "|" not in line) <= int(width)


def test_a_secret_is_never_shown(run, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (folder / "stack.py").write_text(
        HEAD
        + 'pw = Secret(content="hunter22\\n")\n'
        + 'db = Service(image="a:1", secrets=[pw], environment={"A": "b", "DB_PASSWORD": "hunter22", "C": "d"},\n'
        + '    command=["--token=hunter22", "--password", "hunter22"], labels={"api.token": "hunter22"})\n'
    )
    (folder / "stack.yml").write_text(
        "services:\n  db: {image: 'a:1', environment: {A: b, DB_PASSWORD: hunter22, URL: 'redis://:hunter22@c'},\n"
        "    command: serve --token=hunter22, labels: [api.token=hunter22]}\n"
    )
    for file in ("stack.py", "stack.yml"):
        for format in ("text", "concise", "json", "sarif", "github", "gitlab", "junit"):
            ended = run("check", file, "--format", format)
            assert ended.status == exits.FAILED
            assert "hunter22" not in ended.out + ended.err, format
        assert {"PSD410", "PSD411", "PSD412"} <= set(rules_in(run("check", file, "--format", "json").out))
