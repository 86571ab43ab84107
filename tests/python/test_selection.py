"""Which stack of a file is meant."""

from __future__ import annotations

import gc
from typing import Any

import pytest

MAKE = """
def make(env: str, replicas: int = 1) -> Stack:
    return Stack.of({"web": Service(image=env, deploy=Deploy(replicas=replicas))})
"""
STACKS = f"""{MAKE.rstrip()}
staging = make("staging")
production = make("production", 3)
"""


def names(stack: Any) -> list[str]:
    return [name for _, name, _ in stack.resources()]


def test_loose_resources_come_first(stack: Any) -> None:
    assert names(stack("net = Network()\nweb = Service()\nother = Stack.of({'db': Service()})\n")) == ["web", "net"]


def test_a_dict_of_resources_is_loose(stack: Any) -> None:
    assert names(stack("workers = {f'w-{i}': Service() for i in range(2)}\n")) == ["w-0", "w-1"]


def test_the_only_stack(stack: Any) -> None:
    text = "def unused() -> Stack:\n    return Stack()\nshop = Stack.of({'web': Service()})\nalias = shop\n"
    assert names(stack(text)) == ["web"]


def test_the_only_class(stack: Any) -> None:
    text = "class Base:\n    pass\nclass Shop(Base):\n    web = Service()\n    _template = Service()\n    x = 1\n"
    assert names(stack(text)) == ["web"]


def test_the_only_function_whose_parameters_have_defaults(stack: Any) -> None:
    text = "def shop(n: int = 2, *rest, key=None) -> Stack:\n    return Stack.of({'web': Service(deploy=Deploy(replicas=n))})\n"
    more = "def other(n: int) -> Stack:\n    return Stack()\ndef plain():\n    return Stack()\ndef _private() -> Stack: ...\n"
    assert stack(text + more).services["web"].deploy.replicas == 2


def test_settings_make_a_function_callable(stack: Any) -> None:
    assert stack(MAKE, settings={"env": ["x"]}).services["web"].image == "x"
    text = MAKE + "def other(needs) -> Stack:\n    return Stack()\n"
    assert stack(text, settings={"env": ["x"]}).services["web"].image == "x"


@pytest.mark.parametrize(
    "head",
    ["from __future__ import annotations\n", "", "import functools\n"],
)
@pytest.mark.parametrize("annotation", ["Stack", "'Stack'"])
def test_ways_to_say_that_a_function_returns_a_stack(folder: Any, head: str, annotation: str) -> None:
    from pystackdsl.python import load

    decorator = "@functools.cache\n" if "functools" in head else ""
    file = folder.path / "stack.py"
    body = f"def shop() -> {annotation}:\n    web = Service()\n    return Stack.of(locals())\n"
    file.write_text(f"{head}from pystackdsl import *\n{decorator}{body}")
    assert names(load(file)) == ["web"]


def test_an_object_is_named(stack: Any) -> None:
    assert stack(STACKS, object="production").services["web"].image == "production"
    assert stack(STACKS, object="make", settings={"env": ["x"]}).services["web"].image == "x"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("class Shop:\n    web = Service()\n", "Shop"),
        ("shop = {'web': Service()}\n", "shop"),
        ("_shop = {'web': Service()}\n", "_shop"),
        ("import parts as shop\n", "shop"),
        ("def shop():\n    return Stack.of({'web': Service()})\n", "shop"),
        ("shop = lambda: Stack.of({'web': Service()})\n", "shop"),
    ],
)
def test_each_kind_of_object(stack: Any, folder: Any, text: str, name: str) -> None:
    folder.write("parts.py", "web = Service()\n")
    found = stack("other = Service()\n" + text, object=name)
    assert names(found) == ["web"]
    assert found.base == folder.path


def test_several_stacks_are_listed(folder: Any) -> None:
    finding = folder.fault(STACKS)
    assert finding.summary == "stack.py leaves open which stack is meant"
    assert finding.expected.split("\n")[1:] == [
        "make(env: str, replicas: int = 1)  a function",
        "staging                            a Stack",
        "production                         a Stack",
    ]
    assert finding.help == "name one: stack.py:staging"
    assert folder.marked(finding) == [
        ("stack.py", 2, "def make(env: str, replicas: int = 1) -> Stack:"),
        ("stack.py", 4, "staging"),
        ("stack.py", 5, "production"),
    ]


def test_several_functions_are_listed(folder: Any) -> None:
    text = "def a() -> Stack:\n    return Stack()\ndef b(n=1) -> Stack:\n    return Stack()\n"
    assert "b(n=1)  a function" in folder.fault(text).expected


