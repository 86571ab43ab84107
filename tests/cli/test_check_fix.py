"""`pystackdsl check --fix` and `--diff`: what is changed in files, and that nothing else ever is."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest
from lint.pages import Example, examples
from rig import ROOT

from pystackdsl.cli import exits
from pystackdsl.compose import dump
from pystackdsl.diagnostics import InvalidStack
from pystackdsl.lint import every_rule

GOLDEN = ROOT / "tests" / "golden" / "findings" / "fixes"
NOISE = ("--ignore", "PSD1,PSD301,PSD204")
FIXABLE = ("cronjob-with-replicas", "decimal-file-mode", "proxy-label-on-container", "start-first-with-single-writer",
           "swarm-api-on-worker", "unknown-platform", "unrunnable-healthcheck", "unused-ignore",
           "writable-docker-socket")  # fmt: skip

HEAD = "from pystackdsl import *\n"


@pytest.mark.parametrize("file", ["stack.py", "docker-stack.yml"])
def test_everything_at_once(run, folder: Path, file: str, golden) -> None:
    shutil.copy(GOLDEN / file, folder / file)
    before = (folder / file).read_bytes()
    would = run("check", file, "--diff")
    assert (folder / file).read_bytes() == before
    ended = run("check", file, "--fix")
    assert would.out in ended.err
    golden(f"findings/fixes/{file}.mended", (folder / file).read_text())
    golden(f"findings/fixes/{file}.txt", f"{would.out}{would.err}\n--fix:\n{ended.out}")
    again = run("check", file, "--diff")
    assert (again.out, again.err) == ("", "nothing to be mended\n")


@pytest.mark.parametrize("rule", [rule for rule in every_rule() if rule.name in FIXABLE], ids=lambda rule: rule.name)
@pytest.mark.parametrize("language", ["python", "yaml"])
def test_what_pages_call_bad_is_mended(run, folder: Path, rule, language: str) -> None:
    (example,) = examples(rule, "Bad")
    file, text = "stack.py", HEAD + example.text
    if language == "yaml":
        stack, _ = example.opened()
        try:
            file, text = "stack.yml", dump(stack)
        except InvalidStack:
            pytest.fail("what can be mended has a text")
        if rule.name == "unused-ignore":
            text = text.replace("nginx:1.27", "nginx:1.27 # psd: ignore[PSD101]")
    (folder / file).write_text(text)
    (sure,) = {
        each.kind for each in Example(language, text.removeprefix(HEAD)).findings() if each.kind == rule.name
    } or {""}
    assert sure == rule.name or rule.name == "unused-ignore"
    about = f"{rule.id},PSD101" if rule.name == "unused-ignore" else rule.id
    assert rule.id in run("check", file, "--select", about, "--format", "concise").out
    run("check", file, "--select", about, "--fix")
    ended = run("check", file, "--select", about, "--format", "concise")
    assert (ended.status, ended.out) == (exits.DONE, ""), (folder / file).read_text()


def test_the_other_rules_offer_nothing() -> None:
    with_fix = set()
    for rule in every_rule():
        for example in examples(rule, "Bad"):
            with_fix |= {each.kind for each in example.findings() if each.fix is not None}
    assert with_fix == set(FIXABLE) - {"unused-ignore"}


def test_exit_codes(run, folder: Path) -> None:
    (folder / "stack.py").write_text(HEAD + 'web = Service(image="nginx:1.27")  # psd: ignore[PSD101]\n')
    assert run("check").status == exits.FAILED
    assert run("check", "--diff").status == exits.CHANGES
    assert run("check", "--fix").status == exits.DONE
    assert run("check", "--diff").status == exits.DONE
    (folder / "stack.py").write_text(HEAD + 'web = Service(image="nginx")\n')
    assert run("check", "--diff").status == exits.FAILED
    (folder / "stack.py").write_text(HEAD + 'web = Service(image="nginx")  # psd: ignore[PSD103]\n')
    assert run("check", "--diff").status == exits.CHANGES  # though a warning stays


def test_what_is_left_is_told(run, folder: Path) -> None:
    shared = "x-h: &h {test: [curl, x]}\nservices:\n  web: {image: 'nginx:1.27', healthcheck: *h}\n"
    (folder / "stack.yml").write_text(shared)
    for how in ("--diff", "--fix"):
        ended = run("check", "stack.yml", how, "--select", "PSD107")
        assert "1 left to you: " in ended.err
    assert (folder / "stack.yml").read_text() == shared


def test_a_line_of_a_file_in_utf_16_is_shown(run, folder: Path) -> None:
    text = "services:\n  web: {image: 'nginx:1.27', healthcheck: {test: [curl, x]}}\n"
    (folder / "stack.yml").write_bytes(text.encode("utf-16"))
    ended = run("check", "stack.yml", "--fix", "--select", "PSD107")
    assert "healthcheck: {test: [curl, x]}" in ended.out
    assert "1 left to you: " in ended.err
    assert (folder / "stack.yml").read_bytes() == text.encode("utf-16")


def test_fixes_of_several_files(run, folder: Path) -> None:
    for name in ("a.py", "b.py"):
        (folder / name).write_text(HEAD + 'web = Service(image="nginx:1.27")  # psd: ignore[PSD101]\n')
    (folder / "c.yml").write_text("services:\n  web:\n    image: nginx:1.27 # psd: ignore[PSD101]\n")
    ended = run("check", "a.py", "b.py", "c.yml", "--fix")
    assert "3 mended in a.py, b.py, c.yml" in ended.err
    assert [(folder / name).read_text().count("psd") for name in ("a.py", "b.py", "c.yml")] == [0, 0, 0]


@pytest.mark.parametrize("bad", [None, "services: {web: {image: }\n"])
def test_a_file_that_cannot_be_read_hides_no_fix_of_the_others(run, folder: Path, bad: str | None) -> None:
    (folder / "b.yml").write_text("services:\n  web:\n    image: nginx:1.27 # psd: ignore[PSD101]\n")
    if bad is not None:
        (folder / "a.yml").write_text(bad)
    shown = run("check", "a.yml", "b.yml", "--diff")
    assert "-    image: nginx:1.27 # psd: ignore[PSD101]\n" in shown.out
    assert ("there is no file a.yml" if bad is None else "a.yml:1:11") in shown.err
    ended = run("check", "a.yml", "b.yml", "--fix")
    assert ("there is no file a.yml" if bad is None else "a.yml:1:11") in ended.out
    assert (ended.status, (folder / "b.yml").read_text().count("psd")) == (exits.FAILED, 0)


def test_a_file_keeps_its_mode_its_coding_and_its_line_ends(run, folder: Path) -> None:
    path = folder / "stack.py"
    text = (
        "# -*- coding: latin-1 -*-\nfrom pystackdsl import Service\n\n"
        'web = Service(image="nginx:1.27", hostname="caf\xe9")  # psd: ignore[PSD101]\n'
    )
    path.write_bytes(text.replace("\n", "\r\n").encode("latin-1"))
    path.chmod(0o640)
    assert run("check", "--fix").status == exits.DONE
    assert path.read_bytes() == text.replace("  # psd: ignore[PSD101]", "").replace("\n", "\r\n").encode("latin-1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_yaml_keeps_its_mark_and_its_line_ends(run, folder: Path) -> None:
    path = folder / "stack.yml"
    text = (
        "services:\n  web:\n    image: postgres:16\n    volumes: ['/srv:/var/lib/postgresql/data']\n    deploy:\n"
        "      update_config: {order: start-first} # why\n"
    )
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    run("check", "stack.yml", "--fix", "--select", "PSD203")
    assert (
        path.read_bytes() == b"\xef\xbb\xbf" + text.replace("start-first", "stop-first").replace("\n", "\r\n").encode()
    )


LOOP = HEAD + (
    "labels = {'traefik.enable': 'true', 'traefik.http.services.web.loadbalancer.server.port': '80'}\n"
    "public = Network(external=True)\n"
    "services = {name: Service(image='nginx:1.27', networks=[public], labels=labels) for name in ('a', 'b')}\n"
)


def test_what_a_loop_makes_is_mended_where_it_is_made(run, folder: Path) -> None:
    (folder / "stack.py").write_text(LOOP)
    assert run("check", "--fix", "--select", "PSD501").status == exits.DONE
    assert "labels=labels" not in (folder / "stack.py").read_text()
    assert "deploy=Deploy(labels={" in (folder / "stack.py").read_text()


def test_what_others_share_is_left_alone(run, folder: Path) -> None:
    """Only one of two services with the same block would be changed."""
    text = HEAD + (
        'first = UpdateConfig(order="start-first")\n'
        'db = Service(image="postgres:16", volumes=["/srv/db:/data"], deploy=Deploy(update_config=first))\n'
        'web = Service(image="nginx:1.27", deploy=Deploy(update_config=first))\n'
    )
    (folder / "stack.py").write_text(text)
    ended = run("check", "--fix", "--select", "PSD203")
    assert ended.status == exits.FAILED
    assert (folder / "stack.py").read_text() == text
    yaml = (
        "x-update: &first {order: start-first}\nservices:\n"
        "  db:\n    image: postgres:16\n    volumes: ['/srv/db:/data']\n    deploy: {update_config: *first}\n"
        "  web:\n    image: nginx:1.27\n    deploy: {update_config: *first}\n"
    )
    (folder / "stack.yml").write_text(yaml)
    assert run("check", "stack.yml", "--fix", "--select", "PSD203").status == exits.FAILED
    assert (folder / "stack.yml").read_text() == yaml


@pytest.mark.parametrize(
    "text",
    [
        HEAD
        + "import random\nwords = {'A': str(random.random())}\nweb = Service(image='nginx:1.27', environment=words)  # psd: ignore[PSD101]\n",
        HEAD + "web = Service(image='nginx:1.27', hostname='a')  # psd: ignore[PSD101]\n\r\n",
    ],
    ids=["another stack each time", "line ends of two kinds"],
)
def test_what_cannot_be_proved_is_left_alone(run, folder: Path, text: str) -> None:
    (folder / "stack.py").write_bytes(text.encode())
    assert run("check", "--fix", "--select", "PSD006,PSD101").status == exits.FAILED
    assert (folder / "stack.py").read_bytes() == text.encode()


def test_an_imported_file_is_left_alone(run, folder: Path) -> None:
    text = 'from pystackdsl import Service\n\nweb = Service(image="nginx:1.27")  # psd: ignore[PSD101]\n'
    (folder / "parts.py").write_text(text)
    (folder / "stack.py").write_text("from parts import web\n")
    run("check", "--fix")
    assert (folder / "parts.py").read_text() in (text, text.replace("  # psd: ignore[PSD101]", ""))


def test_a_file_that_may_not_be_written(run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "stack.py"
    path.write_text(HEAD + 'web = Service(image="nginx:1.27")  # psd: ignore[PSD101]\n')
    real = os.access
    monkeypatch.setattr(os, "access", lambda place, mode: mode != os.W_OK and real(place, mode))
    before = path.read_bytes()
    ended = run("check", "--fix")
    assert ended.status == exits.FAILED
    assert "its permissions forbid it" in ended.err
    assert path.read_bytes() == before


def test_secrets_are_not_shown_in_differences(run, folder: Path) -> None:
    (folder / "stack.py").write_text(
        HEAD
        + 'db = Service(\n    image="a:1",\n    environment={"DB_PASSWORD": "hunter22"},  # psd: ignore[PSD205]\n)\n'
    )
    (folder / "stack.yml").write_text(
        "services:\n  db:\n    image: a:1\n    environment:\n      - DB_PASSWORD=hunter22 # psd: ignore[PSD205]\n"
        "      - URL=redis://:hunter22@cache\n"
    )
    for file in ("stack.py", "stack.yml"):
        for how in ("--diff", "--fix"):
            ended = run("check", file, how)
            assert "PSD205" not in ended.out.replace("ignore[PSD205]", "")
            assert "hunter22" not in ended.out + ended.err
        assert "hunter22" in (folder / file).read_text()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x  # psd: ignore[PSD101]", "x"),
        ("x  # psd: ignore[PSD101] why", "x  # why"),
        ("x  # psd: ignore[PSD101]  # why", "x  # why"),
        ("x  # why  # psd: ignore[PSD101]", "x  # why"),
        ("x  # psd: ignore[PSD101, PSD102, PSD301]", "x  # psd: ignore[PSD102, PSD301]"),
        ("x  # psd: ignore[PSD102,PSD101,PSD301]", "x  # psd: ignore[PSD102,PSD301]"),
        ("x  # psd: ignore[PSD102, PSD301 , PSD101 ]", "x  # psd: ignore[PSD102, PSD301  ]"),
        ("x\n# psd: ignore[PSD101]\n", "x\n"),
        ("x\n    # psd: ignore", "x\n"),
    ],
)
def test_comments(run, folder: Path, before: str, after: str) -> None:
    stack = HEAD + 'web = Service(image="nginx:1.27")'
    (folder / "stack.py").write_text(before.replace("x", stack, 1))
    run("check", "--fix")
    assert (folder / "stack.py").read_text() == after.replace("x", stack, 1)


def test_usage(run, folder: Path) -> None:
    (folder / "stack.yml").write_text("services: {}\n")
    assert run("check", "-", "--fix").status == exits.USAGE
    assert run("check", "stack.yml", "--fix", "--diff").status == exits.USAGE
    assert run("check", "stack.yml", "--diff", "--format", "json").status == exits.USAGE
    assert run("check", "stack.yml", "--fix", "--from-compose").status == exits.USAGE


def test_a_file_with_errors_is_left_alone(run, folder: Path) -> None:
    (folder / "stack.yml").write_text("services:\n  web:\n    imag: nginx # psd: ignore[PSD101]\n")
    ended = run("check", "stack.yml", "--fix")
    assert ended.status == exits.FAILED
    assert "PSD001 refused" in ended.out
