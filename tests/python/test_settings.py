"""Settings given as text become arguments of the declared types."""

from __future__ import annotations

import collections.abc
import datetime as dt
import enum
import functools
import pathlib
from typing import Annotated, Any, Literal, NewType, Optional, Union

import pytest

from pystackdsl import Bytes, Cpus, Duration, Port
from pystackdsl.diagnostics import Diagnostic, InvalidStack
from pystackdsl.python.settings import filled, missing, signature


class Env(enum.Enum):
    STAGING = "stage"
    PRODUCTION = "prod"


Name = NewType("Name", str)


def function(hint: Any) -> Any:
    def make(value):  # type: ignore[no-untyped-def]
        return value

    make.__annotations__["value"] = hint
    return make


def value_of(hint: Any, *texts: str) -> Any:
    _, named = filled("make", function(hint), {"value": texts})
    return named["value"]


def fault_of(hint: Any, *texts: str) -> Diagnostic:
    with pytest.raises(InvalidStack) as caught:
        value_of(hint, *texts)
    (finding,) = caught.value.findings
    return finding


@pytest.mark.parametrize(
    ("hint", "texts", "value"),
    [
        (str, ["3"], "3"),
        (Any, ["3"], "3"),
        (int, ["-3"], -3),
        (float, ["0.5"], 0.5),
        (bool, ["true"], True),
        (bool, ["No"], False),
        (bool, ["0"], False),
        (Literal["a", "b"], ["b"], "b"),
        (Literal[1, 2], ["2"], 2),
        (Env, ["STAGING"], Env.STAGING),
        (Env, ["production"], Env.PRODUCTION),
        (Env, ["prod"], Env.PRODUCTION),
        (Optional[int], ["3"], 3),  # noqa: UP045 - both spellings are users'
        (Optional[int], [""], None),  # noqa: UP045
        (int | None, ["none"], None),
        (str | None, ["none"], "none"),
        (str | None, [""], ""),
        (Union[str, int], ["3"], 3),  # noqa: UP007
        (int | str, ["x"], "x"),
        (float | int, ["3"], 3),
        (Duration, ["1m30s"], Duration.parse("90s")),
        (Bytes | None, ["512m"], Bytes.parse("512m")),
        (Cpus, ["0.50"], Cpus.parse("0.50")),
        (Port, ["80:8000"], Port.parse("80:8000")),
        (dt.timedelta, ["2m"], dt.timedelta(minutes=2)),
        (pathlib.Path, ["a/b"], pathlib.Path("a/b")),
        (Name, ["x"], "x"),
        (Annotated[int, "how many"], ["3"], 3),
        (list[int], ["1", "2"], [1, 2]),
        (list, ["1", "2"], ["1", "2"]),
        (tuple[str, ...], ["a"], ("a",)),
        (collections.abc.Sequence[int], ["1", "2"], (1, 2)),
        (set[str], ["a", "a"], {"a"}),
        (list[int] | None, ["1"], [1]),
        (dict[str, int], ["a=1", "b=2"], {"a": 1, "b": 2}),
        (collections.abc.Mapping[str, str], ["a=b=c"], {"a": "b=c"}),
        ("int", ["3"], 3),
        ("Env", ["STAGING"], Env.STAGING),
    ],
)
def test_texts_become_values(hint: Any, texts: list[str], value: Any) -> None:
    found = value_of(hint, *texts)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("hint", "texts", "expected", "help"),
    [
        (int, ["two"], "a whole number", ""),
        (float, ["0,5"], "a number", ""),
        (bool, ["maybe"], "true or false", ""),
        (Literal["staging", "production"], ["stagin"], '"staging" or "production"', 'did you mean "staging"?'),
        (Env, ["PRODUCTON"], "STAGING or PRODUCTION", 'did you mean "PRODUCTION"?'),
        (int | None, ["x"], "a whole number or nothing", ""),
        (Duration, ["5"], 'a duration with its unit, such as "5s", "1m30s" or "500ms"', 'for 5 seconds write "5s"'),
        (Bytes, ["50 megs"], 'a size such as "512M", "1g" or a number of bytes', 'write "50M"'),
        (list[int], ["1", "x"], "a whole number", ""),
        (int, ["1", "2"], "a whole number, once", ""),
        (dict[str, str], ["x"], "KEY=VALUE for each item", ""),
    ],
)
def test_texts_that_do_not_fit(hint: Any, texts: list[str], expected: str, help: str) -> None:
    finding = fault_of(hint, *texts)
    assert finding.expected.startswith(f"{expected}, for value: ")
    assert finding.help == help
    shown = ", ".join(f'"{text}"' for text in texts)
    assert finding.summary == f"the setting `value` of make() cannot be {shown}"


