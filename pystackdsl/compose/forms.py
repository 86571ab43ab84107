"""The forms that plain values take in Compose text: text, numbers, truth values, and lists and maps of them.

Each function takes a node of the tree and gives what the model's converters take; a value that does not fit raises
Misfit. Variables that stay open pass wherever they may stand.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pystackdsl.compose.goscalar import go_text
from pystackdsl.compose.misfit import Misfit, misfit, shown
from pystackdsl.model import texts
from pystackdsl.model.service import as_expose
from pystackdsl.model.variable import OPEN, Open

__all__ = ["FORMS", "each", "fraction", "mapping", "number", "text", "truth", "unique", "whole"]

Form = Callable[[Any], Any]


def text(value: Any) -> str:
    """A text; numbers and truth values must be quoted."""
    if type(value) is str:
        return value
    quotable = isinstance(value, (int, float)) or not isinstance(value, (dict, list, type(None)))
    raise misfit(
        f"{shown(value)} is not text", expected="text", help=f'put it in quotes: "{_plain(value)}"' if quotable else ""
    )


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else go_text(value)


def whole(value: Any) -> int | Open:
    """A whole number; `2.0` is one too."""
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():
        return int(value)
    return _number(value, "a whole number")


def number(value: Any) -> int | Open:
    """A number whose fraction Docker cuts off."""
    return int(value) if type(value) in (int, float) else _number(value, "a number")


def fraction(value: Any) -> float | Open:
    """A number."""
    return float(value) if type(value) in (int, float) else _number(value, "a number")


def _number(value: Any, noun: str) -> Open:
    if type(value) is Open:
        return value
    if type(value) is str and OPEN in value:
        return Open(value)
    bare = isinstance(value, str) and value.strip().lstrip("+-").replace(".", "", 1).isdigit()
    raise misfit(
        f"{shown(value)} is not {noun}", expected=noun, help=f"leave out the quotes: {value.strip()}" if bare else ""
    )


_TRUTHS: Final = {"yes": "true", "on": "true", "y": "true", "true": "true"} | dict.fromkeys(
    ("no", "off", "n", "false"), "false"
)


def truth(value: Any) -> bool | Open:
    """True or false; the other words of older YAML are text to Docker."""
    if type(value) is bool or type(value) is Open:
        return value
    if type(value) is str and OPEN in value:
        return Open(value)
    meant = _TRUTHS.get(value.lower()) if isinstance(value, str) else None
    raise misfit(
        f"{shown(value)} is not true or false", expected="true or false", help=f"write {meant}" if meant else ""
    )


def mapping(value: Any) -> dict[str, Any]:
    """A mapping."""
    if type(value) is dict:
        return value
    raise misfit(f"{shown(value)} is not a mapping", expected="a mapping (KEY: VALUE)")


def unique(items: list[Any]) -> list[Any]:
    """A list without the same item twice."""
    seen: list[Any] = []
    for position, item in enumerate(items):
        if item in seen:
            raise Misfit(misfit(f"{shown(item)} stands in this list twice", help="leave one out").below(position))
        seen.append(item)
    return items


def each(value: Any, form: Form, *, distinct: bool = True) -> list[Any]:
    """A list whose items have a form, all faults told at once."""
    if type(value) is not list:
        raise misfit(f"{shown(value)} is not a list", expected="a list", help=_listed(value))
    found, faults = [], []
    for position, item in enumerate(value):
        try:
            found.append(form(item))
        except Misfit as fault:
            faults += fault.below(position)
    if faults:
        raise Misfit(faults)
    if distinct and len(value) > 1:
        unique(value)
    return found


def _listed(value: Any) -> str:
    return f"write it as a list: [{value}]" if isinstance(value, str) else ""


def _strings(value: Any) -> list[str]:
    return each(value, text)


def _string_list(value: Any) -> list[str]:
    if type(value) is str:
        return [value]
    if type(value) is not list:
        raise misfit(f"{shown(value)} is not text or a list of texts", expected="text, or a list of texts")
    return each(value, text)


def _command(value: Any) -> str | list[str]:
    if type(value) is str:
        split_command(value)
        return value
    if type(value) is not list:
        raise misfit(f"{shown(value)} is not a command", expected="text, or a list of texts")
    return each(value, text, distinct=False)


def split_command(value: str) -> list[str]:
    """The words of a command line, as Docker splits it. Raises Misfit for a quote or an escape without end."""
    words, at = [], 0
    while at < len(value):
        if value[at] in _BLANKS:
            at += 1
        elif value[at] == "#":
            at = value.find("\n", at) % (len(value) + 1)
        else:
            word, at = _word(value, at)
            words.append(word)
    return words


_BLANKS: Final = " \t\r\n"


def _word(value: str, at: int) -> tuple[str, int]:
    """The word that begins at an index, and the index after it."""
    word, quote = "", ""
    while at < len(value):
        letter = value[at]
        at += 1
        if letter == "\\" and quote != "'":
            if at == len(value):
                raise misfit("this command ends with a backslash that escapes nothing", expected="a character after it")
            word += value[at]
            at += 1
        elif letter == quote:
            quote = ""
        elif not quote and letter in "\"'":
            quote = letter
        elif not quote and letter in _BLANKS:
            break
        else:
            word += letter
    if quote:
        raise misfit(f"this command has a quote ({quote}) without end", expected="a closing quote")
    return word, at


def _entry(value: Any) -> str | None:
    if type(value) is str:
        return value
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)) or _is_date(value):
        return None if value is None else go_text(value)
    raise misfit(
        f"{shown(value)} is not text, a number or empty",
        expected="text, a number, or nothing",
        help=f'put it in quotes: "{_plain(value)}"' if isinstance(value, bool) else "",
    )


def _is_date(value: Any) -> bool:
    return not isinstance(value, (str, int, float, dict, list, type(None)))


def _entries(value: dict[str, Any], *, empty: bool) -> dict[str, str | None]:
    found, faults = {}, []
    for name, item in value.items():
        try:
            if not name or (item is None and not empty):
                raise misfit(f"{shown(item)} is not text or a number" if name else "a key is empty", expected="text")
            found[name] = _entry(item)
        except Misfit as fault:
            faults += fault.below(name)
    if faults:
        raise Misfit(faults)
    return found


def _options(value: Any) -> dict[str, str | None]:
    return _entries(mapping(value), empty=True)


def _numbers(value: Any) -> dict[str, str | None]:
    return _entries(mapping(value), empty=False)


def _environment(value: Any) -> dict[str, str | None]:
    if type(value) is dict:
        return _entries(value, empty=True)
    if type(value) is not list:
        raise misfit(f"{shown(value)} is not a mapping or a list", expected="a mapping, or a list of KEY=VALUE")
    pairs = (item.partition("=") for item in each(value, text))
    return {name: item if found else None for name, found, item in pairs}


def _pairs(value: Any) -> dict[str, str | None]:
    return {name: "" if item is None else item for name, item in _environment(value).items()}


def _hosts(value: Any) -> list[str]:
    if type(value) is list:
        return each(value, text)
    entries = {name: item if isinstance(item, str) else f"%!s({type(item).__name__}={_plain(item)})" for name, item
               in mapping(value).items() if item is not None and (isinstance(item, str) or _entry(item))}  # fmt: skip
    return sorted(f"{host}:{address}" for host, address in entries.items())


def _exposed(value: Any) -> list[str]:
    def port(item: Any) -> Any:
        if isinstance(item, bool) or not isinstance(item, (str, int, float)):
            raise misfit(f"{shown(item)} is not a port", expected="text or a number")
        return item

    return [item if isinstance(item, str) else go_text(item) for item in each(value, port)]


FORMS: Final[Mapping[Any, Form]] = {
    texts.as_strings: _strings,
    texts.as_string_list: _string_list,
    texts.as_command: _command,
    texts.as_environment: _environment,
    texts.as_pairs: _pairs,
    texts.as_options: _numbers,
    texts.as_log_options: _options,
    as_expose: _exposed,
    texts.as_hosts: _hosts,
}
"""The form of a field, by the converter that takes it."""
