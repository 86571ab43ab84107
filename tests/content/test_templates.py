"""Templates of configs and secrets: what they give, what they may reach, and what is said of their faults."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pystackdsl import Config, Deploy, Network, Secret, Service, Stack, evolve, var
from pystackdsl.content import content_of
from pystackdsl.content.source import Contents
from pystackdsl.diagnostics import Diagnostic, InvalidStack, KeyPath
from pystackdsl.model.variable import environment

Render = Callable[..., bytes]


@pytest.fixture
def render(tmp_path: Path) -> Render:
    """Renders a text as the template of config `web`; other names are its values, `_with` other resources."""

    def rendered(text: str | bytes, _with: Mapping[str, Any] = {}, /, **values: Any) -> bytes:
        (tmp_path / "t").mkdir(exist_ok=True)
        (tmp_path / "t" / "web.conf.j2").write_bytes(text if isinstance(text, bytes) else text.encode())
        config = Config(template="t/web.conf.j2", values=values)
        return content_of(config, tmp_path, names=Stack.of({"web": config, **_with}).names())

    return rendered


@pytest.fixture
def fault(render: Render) -> Callable[..., Diagnostic]:
    """The only finding about a text that is rendered as `render` does."""

    def found(text: str | bytes, _with: Mapping[str, Any] = {}, /, **values: Any) -> Diagnostic:
        with pytest.raises(InvalidStack) as caught:
            render(text, _with, **values)
        (finding,) = caught.value.findings
        return finding

    return found


@pytest.fixture
def variables_stay_open() -> Iterator[None]:
    token = environment.set(None)
    yield
    environment.reset(token)


@pytest.mark.parametrize(
    ("text", "values", "content"),
    [
        ("listen {{ port }};\n", {"port": 8080}, b"listen 8080;\n"),
        ("no newline at the end", {}, b"no newline at the end"),
        ("two\n\n", {}, b"two\n\n"),
        ("{{ html }} & <é>", {"html": "<a href='x'>"}, "<a href='x'> & <é>".encode()),
        ("{% for h in hosts %}{{ loop.index }}/{{ loop.length }} {{ h }}{{ ',' if not loop.last }}{% endfor %}",
         {"hosts": ["a", "b"]}, b"1/2 a,2/2 b"),
        ("{% for k, v in m.items() %}{{ k }}={{ v }};{% endfor %}", {"m": {"z": 1, "a": [2]}}, b"z=1;a=[2];"),
        ("{{ a.b[0].c }} {{ a['b'] | length }}", {"a": {"b": [{"c": "x"}]}}, b"x 1"),
        ("{{ x | default('none') }} {{ 'yes' if y is defined else 'no' }}", {}, b"none no"),
        ("{{ m | tojson }} {{ f }} {{ t }} {{ s | upper }}", {"m": {"b": 1, "a": [None]}, "f": 1.5, "t": True, "s": "x"},
         b'{"a": [null], "b": 1} 1.5 True X'),
        ("{% raw %}{{ .Service.Name }}{% endraw %} $HOME", {}, b"{{ .Service.Name }} $HOME"),
        ("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(1) }}{{ m(x=2) }}", {}, b"<1><2>"),
        ("{% for a in tree recursive %}{{ a.n }}{{ loop(a.c) }}{% endfor %}",
         {"tree": [{"n": 1, "c": [{"n": 2, "c": []}]}]}, b"12"),
        ("{{ '%03d'|format(n) }} {{ '{:>4}'.format(n) }} {{ n ** 2 * 2 }} {{ '-' * 3 }} {{ range(3) | list }}",
         {"n": 7}, b"007    7 98 --- [0, 1, 2]"),
        ("{{ range }}", {"range": 2}, b"2"),
        ("{{ m.keys() - ['x'] }}{% for x in m.keys() - ['x'] %}{{ x }}{% endfor %}", {"m": {"b": 1, "a": 1}},
         b"['a', 'b']ab"),
    ],
)  # fmt: skip
def test_what_templates_give(text: str, values: dict[str, Any], content: bytes, render: Render) -> None:
    assert render(text, **values) == content


def test_line_ends_are_the_same_everywhere(render: Render) -> None:
    assert render(b"a\r\n{{ x }}\r\nb\n", x=1) == b"a\n1\nb\n"


def test_the_object_model_may_be_given(render: Render) -> None:
    pw = Secret(file="pw")
    api = Service(image="example/api:1", deploy=Deploy(replicas=2), command=["run", pw.path])
    text = "{{ pw.path }} {{ path }} {{ api.image }} {{ api.deploy.replicas }} {{ api.command[1] }} {{ api.command }}"
    assert render(text, {"pw": pw, "api": api}, pw=pw, path=f"f:{pw.path}", api=api) == (
        b"/run/secrets/pw f:/run/secrets/pw example/api:1 2 /run/secrets/pw ('run', '/run/secrets/pw')"
    )
    text = (
        "{% if path == '/run/secrets/pw' %}{{ path | upper }}{% endif %}{% for p in [[pw.path]] %}{{ p }}{% endfor %}"
    )
    assert render(text, {"pw": pw}, pw=pw, path=pw.path) == b"/RUN/SECRETS/PW['/run/secrets/pw']"


def test_sets_are_given_in_order(render: Render) -> None:
    assert render("{{ hosts }} {{ hosts | join(',') }}", hosts={"b", "a", "c"}) == b"['a', 'b', 'c'] a,b,c"


def test_templates_of_its_own_folder(render: Render, tmp_path: Path) -> None:
    folder = tmp_path / "t" / "parts"
    folder.mkdir(parents=True)
    (folder / "upstream.j2").write_text("server {{ port }}\n")
    (folder / "base.j2").write_text("<{% block body %}{% endblock %}>\n")
    (folder / "macros.j2").write_text("{% macro m(x) %}({{ x }}){% endmacro %}")
    (folder / "link.j2").symlink_to("upstream.j2")
    text = "{% extends 'parts/base.j2' %}{% import 'parts/macros.j2' as lib %}{% block body %}{{ lib.m(1) }}"
    assert render(f"{text}{{% include 'parts/upstream.j2' %}}{{% endblock %}}", port=1) == b"<(1)server 1\n>\n"
    assert render("{% include 'parts/link.j2' %}", port=2) == b"server 2\n"
    assert render("{% include ['nothing', 'parts/link.j2'] %}{% include 'x' ignore missing %}", port=3) == b"server 3\n"


def test_one_template_serves_several_configs(tmp_path: Path) -> None:
    (tmp_path / "a.j2").write_text("{% include 'b.j2' %}")
    (tmp_path / "b.j2").write_text("{{ n }}")
    contents = Contents(tmp_path, None)
    assert [contents.of(Config(template="a.j2", values={"n": n})) for n in range(3)] == [b"0", b"1", b"2"]
    assert contents.of(Config(template="b.j2", values={"n": 4})) == b"4"


UNCLOSED = (
    "Unexpected end of template. Jinja was looking for the following tags: 'endfor' or 'else'. The innermost block "
    "that needs to be closed is 'for'"
)
TOP = '"prot" has no value'


@pytest.mark.parametrize(
    ("text", "summary", "help", "place"),
    [
        # names
        ("a\n  b {{ prot }}", TOP, 'did you mean "port"?', (2, 8, 12)),
        ("{{ xy.prot }} {{ xy }}", '"xy" has no value', 'give it a value: values={"xy": …}', (1, 4, 6)),
        ("{% if prot %}{% endif %}", TOP, 'did you mean "port"?', (1, 7, 11)),
        ("{{ [prot] }}", TOP, 'did you mean "port"?', (1, 5, 9)),
        ("{{ {'a': prot} }}", TOP, 'did you mean "port"?', (1, 10, 14)),
        ("{{ prot ~ 1 }}{{ prot + 1 }}", TOP, 'did you mean "port"?', (1, 4, 8)),
        ("{{ prot | int }}", TOP, 'did you mean "port"?', (1, 4, 8)),
        ("{{ prot | string }}", TOP, 'did you mean "port"?', (1, 4, 8)),
        ("{% for x in prot %}{% endfor %}", TOP, 'did you mean "port"?', (1, 13, 17)),
        ("{% include prot ignore missing %}", TOP, 'did you mean "port"?', (1, 12, 16)),
        ("{{ other }}", '"other" has no value', 'give it a value: values={"other": …}', (1, 4, 9)),
        ("{{ lipsum() }}", '"lipsum" has no value', 'give it a value: values={"lipsum": …}', (1, 4, 10)),
        ("{{ db.hots }}", 'a mapping has no "hots"', 'did you mean "host"?', (1, 1, 14)),
        ("{{ db['hots'] }}", 'a mapping has no "hots"', 'did you mean "host"?', (1, 1, 17)),
        ("{{ port.x }}", 'a value of type int has no "x"', "", (1, 1, 13)),
        ("{{ [1][1] }}", 'a value of type list has no "1"', "", (1, 1, 13)),
        # the language
        ("ok\n{% if %}", "Expected an expression, got 'end of statement block'", "", (2, 1, 9)),
        ("{% for x in db %}", UNCLOSED, "", (1, 1, 18)),
        ("{{ port | uper }}", 'there is no filter "uper"', 'did you mean "upper"?', (1, 1, 18)),
        ("{{ port is evne }}", 'there is no test "evne"', 'did you mean "even"?', (1, 1, 19)),
        ("{{ [1] | random }}", 'there is no filter "random"', "", (1, 1, 19)),
        ("{{ 1 / 0 }}", "ZeroDivisionError: division by zero", "", (1, 1, 12)),
        ("\n\n{{ fail() }}", "ValueError: first line", "", (3, 1, 13)),
        # what has no text
        ("{{ none }}", "it prints None", 'write {{ … or "" }} where there may be no value', (1, 1, 11)),
        ("{{ db.items }}", "it prints a value of type builtin_function_or_method, which has no text",
         "call it, or print one of its parts", (1, 1, 15)),
        ("{{ [fail] }}", "it prints a value of type list, which has no text", "call it, or print one of its parts",
         (1, 1, 13)),
        ("{{ thing }}", "it prints a value of type object, which has no text", "call it, or print one of its parts",
         (1, 1, 12)),
        ("{{ net }}", "it prints a Network, which has no text", "print one of its attributes, such as path or name",
         (1, 1, 10)),
        ("{{ mixed.keys() - [] }}", "it needs a set whose members have no order", "give it as a list", (1, 1, 24)),
        ("{% for x in mixed.keys() - [] %}{% endfor %}", "it needs a set whose members have no order",
         "give it as a list", (1, 1, 45)),
        ("{{ 'x'.encode() }}", "it prints bytes", "give the template a text", (1, 1, 19)),
        ("{{ half }}", "it prints half a character (a lone surrogate), which UTF-8 cannot spell", "", None),
        # other files
        ("{% include 'parts/upstraem.j2' %}", 'there is no "parts/upstraem.j2" in its folder, {folder}',
         'did you mean "parts/upstream.j2"?', (1, 1, 34)),
        ("{% include ['b', 'c'] %}", 'there is no "b" or "c" in its folder, {folder}', "", (1, 1, 25)),
        ("{% include 'parts' %}", 'there is no "parts" in its folder, {folder}', "", (1, 1, 22)),
        ("{% include 'web.conf.j2' %}", "it includes itself, or calls itself, without end", "", (1, 1, 28)),
        ("{% include 'latin.j2' %}", 'it asks for "latin.j2", which is not UTF-8 text', "", (1, 1, 25)),
        ("{% include 'huge.j2' %}", 'it asks for "huge.j2", which has more than 2,000,000 bytes', "", (1, 1, 24)),
    ],
)  # fmt: skip
def test_what_is_said_of_faults(
    text: str, summary: str, help: str, place: tuple[int, int, int] | None, fault: Callable[..., Diagnostic],
    tmp_path: Path,
) -> None:  # fmt: skip
    def fail() -> None:
        raise ValueError("first line.\nsecond line")

    (tmp_path / "t" / "parts").mkdir(parents=True)
    (tmp_path / "t" / "parts" / "upstream.j2").write_text("x")
    (tmp_path / "t" / "latin.j2").write_bytes(b"\xe9")
    (tmp_path / "t" / "huge.j2").write_bytes(b" " * 2_000_001)
    net = Network()
    values = {
        "port": 1,
        "db": {"host": 1},
        "fail": fail,
        "thing": object(),
        "net": net,
        "half": "\ud800",
        "mixed": {1: 1, "a": 1},
    }
    found = fault(text, {"net": net}, **values)
    assert found.summary == f"the template of config web: {summary.format(folder=tmp_path / 't')}"
    assert found.help == help
    assert found.path == KeyPath("configs", "web", "template")
    assert found.subjects[0].within == KeyPath("template")
    spans = [each.span for each in found.places]
    assert [(span.line, span.column, span.end_column) for span in spans] == ([place] if place else [])
    assert all(span.file == tmp_path / "t" / "web.conf.j2" for span in spans)
    assert all(span.text == text.split("\n")[span.line - 1] for span in spans)


def test_a_fault_in_an_included_file_is_placed_there(fault: Callable[..., Diagnostic], tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "part.j2").write_bytes(b"a\r\nb\r\x0c{{ prot }}")
    found = fault("\n{% include 'part.j2' %}", port=1)
    (place,) = found.places
    assert (place.span.file, place.span.line, place.span.column) == (tmp_path / "t" / "part.j2", 3, 5)
    (tmp_path / "t" / "part.j2").write_text("\n{% endif %}")
    (place,) = fault("\n{% include 'part.j2' %}").places
    assert (place.span.file, place.span.line) == (tmp_path / "t" / "part.j2", 2)


def test_the_values_are_listed_for_an_unknown_name(fault: Callable[..., Diagnostic]) -> None:
    assert fault("{{ x }}", a=1, b=2).expected == "one of a, b"
    assert fault("{{ x }}", **{f"n{i}": i for i in range(20)}).expected == "one of n0, n1, n2, n3, n4, n5, n6, n7, …"
    assert fault("{{ x }}").expected == ""


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ ''['__class__'] }}",
        "{{ '' | attr('__class__') }}",
        "{{ '{0.__class__}'.format('') }}",
        "{{ [].append(1) }}",
        "{{ db.update({}) }}",
        "{{ fail.__globals__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ net.__dict__ }}",
        "{{ net._origin }}",
    ],
)
def test_the_sandbox(text: str, fault: Callable[..., Diagnostic]) -> None:
    net = Network()
    found = fault(text, {"net": net}, db={}, fail=lambda: 1, net=net)
    assert "unsafe" in found.summary
    assert found.help == "a template may read what it is given, and change nothing"


@pytest.mark.parametrize("name", ["../out.j2", "/etc/passwd", "parts/../../out.j2", "parts/../web.conf.j2", "link.j2",
                                  "linked/out.j2", "..\\\\out.j2", "a\\0b", "{outside}", "{inside}"])  # fmt: skip
@pytest.mark.parametrize("tag", ["{% include 'X' %}", "{% include 'X' ignore missing %}", "{% import 'X' as x %}",
                                 "{% extends 'X' %}", "{% from 'X' import y %}"])  # fmt: skip
def test_other_folders_are_out_of_reach(tag: str, name: str, fault: Callable[..., Diagnostic], tmp_path: Path) -> None:
    (tmp_path / "out.j2").write_text("outside")
    (tmp_path / "t" / "parts").mkdir(parents=True)
    (tmp_path / "t" / "link.j2").symlink_to("../out.j2")
    (tmp_path / "t" / "linked").symlink_to(tmp_path)
    name = name.format(outside=tmp_path / "out.j2", inside=tmp_path / "t" / "web.conf.j2")
    found = fault(tag.replace("X", name))
    assert found.summary.endswith("which is not in the template's own folder")
    assert found.help == "move the file there"


def test_the_stack_itself_may_name_a_template_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.j2").write_text("{{ x }}")
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "a.j2").symlink_to("../real/a.j2")
    assert content_of(Config(template="t/a.j2", values={"x": 1}), tmp_path) == b"1"
    assert content_of(Config(template="../" + tmp_path.name + "/t/a.j2", values={"x": 1}), tmp_path) == b"1"


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("{{ range(10**12) | list }}", "it asks for a range of more than 100,000 numbers"),
        ("{{ range(10**12, 0, -1) | list }}", "it asks for a range of more than 100,000 numbers"),
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
         "it takes more than 1,000,000 calls and turns of loops"),
        ("{% macro m(n) %}{% if n %}{{ m(n-1) }}{{ m(n-1) }}{% endif %}{% endmacro %}{{ m(60) }}",
         "it takes more than 1,000,000 calls and turns of loops"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "it includes itself, or calls itself, without end"),
        ("{{ 'a' * 10**9 }}", "it repeats a text or list too often"),
        ("{{ 10**9 * [1] }}", "it repeats a text or list too often"),
        ("{{ 10 ** 100 ** 100 ** 100 }}", "it raises a number to too great a power"),
        ("{{ range(0, 10, 0) }}", "ValueError: range() arg 3 must not be zero"),
    ],
)  # fmt: skip
def test_no_template_runs_for_ever(text: str, summary: str, fault: Callable[..., Diagnostic]) -> None:
    assert fault(text).summary == f"the template of config web: {summary}"


def test_a_long_range_is_allowed(render: Render) -> None:
    assert render("{{ range(100000) | length }} {{ range(0) | list }} {{ range(5, 0) | list }}") == b"100000 [] []"


def test_the_output_has_an_end(fault: Callable[..., Diagnostic], render: Render) -> None:
    loop = "{% for x in range(99999) %}0123456789é{% endfor %}"
    found = fault(loop)
    assert found.summary == "the template of config web comes to more bytes than Docker takes"
    assert found.expected == "1 to 1,023,999 bytes"
    assert len(render(loop.replace("99999", "85333"))) == 1_023_996
    assert fault("{% if false %}x{% endif %}").summary == "config web is empty"


def test_a_template_that_cannot_be_read(tmp_path: Path, fault: Callable[..., Diagnostic]) -> None:
    assert fault(b"a\nb\xff").summary == "the template of config web is not UTF-8 text, in line 2"
    assert fault(b" " * 2_000_001).expected == "at most 2,000,000 bytes"
    with pytest.raises(InvalidStack, match=r'there is no file "t/web\.j2"; help: did you mean "t/web\.conf\.j2"'):
        content_of(Config(template="t/web.j2"), tmp_path)


@pytest.mark.usefixtures("variables_stay_open")
@pytest.mark.parametrize(
    ("values", "within"),
    [
        (lambda: {"port": var("PORT", int)}, ("port",)),
        (lambda: {"port": f"0.0.0.0:{var('PORT')}"}, ("port",)),
        (lambda: {"a": {"b": [1, var("PORT")]}}, ("a", "b", 1)),
        (lambda: {"replicas": Deploy(replicas=var("PORT", int)).replicas}, ("replicas",)),
    ],
)
def test_a_value_left_open(values: Callable[[], dict[str, Any]], within: tuple[str | int, ...], tmp_path: Path) -> None:
    (tmp_path / "a.j2").write_text("{{ port | int }}")
    with pytest.raises(InvalidStack) as caught:
        content_of(Config(template="a.j2", values=values()), tmp_path)
    (finding,) = caught.value.findings
    assert finding.summary == "the template of this config needs the value of PORT, which is left open"
    assert finding.subjects[0].within == KeyPath("values", *within)
    assert "--set" in finding.help


@pytest.mark.usefixtures("variables_stay_open")
@pytest.mark.parametrize(
    "text",
    [
        "{{ api.image }}",
        "{{ api.deploy.replicas }}",
        "{{ api.image | upper }}",
        "{% if api.image %}{% endif %}",
        "{{ api['deploy'].replicas | int }}",
        "{{ api.command }}",
        "{% for x in [api] %}{{ x.image }}{% endfor %}",
        "{{ [api] | map(attribute='image') | join }}",
    ],
)
def test_a_value_left_open_inside_of_an_object(text: str, fault: Callable[..., Diagnostic]) -> None:
    api = Service(image=f"a:{var('TAG')}", deploy=Deploy(replicas=var("TAG", int)), command=["x", var("TAG")])
    found = fault(text, {"api": api}, api=api)
    assert found.summary == "the template of config web: it needs the value of TAG, which is left open"
    assert found.places[0].span.line == 1


def test_a_path_of_something_that_is_not_in_the_stack(fault: Callable[..., Diagnostic]) -> None:
    pw = Secret(file="pw")
    assert "path of a secret or config that is not in this stack" in fault("x", path=pw.path).summary
    assert "path of a secret or config that is not in this stack" in fault("{{ pw.path }}", pw=pw).summary


def test_a_path_that_was_changed_before_it_was_known(fault: Callable[..., Diagnostic], render: Render) -> None:
    class Holder:
        def __str__(self) -> str:
            return f"file:{pw.path}"

    pw = Secret(file="pw")
    assert render("é {{ holder }} {{ pw | attr('path') }}", {"pw": pw}, pw=pw, holder=Holder()) == (
        "é file:/run/secrets/pw /run/secrets/pw".encode()
    )
    found = fault("é {{ holder | title | reverse }}", {"pw": pw}, holder=Holder())
    assert found.summary == "the template of config web takes the path of a resource, or a variable, apart"


def test_every_faulty_value_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.j2").write_text("x")
    path = Secret(file="pw").path
    with pytest.raises(InvalidStack) as caught:
        content_of(Config(template="a.j2", values={"a": path, "b": 1, "c": [path]}), tmp_path)
    assert [finding.path for finding in caught.value.findings] == [KeyPath("values", "a"), KeyPath("values", "c", 0)]


def test_a_set_without_order(fault: Callable[..., Diagnostic]) -> None:
    assert fault("x", a={1, "b"}).help == "give it as a list"


PROGRAM = """
from pathlib import Path
from pystackdsl import Config
from pystackdsl.content import content_of
values = {"s": {"a", "b", "c", "d", "e"}, "m": {"x": {"f", "g", "h"}}, "t": (1, "a")}
print(content_of(Config(template="a.j2", values=values), Path()))
"""


def test_the_same_bytes_on_every_run(tmp_path: Path) -> None:
    (tmp_path / "a.j2").write_text(
        "{{ s }}{% for x in s %}{{ x }}{% endfor %}{{ m }}{{ m | tojson }}{{ t }}{{ s | first }}"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=tmp_path,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(runs) == 1


def test_evolve_gives_other_values(tmp_path: Path) -> None:
    (tmp_path / "a.j2").write_text("{{ x }}")
    config = Config(template="a.j2", values={"x": 1})
    assert content_of(evolve(config, values={"x": 2}), tmp_path) == b"2"
