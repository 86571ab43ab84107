"""Findings stand under the very value: of misspelt values as they are raised, of resources by their origins."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from pystackdsl import Service, Stack, evolve
from pystackdsl.diagnostics import Diagnostic, InvalidText, KeyPath, Place, Span, Subject
from pystackdsl.model.validity import findings
from pystackdsl.python import load
from pystackdsl.python.places import placed, placed_error


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ('web = Service(\n    ports=["80:eighty"],\n)\n', [(2, '"80:eighty"')]),
        ("web = Service(deploy=Deploy(restart=OnFailure(delay=5)))\n", [(1, "5")]),
        ('net = Network(driver="default")\n', [(1, '"default"')]),
        ('web = Service(networks=["backend"])\n', [(1, '"backend"')]),
        ('web = Service(environment={"A": "b", "C": {}})\n', [(1, "{}")]),
        ('web = Service(environment=dict(A="b", C={}))\n', [(1, "{}")]),
        ('web = Service(environment={"A": "b"} | {"C": {}})\n', [(1, "{}")]),
        ('web = Service(environment={"A": {}, **{"A": []}})\n', [(1, "[]")]),
        ('web = Service(ports=["80:80"] + ["1:x"])\n', [(1, '"1:x"')]),
        ('web = Service(ports=[f"{p}:x" for p in range(1, 2)])\n', [(1, 'f"{p}:x"')]),
        ('web = Service(ports=(p for p in ["80:x"]))\n', [(1, '(p for p in ["80:x"])')]),
        ('web = Service(cap_add=["A", *[3]])\n', [(1, '["A", *[3]]')]),
        ("n = Network()\nweb = Service(networks=[n.alias('a', 3)])\n", [(2, "3")]),
        ("n = Network()\nweb = Service(networks=[n.attach(aliases=['a', 3])])\n", [(2, "3")]),
        ("n = Network()\nweb = Service(networks=n)\n", [(2, "n")]),
        ("n = Network()\nweb = Service(environment=n)\n", [(2, "n")]),
        ("v = Volume()\nweb = Service(volumes=[v.at(3)])\n", [(2, "3")]),
        ("v = Volume()\nweb = Service(volumes=[v.at('/a', nocopy='yes')])\n", [(2, "'yes'")]),
        ("web = Service(image='a')\nb = evolve(web, image=3)\n", [(2, "3")]),
        ("web = Service(image='a')\nb = web.with_deploy(replicas='2')\n", [(2, "'2'")]),
        ("web = Service(image='a')\nb = web.with_environment({'A': []})\n", [(2, "[]")]),
        ("class Shop:\n    web = Service(image=3)\n", [(2, "3")]),
        ("web = Service(deploy=Deploy(placement=Placement(constraints=[node.role == 3])))\n", [(1, "node.role == 3")]),
        ("web = Service(image=var('T A G'))\n", [(1, "var('T A G')")]),
        ("web = Service(image='é' + 'x' * 0, hostname=('ä', 'b')[0], ports=['80:ö'])\n", [(1, "'é'")]),
        ("web = Service(hostname='äöü', ports=['80:ö'])\n", [(1, "'80:ö'")]),
        ("web = Service(healthcheck=Healthcheck(interval='1m 30s'))\n", [(1, " 30s")]),
        (r"web = Service(healthcheck=Healthcheck(interval='1m\x2030s'))" + "\n", [(1, r"'1m\x2030s'")]),
        ("web = Service(healthcheck=Healthcheck(interval='1m' ' 30s'))\n", [(1, "'1m' ' 30s'")]),
    ],
)
def test_a_misspelt_value(folder: Any, text: str, places: list[tuple[int, str]]) -> None:
    finding = folder.faults(text)[0]
    assert [place[1:] for place in folder.marked(finding)] == places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            "PORTS = ['80:80', '90:x']\nweb = Service(ports=PORTS)\n",
            [(1, "'90:x'", ""), (2, "Service(ports=PORTS)", "given here")],
        ),
        (
            "COMMON = {'ports': ['90:x']}\nweb = Service(image='a', **COMMON)\n",
            [(1, "'90:x'", ""), (2, "Service(image='a', **COMMON)", "given here")],
        ),
        (
            "def make(port):\n    return Service(ports=[port])\nweb = make('90:x')\n",
            [(3, "'90:x'", ""), (2, "Service(ports=[port])", "given here")],
        ),
        (
            "def make(*, port='90:x'):\n    return Service(ports=[port])\nweb = make()\n",
            [(1, "'90:x'", ""), (2, "Service(ports=[port])", "given here"), (3, "make()", "called here")],
        ),
        (
            "class Maker:\n    def make(self, port):\n        return Service(ports=[port])\nweb = Maker().make('90:x')\n",
            [(4, "'90:x'", ""), (3, "Service(ports=[port])", "given here")],
        ),
        (
            "def make(port):\n    port = port + 'x'\n    return Service(ports=[port])\nweb = make('90:')\n",
            [(3, "port", ""), (4, "make('90:')", "called here")],
        ),
        ("IMAGE = 'a b'\nIMAGE = IMAGE\nweb = Service(image=IMAGE)\n", [(3, "IMAGE", "")]),
        (
            "SIZES = {'m': ['90:x']}\nweb = Service(ports=SIZES['m'])\n",
            [(1, "'90:x'", ""), (2, "Service(ports=SIZES['m'])", "given here")],
        ),
    ],
)
def test_a_misspelt_value_that_stands_elsewhere(folder: Any, text: str, places: list[tuple[int, str, str]]) -> None:
    finding = folder.fault(text)
    marked = folder.marked(finding)
    assert [(*where[1:], place.note) for where, place in zip(marked, finding.places, strict=True)] == places


def test_all_faults_of_a_call_have_their_places(folder: Any) -> None:
    findings = folder.faults("web = Service(ports=['80:x'], tty='yes', deploy=Deploy(replicas=1))\n")
    assert [folder.marked(finding) for finding in findings] == [[("stack.py", 1, "'80:x'")], [("stack.py", 1, "'yes'")]]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("s = Secret(content=3)\n", "content"),
        ("PW = 3\ns = Secret(content=PW)\n", "content"),
        ("s = Secret(\n    content=[\n        'hunter2'])\n", "content"),
        ("s = Secret(template='a', values=3)\n", "values"),
    ],
)
def test_a_secret_s_content_is_no_place(folder: Any, text: str, marked: str) -> None:
    finding = folder.fault(text)
    assert [place[2] for place in folder.marked(finding)] == [marked]
    assert "hunter2" not in repr(finding)


def subject(stack: Stack, kind: str, key: str, *within: str | int, note: str = "") -> Subject:
    resource = getattr(stack, kind)[key]
    return Subject(path=KeyPath(kind, key, *within), resource=resource, within=KeyPath(*within), note=note)


def places(folder: Any, *subjects: Subject, **more: Any) -> list[tuple[str, int, str, str]]:
    (finding,) = placed([Diagnostic(summary="x", subjects=subjects, **more)])
    marked = folder.marked(finding)
    return [(*where, place.note) for where, place in zip(marked, finding.places, strict=True)]


def test_the_place_of_a_key(stack: Any, folder: Any) -> None:
    found = stack(
        "data = Volume()\n"
        "web = Service(\n"
        "    ports=['80:80', '90:90'],\n"
        "    environment={'A': 'b'},\n"
        "    labels=['a=b', 'c'],\n"
        "    volumes=[data.at('/a')],\n"
        "    deploy=Deploy(restart=OnFailure(delay='5s'), update_config=UpdateConfig(delay='1s')),\n"
        ")\n"
    )
    for within, line, text in [
        (("ports", 1), 3, "'90:90'"),
        (("ports",), 3, "['80:80', '90:90']"),
        (("environment", "A"), 4, "'b'"),
        (("labels", "c"), 5, "'c'"),
        (("volumes", 0, "target"), 6, "'/a'"),
        (("volumes", 0, "source"), 6, "data"),
        (("volumes", 0, "read_only"), 6, "data.at('/a')"),
        (("deploy", "update_config", "delay"), 7, "'1s'"),
        (("deploy", "restart", "delay"), 7, "'5s'"),
        (("deploy", "restart_policy", "delay"), 7, "'5s'"),
        (("deploy", "replicas"), 7, "Deploy(restart=OnFailure(delay='5s'), update_config=UpdateConfig(delay='1s'))"),
    ]:
        assert places(folder, subject(found, "services", "web", *within)) == [("stack.py", line, text, "")]


@pytest.mark.parametrize(
    ("within", "marked"),
    [
        (("privileged",), "privileged"),
        (("environment", "A"), "'A'"),
        (("deploy", "restart_policy"), "restart"),
        (("hostname",), "Service(privileged=True, environment=ENV, deploy=Deploy(restart=Never()))"),
    ],
)
def test_a_key_that_is_meant_itself(stack: Any, folder: Any, within: tuple[str, ...], marked: str) -> None:
    found = stack("ENV = {'A': 'b'}\nweb = Service(privileged=True, environment=ENV, deploy=Deploy(restart=Never()))\n")
    assert places(folder, subject(found, "services", "web", *within), at_key=True)[0][2] == marked


def test_several_subjects_with_their_notes(stack: Any, folder: Any) -> None:
    found = stack("api = Service(ports=['80:80'])\nadmin = Service(ports=['80:80'])\n")
    first = subject(found, "services", "admin", "ports", 0)
    second = subject(found, "services", "api", "ports", 0, note="api published it first")
    assert places(folder, first, second) == [
        ("stack.py", 2, "'80:80'", ""),
        ("stack.py", 1, "'80:80'", "api published it first"),
    ]


def test_a_place_is_told_once(stack: Any, folder: Any) -> None:
    found = stack("web = Service(networks=[Network()])\n")
    assert found.services["web"].networks is not None
    user = subject(found, "services", "web", "networks", 0)
    used = Subject(path=user.path, resource=found.services["web"].networks[0].network, note="made here")
    assert places(folder, user, used) == [("stack.py", 1, "Network()", "")]


def test_a_resource_that_a_function_of_another_file_made(stack: Any, folder: Any) -> None:
    folder.write(
        "factory.py", "jobs = Network()\ndef worker(image):\n    return Service(image=image, networks=[jobs])\n"
    )
    found = stack("from factory import worker\nworkers = {\n    f'worker-{i}': worker('redis') for i in range(3)\n}\n")
    one = subject(found, "services", "worker-2", "networks", 0)
    asked = ("stack.py", 3, "worker('redis')", 'made here, for "worker-2"')
    assert places(folder, one) == [("factory.py", 3, "jobs", ""), asked]


def test_a_resource_that_a_loop_calls_for(stack: Any, folder: Any) -> None:
    folder.write("factory.py", "def worker(image):\n    return Service(image=image)\n")
    found = stack("from factory import worker\nw = {}\nfor i in 'ab':\n    w[i] = worker('redis')\n")
    assert places(folder, subject(found, "services", "b")) == [
        ("factory.py", 2, "Service(image=image)", ""),
        ("stack.py", 4, "worker('redis')", 'made here, for "b"'),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "w = {i: Service(image='a b') for i in 'ab'}\n",
        "class Shop:\n    b = Service(image='a')\n",
        "def shop() -> Stack:\n    b = Service(image='a')\n    return Stack.of(locals())\n",
        "make = lambda: Service(image='a')\nb = make()\n",
    ],
)
def test_a_resource_whose_making_says_all(stack: Any, folder: Any, text: str) -> None:
    found = stack(text.replace("a b", "a"))
    first = places(folder, subject(found, "services", "b", "image"))
    assert first[0][2] == "'a'"
    assert len(first) == (2 if "lambda" in text else 1)


def test_a_value_that_a_template_said(stack: Any, folder: Any) -> None:
    folder.write("library.py", "base = Service(image='a', ports=['80:80'])\n")
    found = stack(
        "from library import base as _base\nweb = evolve(_base, image='b')\napi = web.with_deploy(replicas=2)\n"
    )
    assert places(folder, subject(found, "services", "api", "image")) == [
        ("stack.py", 2, "'b'", ""),
        ("stack.py", 3, "web.with_deploy(replicas=2)", 'made here, for "api"'),
    ]
    assert places(folder, subject(found, "services", "api", "ports", 0))[0] == ("library.py", 1, "'80:80'", "")
    assert places(folder, subject(found, "services", "api", "deploy", "replicas")) == [("stack.py", 3, "2", "")]
    assert places(folder, subject(found, "services", "api", "hostname"))[0][:2] == ("stack.py", 3)


def test_the_faulty_part_of_a_text(stack: Any, folder: Any) -> None:
    found = stack("IMAGE = 'nginx:1'\nweb = Service(image=IMAGE)\n")
    one = subject(found, "services", "web", "image")
    assert places(folder, one, excerpt=("nginx:1", 5, 7)) == [
        ("stack.py", 1, ":1", ""),
        ("stack.py", 2, "Service(image=IMAGE)", 'made here, for "web"'),
    ]
    assert places(folder, one) == [("stack.py", 2, "IMAGE", "")]


def test_calls_over_several_lines(stack: Any, folder: Any) -> None:
    found = stack(
        "class Maker:\n    def web(self):\n        return (\n            Service()\n        )\nweb = (\n    Maker()\n    .web()\n)\n"
    )
    assert places(folder, subject(found, "services", "web"))[0] == ("stack.py", 4, "Service()", "")
    assert places(folder, subject(found, "services", "web"))[1][1] in (7, 8)


def test_findings_without_a_source_stay_without_a_place(stack: Any) -> None:
    already = Diagnostic(summary="x", places=(Place(Span(file=None, line=3)),))
    bare = Diagnostic(summary="y")
    nowhere = Diagnostic(summary="z", subjects=(Subject(path=KeyPath("services")),))
    assert placed([already, bare, nowhere]) == [already, bare, nowhere]


def test_a_resource_that_was_pickled_has_no_place(stack: Any) -> None:
    import pickle

    web = pickle.loads(pickle.dumps(Service(image="a")))
    finding = Diagnostic(summary="x", subjects=(Subject(path=KeyPath(), resource=web),))
    assert placed([finding]) == [finding]


def test_a_resource_of_a_program(folder: Any) -> None:
    """A stack made without the loader knows its places all the same."""
    web = Service(
        image="a",
    )
    (finding,) = placed([Diagnostic(summary="x", subjects=(Subject(path=KeyPath(), resource=web),))])
    assert finding.places[0].span.file is not None
    assert finding.places[0].span.file.name == "test_places.py"


def test_a_source_that_has_gone(stack: Any, folder: Any) -> None:
    found = stack("web = Service(image='a')\n")
    (folder.path / "stack.py").unlink()
    (finding,) = placed([Diagnostic(summary="x", subjects=(subject(found, "services", "web"),))])
    assert [place.span.line for place in finding.places] == [2]


def test_a_source_that_has_changed(stack: Any, folder: Any) -> None:
    found = stack("web = Service(image='a')\n")
    for text in ("", "x", "((", "\n\n\nweb = 3\n"):
        (folder.path / "stack.py").write_text(text)
        (finding,) = placed([Diagnostic(summary="x", subjects=(subject(found, "services", "web", "image"),))])
        assert finding.places


def test_a_text_shows_its_own_lines() -> None:
    found = load("from pystackdsl import Service\nweb = Service(image='a')\n")
    (finding,) = placed([Diagnostic(summary="x", subjects=(subject(found, "services", "web", "image"),))])
    assert finding.places[0].span == Span(
        file=finding.places[0].span.file, line=2, column=21, end_line=2, end_column=24, text="web = Service(image='a')"
    )
    assert str(finding.places[0].span.file) == "<stack>"


def test_an_error_outside_of_the_loader_is_placed() -> None:
    try:
        Service(ports=["80:eighty"])
    except InvalidText as error:
        (finding,) = placed_error(error)
    (place,) = finding.places
    assert place.span.file is not None
    assert place.span.file.name == "test_places.py"
    assert place.span.end_column is not None
    assert place.span.end_column - place.span.column == len('"80:eighty"')


def test_placing_twice_changes_nothing(folder: Any) -> None:
    from pystackdsl.diagnostics import InvalidStack

    findings = folder.faults("web = Service(ports=['80:x'])\n")
    assert placed_error(InvalidStack(findings)) == list(findings)


def test_a_deep_copy_is_placed_as_what_it_was_copied_from(stack: Any, folder: Any) -> None:
    text = "from copy import deepcopy\n_base = Service(image='x', deploy=Deploy(replicas=-1))\nweb = deepcopy(_base)\n"
    found = deepcopy(stack(text).services["web"])
    for service in (found, evolve(found), deepcopy(found)):
        (finding,) = placed(findings(Stack(services={"web": service})))
        assert folder.marked(finding.at(*finding.places[:1])) == [("stack.py", 2, "-1")]


def test_a_deep_copy_that_refers_to_copies(stack: Any, folder: Any) -> None:
    text = "import copy\nnet = Network()\nweb = Service(image='x', networks=[net])\napi = copy.deepcopy(web)\n"
    (finding,) = placed(findings(stack(text)))
    assert finding.help == "a deep copy has a network of its own: copy the service by evolve(…), which keeps net"
    assert folder.marked(finding) == [("stack.py", 3, "net"), ("stack.py", 4, "copy.deepcopy(web)")]


def test_what_is_deeply_copied_is_no_loss(stack: Any) -> None:
    text = "import copy\ndef made(image):\n    base = Service(image=image)\n    return copy.deepcopy(base)\n"
    assert stack(text + "web = made('a')\n").services["web"].image == "a"