def test_an_unknown_object(folder: Any) -> None:
    finding = folder.fault(STACKS, object="stagin")
    assert finding.summary == 'stack.py has no object "stagin"'
    assert finding.help == "did you mean staging?"
    assert "production" in finding.expected
    assert folder.fault("class Shop:\n    web = Service()\n", object="shop").help == "did you mean Shop?"


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("web = Service()", "web is a service, and holds no stack"),
        ("web = 3", "web is an int, and holds no stack"),
        ("web = None", "web is nothing, and holds no stack"),
        ("web = {}", "web is a dict, and holds no stack"),
        ("class web:\n    x = 1", "web is a class, and holds no stack"),
        ("def web():\n    return {}", "web() returned a dict, not a Stack"),
        ("def web():\n    pass", "web() returned nothing, not a Stack"),
    ],
)
def test_an_object_that_is_no_stack(folder: Any, text: str, summary: str) -> None:
    finding = folder.fault(text, object="web")
    assert finding.summary == summary
    assert folder.marked(finding)[0][1] == 1


@pytest.mark.parametrize("text", ["", "x = 1\n", "from parts import helper\n"])
def test_a_file_without_a_stack(folder: Any, text: str) -> None:
    folder.write("parts.py", "def helper(image):\n    return Service(image=image)\n")
    finding = folder.fault(text)
    assert finding.summary == "stack.py holds no stack"
    assert "bind resources to names" in finding.help


def test_a_file_with_private_names_only(folder: Any) -> None:
    finding = folder.fault("_web = Service()\n")
    assert finding.help == "a name that begins with _ is private: _web is not deployed"
    assert folder.marked(finding) == [("stack.py", 1, "_web")]


@pytest.mark.parametrize(
    ("text", "object", "why"),
    [
        ("web = Service()\n", None, "the stack is made of the loose resources of this file"),
        ("made = Stack.of({'web': Service()})\n", "made", "made is a Stack"),
        ("class Shop:\n    web = Service()\n", None, "Shop is a class"),
    ],
)
def test_settings_without_a_function(folder: Any, text: str, object: str | None, why: str) -> None:
    finding = folder.fault(text, object=object, settings={"replicas": ["3"]})
    assert finding.summary == f"there is nothing to set: {why}"


def test_settings_beside_the_function_they_are_meant_for(folder: Any) -> None:
    text = "web = Service()\ndef make(n: int) -> Stack:\n    return Stack()\n"
    finding = folder.fault(text, settings={"n": ["3"]})
    assert finding.help == "name the function: stack.py:make"
    assert folder.marked(finding) == [("stack.py", 2, "def make(n: int) -> Stack:")]


def test_a_loose_network_beside_a_class_is_doubtful(folder: Any) -> None:
    from pystackdsl.python import load_report

    file = folder.write("stack.py", "net = Network()\nclass Shop:\n    web = Service(networks=[net])\n")
    report = load_report(file)
    assert names(report.stack) == ["net"]
    (warning,) = report.warnings
    assert warning.severity.value == "warning"
    assert warning.help == "name the stack that is meant: stack.py:Shop"
    assert folder.marked(warning) == [("stack.py", 2, "class Shop:")]
    assert load_report(file, object="Shop").warnings == ()


@pytest.mark.parametrize("options", [{}, {"object": "make"}])
@pytest.mark.parametrize(
    "text",
    [
        "async def make() -> Stack:\n    return Stack()\n",
        "async def make() -> Stack:\n    yield Stack()\n",
        "async def _later():\n    pass\ndef make() -> Stack:\n    return _later()\n",
    ],
)
def test_a_function_that_would_have_to_be_awaited(
    folder: Any, recwarn: pytest.WarningsRecorder, text: str, options: dict[str, Any]
) -> None:
    fault = folder.fault(text, **options)
    assert fault.summary == "make() is async, and nothing awaits it here"
    assert fault.help == "write it as a plain function: def make(…) -> Stack:"
    assert [where[2].split("(")[0].split()[-1] for where in folder.marked(fault)] == ["make"]
    gc.collect()
    assert not recwarn.list


def test_the_only_function_does_not_say_that_it_returns_a_stack(folder: Any) -> None:
    text = "import os\nfrom os.path import join\ndef _own():\n    pass\ndef make(n=1):\n    return Stack()\n"
    fault = folder.fault(text)
    assert fault.summary == "stack.py holds no stack"
    assert fault.help == "if make() returns the stack, annotate it: def make(…) -> Stack:"
    assert folder.marked(fault) == [("stack.py", 5, "def make(n=1):")]


@pytest.mark.parametrize("other", ["def more():\n    pass\n", "def _more():\n    pass\nmake = 3\n"])
def test_functions_that_leave_open_which_is_meant(folder: Any, other: str) -> None:
    fault = folder.fault(f"def make():\n    return Stack()\n{other}")
    assert fault.summary == "stack.py holds no stack"
    assert "annotate" not in fault.help
