"""Rendered configs beside a built stack: their files, their names, and what cannot become one."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rig.judge import Judge

from pystackdsl import Config, Secret, Service, Stack, compose, evolve, var
from pystackdsl.compose.assets import asset_names, unused_assets, with_assets
from pystackdsl.compose.codec import spell
from pystackdsl.diagnostics import InvalidStack, KeyPath, Severity
from pystackdsl.model.variable import environment


def faults(stack: Stack, **options: Any) -> list[str]:
    given = {"folder": Path("out"), "stack_name": "shop", "rotate": False, **options}
    with pytest.raises(InvalidStack) as caught:
        with_assets(stack, **given)
    return [finding.summary for finding in caught.value.findings]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """A stack with configs of every source, in a folder of its own."""
    (tmp_path / "src" / "t").mkdir(parents=True)
    (tmp_path / "src" / "t" / "nginx.conf.j2").write_text("listen {{ port }}; # {{ motd }}\n")
    (tmp_path / "src" / "plain.txt").write_text("plain")
    (tmp_path / "src" / "pw").write_text("hunter2")
    motd = Config(content="hello")
    nginx = Config(template="t/nginx.conf.j2", values={"port": 80, "motd": motd.path}, labels={"a": "b"})
    plain, far, named = Config(file="plain.txt"), Config(external=True), Config(content=b"\xff", name="mine")
    pw, vault = Secret(file="./pw"), Secret(driver="vault")
    web = Service(
        image="nginx:1.27",
        configs=[motd, nginx.at("/etc/nginx.conf"), plain, far, named],
        secrets=[pw, vault],
        environment={"MOTD": motd.path, "PW": pw.path},
    )
    held = {"motd": motd, "nginx": nginx, "plain": plain, "far": far, "named": named, "pw": pw, "vault": vault}
    return Stack.of({"web": web}, held, base=tmp_path / "src")


def test_inline_content_becomes_files(stack: Stack, tmp_path: Path, judge: Judge) -> None:
    folder = tmp_path / "out"
    complete, assets = with_assets(stack, folder=folder, stack_name=None, rotate=False, label="docker-stack")
    assert assets == {
        folder / "docker-stack+motd": b"hello",
        folder / "docker-stack+nginx.conf": b"listen 80; # /motd\n",
        folder / "docker-stack+named": b"\xff",
    }
    folder.mkdir()
    for path, data in assets.items():
        path.write_bytes(data)
    (folder / "docker-stack.yml").write_text(spell(complete, folder=folder))
    text = spell(complete, folder=folder)
    assert "file: ./docker-stack+nginx.conf" in text
    assert "file: ../src/plain.txt" in text
    read = judge.read(folder / "docker-stack.yml").data
    files = {key: config.get("file") for key, config in read["configs"].items()}
    assert files == {
        "motd": str(folder / "docker-stack+motd"),
        "nginx": str(folder / "docker-stack+nginx.conf"),
        "named": str(folder / "docker-stack+named"),
        "plain": str(tmp_path / "src" / "plain.txt"),
        "far": None,
    }
    assert read["configs"]["nginx"]["labels"] == {"a": "b"}
    assert read["services"]["web"]["environment"] == {"MOTD": "/motd", "PW": "/run/secrets/pw"}


@pytest.mark.parametrize("base", [None, ".", "src", "/elsewhere", "src/../src"])
@pytest.mark.parametrize("folder", [".", "out", "../out", "/srv/out", "out/../assets", "src"])
@pytest.mark.parametrize("output", [".", "out", "/srv"])
def test_the_file_is_found_from_wherever_the_text_lies(base: str | None, folder: str, output: str) -> None:
    stack = Stack(configs={"a": Config(content="x")}, base=base)
    complete, assets = with_assets(stack, folder=Path(folder), stack_name=None, rotate=False)
    text = spell(complete, folder=Path(output), format="json")
    (path,) = assets
    written = Path(output) / json.loads(text)["configs"]["a"]["file"]
    assert _settled(written) == _settled(path)
    assert path == Path(folder) / "stack+a"


def _settled(path: Path) -> str:
    return os.path.normpath(Path.cwd() / path)


def test_nothing_to_do_costs_nothing(stack: Stack) -> None:
    plain = Stack(services=stack.services, configs={"plain": stack.configs["plain"]}, secrets=stack.secrets)
    assert with_assets(plain, folder=None, stack_name=None, rotate=False) == (plain, {})
    assert with_assets(plain, folder=None, stack_name=None, rotate=False)[0] is plain


def test_the_stack_given_is_left_alone(stack: Stack, tmp_path: Path) -> None:
    before = stack.resolved()
    complete, _ = with_assets(stack, folder=tmp_path, stack_name="shop", rotate=True)
    assert stack.resolved() == before
    assert stack.configs["motd"].content == "hello"
    assert (complete.configs["motd"].content, complete.configs["nginx"].values) == (None, None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["src"]


def test_a_folder_is_needed(stack: Stack) -> None:
    with pytest.raises(InvalidStack) as caught:
        with_assets(stack, folder=None, stack_name=None, rotate=False)
    found = caught.value.findings
    assert [finding.path for finding in found] == [
        KeyPath("configs", "motd", "content"),
        KeyPath("configs", "nginx", "template"),
        KeyPath("configs", "named", "content"),
    ]
    for finding in found:
        assert "-o FILE" in finding.help
        assert "--assets DIR" in finding.help
    assert found[1].subjects[0].resource is stack.configs["nginx"]


def test_a_program_that_forgets_the_files_is_told(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "findings", lambda _: [])  # what is wrong otherwise is told elsewhere
    with pytest.raises(InvalidStack, match=r"call pystackdsl\.compose\.assets\.with_assets"):
        compose.dump(stack)
    with pytest.raises(InvalidStack, match="never written to a file"):
        compose.dump(Stack(secrets={"pw": Secret(content="c0ntent")}))
    assert "plain.txt" in compose.dump(Stack(configs={"plain": stack.configs["plain"]}, base=stack.base))


def test_all_faults_at_once(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "src" / "t" / "nginx.conf.j2").write_text("{{ x }}")
    broken = evolve(
        stack,
        secrets={**stack.secrets, "inline": Secret(content="c0ntent"), "lost": Secret(file="nowhere")},
        configs={**stack.configs, "lost": Config(file="nowhere"), "empty": Config(content="")},
    )
    assert faults(broken) == [
        "secret inline has its content in the stack, and a secret's content is never written to a file",
        'the template of config nginx: "x" has no value',
        "config empty is empty",
    ]
    assert faults(broken, rotate=True, folder=None) == [
        "secret inline has its content in the stack, and a secret's content is never written to a file",
        'secret lost: there is no file "nowhere"',
        "config motd has its content in the stack, which Compose text cannot carry: it needs a file",
        "config nginx has its content in the stack, which Compose text cannot carry: it needs a file",
        'the template of config nginx: "x" has no value',
        "config named has its content in the stack, which Compose text cannot carry: it needs a file",
        'config lost: there is no file "nowhere"',
        "config empty has its content in the stack, which Compose text cannot carry: it needs a file",
        "config empty is empty",
    ]


def test_an_external_config_needs_nothing() -> None:
    stack = Stack(configs={"a": Config(external=True, content="x")}, secrets={"s": Secret(external=True, content="x")})
    assert with_assets(stack, folder=None, stack_name="s", rotate=True) == (stack, {})


# rotation


def test_rotated_names(stack: Stack, tmp_path: Path) -> None:
    complete, assets = with_assets(stack, folder=tmp_path, stack_name="shop", rotate=True)
    names = {key: config.name for key, config in complete.configs.items()}
    assert names == {
        "motd": f"shop_motd-{digest(b'hello')}",
        "nginx": "shop_nginx-" + digest(b"listen 80; # /motd\n"),
        "plain": f"shop_plain-{digest(b'plain')}",
        "far": None,
        "named": "mine",
    }
    assert re.fullmatch("shop_pw-[0-9a-f]{8}", complete.secrets["pw"].name or "")
    assert complete.secrets["vault"].name is None
    assert sorted(path.name for path in assets) == ["shop+motd", "shop+named", "shop+nginx.conf"]
    assert complete.configs["plain"].file == "plain.txt"
    assert [grant.path for grant in complete.services["web"].configs or ()][1] == "/etc/nginx.conf"


def test_the_name_of_the_stack_itself_serves(tmp_path: Path) -> None:
    stack = Stack(configs={"a": Config(content="x")}, name="own")
    complete, assets = with_assets(stack, folder=tmp_path, stack_name=None, rotate=True)
    assert complete.configs["a"].name == f"own_a-{digest(b'x')}"
    assert list(assets) == [tmp_path / "own+a"]
    assert (
        with_assets(stack, folder=tmp_path, stack_name="x", rotate=True)[0].configs["a"].name == f"x_a-{digest(b'x')}"
    )


def test_rotation_needs_a_name(stack: Stack) -> None:
    assert faults(stack, rotate=True, stack_name=None) == [
        "rotation needs the stack's name, which every rotated name begins with"
    ]
    assert faults(Stack(), rotate=True, stack_name="") == faults(stack, rotate=True, stack_name=None)


def test_variables_left_open(tmp_path: Path) -> None:
    token = environment.set(None)
    try:
        name, driver, text, file = Config(content="x", name=var("N")), Config(content="x", template_driver=var("D")), \
            Config(content=f"a {var('A')}"), Config(file=var("F"))  # fmt: skip
        template, stack_name = Config(template=var("T")), var("S")
    finally:
        environment.reset(token)
    stack = Stack(configs={"name": name, "driver": driver}, name="s")
    complete, _ = with_assets(stack, folder=tmp_path, stack_name=None, rotate=True)
    assert complete.configs["name"].name is name.name
    assert re.fullmatch("s_driver-[0-9a-f]{8}", complete.configs["driver"].name or "")
    assert faults(Stack(configs={"a": text, "b": file, "c": template}), rotate=True) == [
        "the content of config a needs the value of A, which is left open",
        "the file of config b is not known yet: its name is left open",
        "the template of config c is not known yet: its name is left open",
    ]
    assert with_assets(Stack(configs={"b": file}), folder=None, stack_name=None, rotate=False)[1] == {}
    (found,) = faults(Stack(configs={"name": driver}, name=stack_name), rotate=True, stack_name=None)
    assert "which Docker refuses" in found


# the names of the files


@pytest.mark.parametrize(
    ("key", "config", "name"),
    [
        ("motd", Config(content="x"), "motd"),
        ("nginx", Config(template="t/nginx.conf.j2"), "nginx.conf"),
        ("nginx", Config(template="nginx.conf.jinja2"), "nginx.conf"),
        ("nginx", Config(template="nginx.conf.JINJA"), "nginx.conf"),
        ("nginx", Config(template="nginx.conf"), "nginx.conf"),
        ("nginx", Config(template="nginx.j2"), "nginx"),
        ("nginx.conf", Config(template="nginx.conf.j2"), "nginx.conf"),
        ("a", Config(template="b.tar.gz.j2"), "a.gz"),
        ("a", Config(template="dots.d/.j2"), "a"),
        ("a", Config(template="x.c o"), "a"),
        ("a", Config(template="x."), "a"),
        ("NGINX_CONF", Config(content="x"), "NGINX_CONF"),
        ("a b", Config(content="x"), "a-b~c8687a08"),
        ("../../etc/passwd", Config(content="x"), "..-..-etc-passwd~3754d6cb"),
        ("a.", Config(content="x"), "a.~"),
    ],
)
def test_a_file_is_called_like_its_config(key: str, config: Config, name: str) -> None:
    (found,) = asset_names("out", {key: config}).values()
    assert found == f"out+{name}" or (name.endswith("~") and found.startswith(f"out+{name}"))


def test_likes_are_told_apart() -> None:
    x, conf = Config(content="x"), Config(template="a.conf.j2")
    names = asset_names("out", {"app": x, "APP": x, "web": conf, "web.conf": x, "db": conf})
    assert re.fullmatch(r"out\+app~[0-9a-f]{8}", names["app"])
    assert re.fullmatch(r"out\+APP~[0-9a-f]{8}", names["APP"])
    assert re.fullmatch(r"out\+web~[0-9a-f]{8}\.conf", names["web"])
    assert re.fullmatch(r"out\+web\.conf~[0-9a-f]{8}", names["web.conf"])
    assert names["db"] == "out+db.conf"


key_texts = st.one_of(
    st.text(max_size=100),
    st.text(st.characters(), max_size=10),
    st.text(st.sampled_from("aAbB.-_~+/\\: \0\u212a\u0130\u0131ßéE"), max_size=6),
    st.sampled_from(["con", "NUL", "aux.txt", "..", ".", "", "COM1", "a" * 300, "K", "k", "\u212a", "\ud800"]),
)
templates = st.one_of(
    st.none(), st.text(max_size=20), st.sampled_from(["a.conf.j2", "a.CONF", "a.j2", "/x/y.yml.jinja"])
)


@given(st.dictionaries(key_texts, templates, max_size=8), st.text(max_size=30))
@example({"a": "a.conf", "a.conf": None, "A": "x.conf", "a.CONF": None}, "out")
@example({"a+b": None, "b": None}, "out+a")
def test_names_hold_for_every_file_system(sources: dict[str, str | None], label: str) -> None:
    configs = {key: Config(content="x") if each is None else Config(template=each) for key, each in sources.items()}
    names = asset_names(label, configs)
    assert list(names) == list(configs)
    assert len({name.casefold() for name in names.values()}) == len(names)
    for name in names.values():
        assert re.fullmatch(r"[A-Za-z0-9._~-]+\+[A-Za-z0-9._~-]+", name)
        assert len(name) <= 200
        assert name[-1] not in ". "
        assert PurePosixPath(name).name == PureWindowsPath(name).name == name
        assert not PureWindowsPath(name).is_reserved()
    assert names == asset_names(label, configs)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=8), st.text(max_size=8))
@example("x", "x.y", "y.z", "z")
def test_two_outputs_never_share_a_file(label: str, other: str, key: str, other_key: str) -> None:
    (name,) = asset_names(label, {key: Config(content="x")}).values()
    (other_name,) = asset_names(other, {other_key: Config(content="x")}).values()
    assert (name == other_name) is ((label, key) == (other, other_key))


@given(st.dictionaries(key_texts, st.binary(min_size=1, max_size=10), max_size=6))
def test_every_asset_lies_in_the_folder(contents: dict[str, bytes]) -> None:
    stack = Stack(configs={key: Config(content=content) for key, content in contents.items()}, base="/src")
    complete, assets = with_assets(stack, folder=Path("/out"), stack_name=None, rotate=False, label="../x")
    assert sorted(assets.values()) == sorted(contents.values())
    assert all(path.parent == Path("/out") for path in assets)
    for key, config in complete.configs.items():
        assert assets[Path("/out") / Path(config.file or "").name] == contents[key]


# what earlier builds left


def test_files_of_earlier_builds_are_told(tmp_path: Path) -> None:
    for name in ("out+a", "out+b.conf", "other+c", "out", "xout+d", "out+a~1"):
        (tmp_path / name).write_text("x")
    (tmp_path / "out+folder").mkdir()
    found = unused_assets(tmp_path, "out", [tmp_path / "out+a"])
    assert [(finding.severity, finding.summary) for finding in found] == [
        (Severity.INFO, f"{tmp_path / 'out+a~1'} is no longer used: an earlier build wrote it"),
        (Severity.INFO, f"{tmp_path / 'out+b.conf'} is no longer used: an earlier build wrote it"),
    ]
    assert unused_assets(tmp_path / "nowhere", "out", []) == []
    assert len(list(tmp_path.iterdir())) == 7
