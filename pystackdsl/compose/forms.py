"""The forms that plain values take in Compose text: text, numbers, truth values, and lists of them.

Each function takes a node of the tree and gives what the model holds of it; a value that does not fit raises Misfit.
A variable that stays open is an `Open` where Docker would cast it, and a token inside a text.
"""

from collections.abc import Callable
from typing import Any, Final

import attrs

from pystackdsl.compose.command import split_command
from pystackdsl.compose.goscalar import go_text
from pystackdsl.compose.misfit import DEPLOY, Gathering, Misfit, discreet, misfit, shown
from pystackdsl.diagnostics import Diagnostic
from pystackdsl.model.variable import OPEN, Open, opaque

__all__ = [
    "as_list",
    "command",
    "count",
    "distinct",
    "each",
    "fraction",
    "loose_texts",
    "mapping",
    "number",
    "number_text",
    "of_variable",
    "shell_command",
    "text",
    "text_or_texts",
    "texts",
    "truth",
    "whole",
    "without_unit",
]

Form = Callable[[Any], Any]


def text(value: Any) -> str:
    """A text; numbers and truth values must be quoted."""
    if type(value) is str:
        return value
    help = ""
    if isinstance(value, dict) and type(value.get("path")) is str:
        help = f"write the path alone: {value['path']}"
    elif not isinstance(value, (dict, list, type(None), Open)):
        help = f'put it in quotes: "{number_text(value)}"'
    raise misfit(f"{shown(value)} is not text", expected="text", help=help)


def number_text(value: Any) -> str:
    """The text that Docker makes of a scalar, or would."""
    return str(value).lower() if isinstance(value, bool) else go_text(value)


def without_unit(number: Any) -> Misfit:
    """The fault of a size that is a number: megabytes, gigabytes where it is a fraction, bytes where it is large."""
    if number == 0 or number >= 1 << 20:
        help = f'put it in quotes: "{number_text(number)}"'
    else:
        unit, noun = ("M", "megabytes") if type(number) is int else ("G", "gigabytes")
        help = f'for {number} {noun} write "{number}{unit}"'
    expected = 'a size with its unit, such as "512M" or "1G"'
    return misfit(f"{number} of what? a size needs a unit", expected=expected, help=help)


def whole(value: Any) -> Any:
    """A whole number of 64 bits; `2.0` is one too."""
    if type(value) is int:
        return _held(value, value, _SIGNED)
    if type(value) is float and value.is_integer():
        return _held(int(value), value, _SIGNED)
    return _number(value, "a whole number")


def count(value: Any) -> Any:
    """A whole number of 64 bits that is not negative."""
    if type(value) is int:
        return value if 0 <= value < _MOST else _counted(value, value)
    if type(value) is float and value.is_integer():
        return _counted(int(value), value)
    return _number(value, "a whole number")


def number(value: Any, *, signed: bool) -> Any:
    """A number whose fraction Docker cuts off."""
    if type(value) is int or (type(value) is float and abs(value) < _MOST * 2):
        if value < 0 and not signed:
            raise _negative(value)
        return _held(int(value), value, _SIGNED if signed else _UNSIGNED)
    if type(value) is float:
        raise _too_large(value)
    return _number(value, "a number")


def fraction(value: Any) -> Any:
    """A number that Docker holds in 32 bits."""
    if type(value) in (int, float):
        if abs(value) > _MOST_FLOAT:
            raise _too_large(value)
        return value
    return _number(value, "a number")


_MOST: Final = 2**63
_SIGNED: Final = range(-_MOST, _MOST)
_UNSIGNED: Final = range(_MOST * 2)
_MOST_FLOAT: Final = 3.4028235e38


def _counted(value: int, said: Any) -> int:
    if value < 0:
        raise _negative(said)
    return _held(value, said, _UNSIGNED)


def _held(value: int, said: Any, bounds: range) -> int:
    if value not in bounds:
        raise _too_large(said)
    return value


def _negative(value: Any) -> Misfit:
    return misfit(f"{value} is negative", expected="0 or more")


def _too_large(value: Any) -> Misfit:
    return misfit(
        f"{value} is beyond what Docker can hold: it would take another number",
        expected="a smaller number",
        rule=DEPLOY,
    )


def _number(value: Any, noun: str) -> Open:
    if type(value) is Open:
        return value
    if type(value) is str and OPEN in value:
        raise misfit(_NO_VARIABLE, expected=noun, help="write the number itself")
    bare = isinstance(value, str) and value.strip().lstrip("+-").replace(".", "", 1).isdigit()
    raise misfit(f"{shown(value)} is not {noun}", expected=noun, help=f"{_UNQUOTE}: {value.strip()}" if bare else "")


_NO_VARIABLE: Final = "Docker does not turn a variable into a number at this key"
_UNQUOTE: Final = "leave out the quotes"


def of_variable(fault: Diagnostic) -> Diagnostic:
    """A fault of a value that came of a variable, whose quotes are not what is wrong."""
    if not fault.help.startswith(_UNQUOTE):
        return fault
    return attrs.evolve(fault, summary=_NO_VARIABLE, help="write the number itself")


