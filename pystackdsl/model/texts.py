"""Lists and maps of text: the converters of keys such as environment, labels, command and dns.

A list is held as a tuple, a map as a FrozenDict of text. A bare string is never taken apart as a list; what a
converter does not know it passes on, for the type check to refuse.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar, cast

from pystackdsl.model.gotext import go_text
from pystackdsl.model.value import FrozenDict
from pystackdsl.model.variable import parted

__all__ = [
    "Environment",
    "Labels",
    "as_command",
    "as_environment",
    "as_hosts",
    "as_list",
    "as_log_options",
    "as_numbers_too",
    "as_options",
    "as_pairs",
    "as_string_list",
    "as_strings",
    "as_test",
    "as_words",
    "listed_pairs",
    "split_pairs",
]

T = TypeVar("T")
Labels = Mapping[str, str | int | float | None] | Sequence[str]
Environment = Mapping[str, str | int | float | None] | Sequence[str]

_LISTS = (list, tuple)
_NO_LISTS = (str, bytes, bytearray, memoryview)


def as_list(value: Any) -> Any:
    """A sequence as a tuple; anything else, a text included, as it is."""
    if value is None or type(value) in _LISTS:
        return value if value is None else tuple(value)
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, _NO_LISTS) else value


def as_strings(value: Sequence[str] | None) -> tuple[str, ...] | None:
    """Take a list of texts."""
    return None if value is None else _each(_plain_text, as_list(value))


def as_words(value: Sequence[str] | None) -> tuple[str, ...] | None:
    """Take a list of texts, which may hold one of them twice."""
    return as_strings(value)


def as_numbers_too(value: Sequence[str | int] | None) -> tuple[str, ...] | None:
    """Take a list of texts and numbers."""
    return None if value is None else _each(_text, as_list(value))


def as_string_list(value: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Take one text or a list of them."""
    return (_text(value),) if isinstance(value, str) else as_strings(value)


def as_command(value: str | Sequence[str] | None) -> str | tuple[str, ...] | None:
    """Take a command line, which is split as a shell would, or a list of arguments."""
    return _text(value) if isinstance(value, str) else as_strings(value)


def as_test(value: str | Sequence[str] | None) -> str | tuple[str, ...] | None:
    """Take a command line for the shell, or a list that begins with `CMD`, `CMD-SHELL` or `NONE`."""
    return as_command(value)


def _each(convert: Callable[[Any], Any], values: Any) -> Any:
    return tuple([convert(item) for item in values]) if type(values) is tuple else values


def _plain_text(value: Any) -> Any:
    return str.__str__(value) if isinstance(value, str) else value


def as_pairs(value: Labels | None) -> FrozenDict[str, str] | None:
    """Take a mapping to text, numbers or None (which is empty text), or a list of `KEY=VALUE`."""
    found = _pairs(value)
    if type(found) is FrozenDict and None in found.values():
        found = FrozenDict({name: "" if text is None else text for name, text in found.items()})
    return cast("FrozenDict[str, str] | None", found)


def as_options(value: Mapping[str, str | int | float | None] | None) -> FrozenDict[str, str] | None:
    """Take a mapping to text or numbers."""
    return as_pairs(value) if value is None or isinstance(value, Mapping) else cast("Any", value)


def as_log_options(value: Mapping[str, str | int | float | None] | None) -> FrozenDict[str, str] | None:
    """Take a mapping to text, numbers or None (which is empty text)."""
    return as_options(value)


def as_environment(value: Environment | None) -> FrozenDict[str, str | None] | None:
    """Take a mapping to text, numbers or None (taken from the deployer's shell), or a list of `KEY=VALUE` and `KEY`."""
    return cast("FrozenDict[str, str | None] | None", _pairs(value))


def as_hosts(value: Mapping[str, str] | Sequence[str] | None) -> tuple[str, ...] | None:
    """Take a mapping host → address or a list of `host:address`; a mapping is sorted, as Docker does."""
    if isinstance(value, Mapping) and all(isinstance(part, str) for pair in value.items() for part in pair):
        return tuple(sorted(f"{_text(host)}:{_text(address)}" for host, address in value.items()))
    return as_strings(cast("Any", value))


def _pairs(value: Any) -> Any:
    if value is None or type(value) is FrozenDict:
        return value
    if isinstance(value, Mapping):
        return FrozenDict({name: _text(item) for name, item in value.items()})
    value = as_list(value)
    if type(value) is tuple and all(isinstance(item, str) for item in value):
        return split_pairs(map(_text, value))
    return value


def split_pairs(items: Iterable[str]) -> FrozenDict[str, str | None]:
    """The names and values of `KEY=VALUE` and `KEY`. A variable may stand for a name, or for a whole item."""
    split = (parted(item, "=") for item in items)
    return FrozenDict({name: text if found else None for name, found, text in split})


def listed_pairs(pairs: Mapping[str, str | None], converter: Any) -> list[str]:
    """The items of which a list's converter makes these pairs. What has no value is its name alone, so that a variable
    there may stand for the value too.
    """
    blank = _BLANK[converter]
    return [name if text == blank else f"{name}={text}" for name, text in pairs.items()]


def _text(value: Any) -> Any:
    if type(value) is str:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    return go_text(value) if type(value) in (int, float) else value


_BLANK: Final[Mapping[Any, str | None]] = {as_environment: None, as_pairs: ""}
"""What a name without a value has, by the converter of lists that may hold one."""