def test_a_type_that_no_text_spells() -> None:
    assert "cannot be written as text" in fault_of(complex, "1").help
    assert "cannot be read" in fault_of("Nowhere", "1").help


def test_all_faults_are_told_at_once() -> None:
    def make(env: str, replicas: int, debug: bool = False) -> None:
        """What users write."""

    with pytest.raises(InvalidStack) as caught:
        filled("make", make, {"replica": ["3"], "debug": ["x"]})
    unknown, unfit, absent = caught.value.findings
    assert unknown.summary == "make() has no setting `replica`"
    assert unknown.help == "did you mean `replicas`?"
    assert unfit.summary == 'the setting `debug` of make() cannot be "x"'
    assert absent.summary == "make() needs settings: env, replicas"
    assert absent.expected == "env: str, replicas: int"
    assert absent.help == "give it with --set env=… --set replicas=…"
    assert all(finding.places[0].span.line == make.__code__.co_firstlineno for finding in caught.value.findings)


def test_what_a_parameter_without_annotation_takes() -> None:
    def make(name, count=2, flag=False, ratio=0.5, rest=None, many=()):  # type: ignore[no-untyped-def]
        """Untyped, as a first stack file is."""

    given = {"name": ["a"], "count": ["3"], "flag": ["yes"], "ratio": ["1"], "rest": ["x"], "many": ["a", "b"]}
    assert filled("make", make, given) == (
        [],
        {"name": "a", "count": 3, "flag": True, "ratio": 1.0, "rest": "x", "many": ("a", "b")},
    )


def test_positional_and_further_parameters() -> None:
    def make(a: int, /, b: int = 2, *rest: int, c: int, **more: str) -> None:
        """Every kind of parameter."""

    assert filled("make", make, {"a": ["1"], "c": ["3"], "d": ["4"]}) == ([1], {"c": 3, "d": "4"})
    assert missing(make, {"a": ["1"]}) == ["c"]
    assert signature(make) == "(a: int, b: int = 2, c: int)"


def test_wrapped_functions_keep_their_parameters() -> None:
    def make(a: int) -> None:
        """To be wrapped."""

    @functools.wraps(make)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        """As decorators do."""

    assert filled("make", wrapped, {"a": ["1"]}) == ([], {"a": 1})


def test_one_text_need_not_be_in_a_list() -> None:
    assert filled("make", function(int), {"value": "12"}) == ([], {"value": 12})


def test_settings_reach_the_stack(stack: Any) -> None:
    text = (
        "from typing import Literal\n"
        "def shop(env: Literal['staging', 'production'], hosts: list[str], grace: Duration | None = None) -> Stack:\n"
        "    return Stack.of({h: Service(image=env, stop_grace_period=grace) for h in hosts})\n"
    )
    found = stack(text, settings={"env": ["production"], "hosts": ["a", "b"], "grace": ["10s"]})
    assert list(found.services) == ["a", "b"]
    assert found.services["a"].image == "production"
    assert str(found.services["a"].stop_grace_period) == "10s"


def test_missing_settings_of_the_only_function(folder: Any) -> None:
    finding = folder.fault("def shop(env: str) -> Stack:\n    return Stack()\n")
    assert finding.summary == "shop() needs a setting: env"
    assert finding.help == "give it with --set env=…"
    assert folder.marked(finding) == [("stack.py", 1, "def shop(env: str) -> Stack:")]
