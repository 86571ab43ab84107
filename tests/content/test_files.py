"""Files that configs and secrets name: what is read of them, and what is said of those that cannot be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pystackdsl import Config, Secret, Service, Stack, var
from pystackdsl.content import content_of, missing_files
from pystackdsl.diagnostics import InvalidStack, KeyPath, Severity
from pystackdsl.model.variable import environment

TILDE = "Docker does not expand ~ here: write the path in full, or as seen from the stack file"


def said(resource: Config | Secret, base: Path) -> tuple[str, str]:
    """The summary and the cure of the only finding."""
    with pytest.raises(InvalidStack) as caught:
        content_of(resource, base)
    (finding,) = caught.value.findings
    return finding.summary, finding.help


def test_a_file_is_read_as_bytes(tmp_path: Path) -> None:
    data = bytes(range(256)) + b"\r\n{{ not a template }} $X"
    (tmp_path / "a.bin").write_bytes(data)
    assert content_of(Config(file="a.bin"), tmp_path) == data
    assert content_of(Secret(file=str(tmp_path / "a.bin")), Path("/nowhere")) == data


def test_paths_start_from_the_working_folder_without_a_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"1")
    monkeypatch.chdir(tmp_path)
    assert content_of(Config(file="./a"), None) == b"1"


def test_a_dollar_and_a_tilde_are_only_letters(tmp_path: Path) -> None:
    (tmp_path / "~").mkdir()
    (tmp_path / "~" / "$HOME").write_bytes(b"1")
    assert content_of(Config(file="~/$HOME"), tmp_path) == b"1"


@pytest.mark.parametrize(
    ("file", "summary", "help"),
    [
        ("./nginx.cnf", 'this config: there is no file "./nginx.cnf"', 'did you mean "./nginx.conf"?'),
        ("nginx.cnf", 'this config: there is no file "nginx.cnf"', 'did you mean "nginx.conf"?'),
        ("sub/ab.txt", 'this config: there is no file "sub/ab.txt"', 'did you mean "sub/abc.txt"?'),
        ("else/where", 'this config: there is no file "else/where"', "relative paths start from {base}"),
        ("nginx.conf/x", 'this config: there is no file "nginx.conf/x"', "relative paths start from {base}"),
        ("~/x", 'this config: there is no file "~/x"', TILDE),
        ("sub", 'this config: "sub" is a folder', "relative paths start from {base}"),
        ("", 'this config: "" is a folder', "relative paths start from {base}"),
        ("/", 'this config: "/" is a folder', ""),
        ("pipe", 'this config: "pipe" is no regular file', "relative paths start from {base}"),
        ("a\0b", 'this config: "a\0b" cannot be read: it is no file name', "relative paths start from {base}"),
        ("a\ud800b", 'this config: "a\ud800b" cannot be read: it is no file name', "relative paths start from {base}"),
        ("loop", 'this config: "loop" cannot be read: too many levels of symbolic links',
         "relative paths start from {base}"),
    ],
)  # fmt: skip
def test_what_is_said_of_files_that_cannot_be_read(file: str, summary: str, help: str, tmp_path: Path) -> None:
    (tmp_path / "nginx.conf").write_text("x")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "abc.txt").write_text("x")
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    assert said(Config(file=file), tmp_path) == (summary, help.format(base=tmp_path))


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("x")
    monkeypatch.setattr(os, "access", lambda *_: False)  # as for everyone but root
    assert said(Secret(file="a"), tmp_path) == ('this secret: "a" may not be read', "change the file's permissions")


def test_a_name_left_open(tmp_path: Path) -> None:
    token = environment.set(None)
    try:
        configs = [Config(file=f"{var('STAGE')}.conf"), Config(file=var("STAGE")), Config(template=var("STAGE"))]
    finally:
        environment.reset(token)
    for config, field in zip(configs, ("file", "file", "template"), strict=True):
        assert said(config, tmp_path)[0] == f"the {field} of this config is not known yet: its name is left open"
        assert missing_files(Stack(configs={"a": config}, base=tmp_path)) == []


@pytest.mark.parametrize(("kind", "largest"), [(Config, 1_023_999), (Secret, 511_999)])
def test_sizes(kind: type[Config | Secret], largest: int, tmp_path: Path) -> None:
    file, noun = tmp_path / "a", kind.__name__.lower()
    resource = kind(file="a")
    stack = Stack(**{f"{noun}s": {"a": resource}}, base=tmp_path)  # type: ignore[arg-type]

    file.write_bytes(b"x" * largest)
    assert len(content_of(resource, tmp_path)) == largest
    assert missing_files(stack) == []

    file.write_bytes(b"x" * 2 * largest)
    assert said(resource, tmp_path)[0] == f"this {noun} has {2 * largest:,} bytes, more than Docker takes"
    assert [finding.expected for finding in missing_files(stack)] == [f"1 to {largest:,} bytes"]

    file.write_bytes(b"")
    assert said(resource, tmp_path)[0] == f"this {noun} is empty"
    assert [finding.summary for finding in missing_files(stack)] == [f"{noun} a is empty"]


def test_missing_files_are_warnings_at_their_keyword(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x")
    secret, config = Secret(file="./pw.txt"), Config(file="sub/nginx.conf")
    stack = Stack(
        secrets={"pw": secret, "there": Secret(file="there"), "far": Secret(external=True, file="nowhere")},
        configs={"nginx": config, "inline": Config(content="x"), "made": Config(template="nowhere")},
        base=tmp_path,
    )
    found = missing_files(stack)
    assert [(f.severity, f.summary) for f in found] == [
        (Severity.WARNING, 'secret pw: there is no file "./pw.txt"'),
        (Severity.WARNING, 'config nginx: there is no file "sub/nginx.conf"'),
    ]
    assert [f.path for f in found] == [KeyPath("secrets", "pw", "file"), KeyPath("configs", "nginx", "file")]
    (subject,) = found[0].subjects
    assert subject.resource is secret
    assert subject.within == KeyPath("file")


def test_an_env_file_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "web.env").write_text("A=b\n")
    token = environment.set(None)
    service = Service(image="a", env_file=["web.env", "wep.env", var("FILE"), str(tmp_path / "web.env")])
    environment.reset(token)
    (finding,) = missing_files(Stack(services={"web": service}, base=tmp_path))
    assert finding.severity is Severity.WARNING
    assert finding.summary == 'service web: there is no env file "wep.env"'
    assert finding.help == 'did you mean "web.env"?'
    assert finding.path == KeyPath("services", "web", "env_file", 1)
