"""Lists and maps of text: what their converters take, and what they hold."""

from __future__ import annotations

from typing import Any

import pytest

from pystackdsl import Service
from pystackdsl.model.texts import (
    as_command,
    as_environment,
    as_hosts,
    as_list,
    as_numbers_too,
    as_options,
    as_pairs,
    as_string_list,
    as_strings,
)
from pystackdsl.model.value import FrozenDict


@pytest.mark.parametrize(
    ("convert", "given", "held"),
    [
        (as_list, ["a", 1], ("a", 1)),
        (as_list, range(2), (0, 1)),
        (as_list, "ab", "ab"),
        (as_list, b"ab", b"ab"),
        (as_list, {"a": 1}, {"a": 1}),
        (as_strings, ["a", "b"], ("a", "b")),
        (as_strings, ["a", 1], ("a", 1)),
        (as_numbers_too, ["a", 1, 2.0], ("a", "1", "2")),
        (as_string_list, "a", ("a",)),
        (as_string_list, ("a", "b"), ("a", "b")),
        (as_command, "a b", "a b"),
        (as_command, ["a", "b c"], ("a", "b c")),
        (as_pairs, {"a": 1, "b": 2.50, "c": None, "d": "e"}, {"a": "1", "b": "2.5", "c": "", "d": "e"}),
        (as_pairs, ["a=1", "b", "c=", "d=e=f"], {"a": "1", "b": "", "c": "", "d": "e=f"}),
        (as_pairs, ["a=1", "a=2"], {"a": "2"}),
        (as_environment, {"a": None, "b": ""}, {"a": None, "b": ""}),
        (as_environment, ["a", "b=", "c=1"], {"a": None, "b": "", "c": "1"}),
        (as_options, {"a": 1e6}, {"a": "1e+06"}),
        (as_options, ["a=1"], ["a=1"]),
        (as_hosts, {"db": "10.0.0.5", "api": "::1"}, ("api:::1", "db:10.0.0.5")),
        (as_hosts, ["db=10.0.0.5", "api:1.1.1.1"], ("db=10.0.0.5", "api:1.1.1.1")),
    ],
)
def test_what_is_taken(convert: Any, given: Any, held: Any) -> None:
    assert convert(given) == held
    assert type(convert(given)) in (tuple, FrozenDict, type(given))
    assert convert(convert(given)) == convert(given)
    assert convert(None) is None


def test_a_mapping_keeps_its_order_and_a_bool_is_no_text() -> None:
    environment = Service(image="a", environment={"z": 1, "a": 2, "m": 3}).environment
    assert environment is not None
    assert list(environment) == ["z", "a", "m"]
    assert as_pairs({"a": True}) == {"a": True}


def test_frozen_mappings_are_values() -> None:
    held = as_pairs({"a": 1})
    assert held == {"a": "1"}
    assert hash(held) == hash(as_pairs({"a": "1"}))
    for change in (
        lambda: held.update(b="2"),  # type: ignore[union-attr]
        lambda: held.pop("a"),  # type: ignore[union-attr]
        held.clear,  # type: ignore[union-attr]
        lambda: held.setdefault("b", "c"),  # type: ignore[union-attr]
        lambda: held.__setitem__("a", "2"),  # type: ignore[union-attr]
        lambda: held.__delitem__("a"),  # type: ignore[union-attr]
    ):
        with pytest.raises(TypeError, match="evolve"):
            change()
    assert held == {"a": "1"}