_TRUTHS: Final = {
    **dict.fromkeys(("yes", "on", "y", "true", "1"), "true"),
    **dict.fromkeys(("no", "off", "n", "false", "0"), "false"),
}


def truth(value: Any) -> bool | Open:
    """True or false; the other words of older YAML are text to Docker."""
    if type(value) in (bool, Open):
        return value  # type: ignore[no-any-return]
    if type(value) is str and OPEN in value:
        raise misfit("Docker reads no variable as true or false here", expected="true or false")
    meant = _TRUTHS.get(str(value).lower()) if isinstance(value, (str, int)) else None
    raise misfit(
        f"{shown(value)} is not true or false", expected="true or false", help=f"write {meant}" if meant else ""
    )


def mapping(value: Any) -> dict[str, Any]:
    """A mapping."""
    if type(value) is dict:
        return value
    raise misfit(f"{shown(value)} is not a mapping", expected="a mapping (KEY: VALUE)")


def distinct(items: list[Any]) -> None:
    """Raise Misfit for the first item that stands in a list twice."""
    try:
        if len(set(items)) == len(items):
            return
    except TypeError:  # mappings in it
        pass
    seen: set[Any] = set()
    for position, item in enumerate(items):
        mark = _mark(item)
        if mark in seen:
            raise Misfit(misfit(f"{shown(item)} stands in this list twice", help="leave one out").below(position))
        seen.add(mark)


def _mark(item: Any) -> Any:
    """What tells an item from others: mappings by content, and `1` from `true`."""
    if isinstance(item, dict):
        return frozenset((name, _mark(each)) for name, each in item.items())
    if isinstance(item, list):
        return tuple(map(_mark, item))
    return (isinstance(item, bool), item)


def as_list(value: Any) -> str:
    """The cure for one value, or a mapping of pairs, where a list belongs; empty where nothing can be told."""
    if type(value) is dict:
        if not all(type(item) in (str, int) for item in value.values()):
            return ""
        items = [f'"{name}:{item}"' for name, item in value.items()]
        return f"write it as a list: [{', '.join(items)}]" if items else ""
    if type(value) is not int and (type(value) is not str or OPEN in value):
        return ""
    return discreet(f"write it as a list: [{flow_text(value)}]")


def flow_text(value: str | int) -> str:
    """A text as it is written between brackets: in quotes where it is not plainly text."""
    text = str(value)
    if type(value) is int or (text[:1].isalpha() and text.replace("-", "").replace("_", "").replace(".", "").isalnum()):
        return text
    return f"'{text}'" if '"' in text else f'"{text}"'


def each(value: Any, form: Form) -> tuple[Any, ...]:
    """A list whose items have a form, all faults told at once."""
    if type(value) is not list:
        raise misfit(
            f"{shown(value)} is not a list",
            expected="a list",
            help=as_list(value) if type(value) is str else "",
        )
    gathering = Gathering()
    found = [gathering.below(position, form, item) for position, item in enumerate(value)]
    gathering.settle()
    return tuple(found)


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts, none of them twice."""
    found = loose_texts(value)
    if len(found) > 1:
        distinct(value)
    return found


def loose_texts(value: Any) -> tuple[str, ...]:
    """A list of texts."""
    if type(value) is list and all(type(item) is str for item in value):
        return tuple(value)
    return each(value, _item)


def _item(value: Any) -> str:
    """A text in a list; a colon and a space make a mapping of it."""
    if type(value) is not dict or len(value) != 1:
        return text(value)
    [(name, item)] = value.items()
    help = ""
    if item is None:
        help = f"leave out the colon: {name}"
    elif isinstance(item, (str, int)):
        help = discreet(f"put the whole item in quotes: {flow_text(f'{name}: {item}')}")
    raise misfit("a mapping is not text", expected="text", help=help)


def text_or_texts(value: Any) -> tuple[str, ...]:
    """A text, or a list of texts."""
    if type(value) is str:
        return (value,)
    if type(value) is not list:
        raise misfit(f"{shown(value)} is not text or a list of texts", expected="text, or a list of texts")
    return texts(value)


def command(value: Any) -> str | tuple[str, ...]:
    """A command line that Docker can split, or a list of words."""
    if type(value) is str:
        if "'" in value or '"' in value or "\\" in value:
            split_command(opaque(value))
        return value
    if type(value) is not list:
        raise misfit(f"{shown(value)} is not a command", expected="text, or a list of texts")
    return loose_texts(value)


def shell_command(value: Any) -> str | tuple[str, ...]:
    """A command line that the container's shell splits, or a list of words."""
    return value if type(value) is str else command(value)


def expose(value: Any) -> tuple[str, ...]:
    """A list of ports as text or numbers."""

    def port(item: Any) -> str:
        if isinstance(item, bool) or not isinstance(item, (str, int, float)):
            raise misfit(f"{shown(item)} is not a port", expected="text or a number")
        return item if isinstance(item, str) else go_text(item)

    found = each(value, port)
    distinct(value)
    return found
