"""Settings given as text (`--set replicas=3`) as the arguments of a function that makes a stack.

A function and texts by name come in; arguments of the types that its annotations tell go out. Called by `selection`,
for files whose stack a function makes.
"""

import collections.abc
import enum
import inspect
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from pystackdsl.diagnostics import Diagnostic, InvalidStack, StackError, nearest

__all__ = ["filled", "missing", "signature"]

Function = Callable[..., Any]
Settings = Mapping[str, Sequence[str]]
Parameters = Mapping[str, inspect.Parameter]

_BOOLS: Final = {"true": True, "yes": True, "y": True, "on": True, "1": True,
                 "false": False, "no": False, "n": False, "off": False, "0": False}  # fmt: skip
_NOUNS: Final[Mapping[Any, str]] = {
    str: "text", int: "a whole number", float: "a number", bool: "true or false", types.NoneType: "nothing",
}  # fmt: skip
_LISTS: Final[Mapping[Any, Callable[[Iterable[Any]], Any]]] = {
    list: list, tuple: tuple, set: set, frozenset: frozenset, collections.abc.Sequence: tuple,
    collections.abc.Collection: tuple, collections.abc.Iterable: tuple, collections.abc.Set: frozenset,
    collections.abc.MutableSequence: list,
}  # fmt: skip
_MAPPINGS: Final = (dict, collections.abc.Mapping, collections.abc.MutableMapping)


class UnfitError(ValueError):
    """A text that is no value of a type: what was expected, and the cure if there is one."""

    def __init__(self, expected: str, help: str = "") -> None:
        super().__init__(expected)
        self.expected = expected
        self.help = help


def filled(name: str, function: Function, settings: Settings) -> tuple[list[Any], dict[str, Any]]:
    """The positional and the named arguments for `function`, known to the user as `name`.

    Raises InvalidStack with a finding for each unknown name, each text that does not fit, and what is missing.
    """
    parameters = _parameters(function)
    findings: list[Diagnostic] = []
    values: dict[str, Any] = {}
    for key, given in settings.items():
        texts = [given] if isinstance(given, str) else list(given)
        if key not in parameters and not _takes_any(function):
            findings.append(_unknown(name, function, key))
            continue
        try:
            values[key] = _converted(texts, _hint(function, parameters.get(key)))
        except UnfitError as fault:
            findings.append(_unfit(name, function, key, texts, fault))
    absent = missing(function, settings)
    if absent:
        findings.append(_missing(name, function, absent))
    if findings:
        from pystackdsl.python.bindings import defined_at

        places = defined_at(function)
        raise InvalidStack(finding.at(*places) for finding in findings)
    positional = [
        values.pop(key)
        for key, parameter in parameters.items()
        if parameter.kind is parameter.POSITIONAL_ONLY and key in values
    ]
    return positional, values


def missing(function: Function, settings: Settings) -> list[str]:
    """The parameters that have neither a default nor a setting."""
    return [
        name
        for name, parameter in _parameters(function).items()
        if parameter.default is parameter.empty and name not in settings
    ]


def signature(function: Function) -> str:
    """The parameters of a function as people read them: `(env: str, replicas: int = 2)`."""
    return f"({', '.join(_spelled(each) for each in _parameters(function).values())})"


def _parameters(function: Function) -> Parameters:
    """The parameters that can be filled by name or place."""
    try:
        found = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return {}
    rest = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return {name: parameter for name, parameter in found.items() if parameter.kind not in rest}


def _takes_any(function: Function) -> bool:
    found = inspect.signature(function).parameters.values()
    return any(parameter.kind is parameter.VAR_KEYWORD for parameter in found)


def _spelled(parameter: inspect.Parameter) -> str:
    """A parameter as it is declared; a default that is no plain value as `…`."""
    hint = parameter.annotation
    kind = "" if hint is parameter.empty else f": {hint if isinstance(hint, str) else inspect.formatannotation(hint)}"
    if parameter.default is parameter.empty:
        return parameter.name + kind
    plain = isinstance(parameter.default, str | int | float | bool | tuple | list | types.NoneType)
    equals = " = " if kind else "="
    return f"{parameter.name}{kind}{equals}{parameter.default!r}" if plain else f"{parameter.name}{kind}{equals}…"


def _hint(function: Function, parameter: inspect.Parameter | None) -> Any:
    """The type of a parameter: its annotation, else that of its default, else text."""
    if parameter is None or parameter.annotation is parameter.empty:
        default = None if parameter is None else parameter.default
        return type(default) if type(default) in (bool, int, float, list, tuple) else str
    hint = parameter.annotation
    if isinstance(hint, str):
        try:
            return eval(hint, dict(getattr(inspect.unwrap(function), "__globals__", {})))  # noqa: S307 - the user's own
        except Exception as error:
            raise UnfitError("", f"its annotation {hint} cannot be read: {error}") from None
    return hint


def _converted(texts: Sequence[str], hint: Any) -> Any:
    """One value of a type from the texts that were given for it."""
    for part in _parts(hint):
        origin, arguments = typing.get_origin(part) or part, typing.get_args(part)
        if origin in _MAPPINGS:
            return _mapping(texts, arguments)
        if origin in _LISTS:
            inner = arguments[0] if arguments else str
            return _LISTS[origin](_one(text, inner) for text in texts)
    if len(texts) != 1:
        raise UnfitError(f"{_noun(hint)}, once")
    return _one(texts[0], hint)


def _mapping(texts: Sequence[str], arguments: Sequence[Any]) -> dict[Any, Any]:
    keys, values = arguments or (str, str)
    pairs = [text.partition("=") for text in texts]
    if not all(equals for _, equals, _ in pairs):
        raise UnfitError("KEY=VALUE for each item")
    return {_one(key, keys): _one(value, values) for key, _, value in pairs}


def _parts(hint: Any) -> list[Any]:
    """The alternatives of a type, its wrappers (Annotated, NewType, an alias) taken off."""
    for _ in range(8):
        inner = getattr(hint, "__supertype__", None) or (
            getattr(hint, "__value__", None) if type(hint).__name__ == "TypeAliasType" else None
        )
        if inner is None and typing.get_origin(hint) is typing.Annotated:
            inner = typing.get_args(hint)[0]
        if inner is None:
            break
        hint = inner
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return [part for each in typing.get_args(hint) for part in _parts(each)]
    return [hint]


def _one(text: str, hint: Any) -> Any:
    """The value of one text. Raises UnfitError."""
    parts = sorted(_parts(hint), key=lambda part: (part is str, part is float))
    if types.NoneType in parts and str not in parts and text.lower() in ("", "none"):
        return None
    cure = ""
    for part in parts:
        if part is types.NoneType:
            continue
        try:
            return _as(text, part)
        except StackError as error:
            cure = cure or error.findings[0].help
        except UnfitError as fault:
            cure = cure or fault.help
        except (ValueError, OverflowError):
            continue
    raise UnfitError(_noun(hint), cure)


def _as(text: str, kind: Any) -> Any:
    """The value of a text as exactly one type. Raises ValueError."""
    if kind in (str, Any, object):
        return text
    if kind is bool:
        return _chosen(text.lower(), _BOOLS)
    if kind in (int, float):
        return kind(text)
    if typing.get_origin(kind) is typing.Literal:
        return _chosen(text, {str(choice): choice for choice in typing.get_args(kind)})
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        by_value = {str(member.value): member for member in kind}
        return _chosen(text, {**by_value, **kind.__members__})
    if hasattr(kind, "parse"):
        return kind.parse(text)
    if isinstance(kind, type) and hasattr(kind, "__fspath__"):
        return kind(text)
    if getattr(kind, "__name__", "") == "timedelta":
        from pystackdsl.model.units import Duration

        return kind(microseconds=Duration.parse(text).nanoseconds / 1000)
    raise UnfitError("", f"a {_noun(kind)} cannot be written as text: give it in a file of its own")


def _chosen(text: str, choices: Mapping[str, Any]) -> Any:
    """The choice of that name, whatever its case where that leaves no doubt. Raises ValueError."""
    if text in choices:
        return choices[text]
    folded = [value for name, value in choices.items() if name.casefold() == text.casefold()]
    if len(folded) != 1:
        guess = nearest(text, choices)
        raise UnfitError("", f'did you mean "{guess}"?' if guess else "")
    return folded[0]


def _noun(hint: Any) -> str:
    """What a type expects, in words."""
    words = []
    for part in _parts(hint):
        if part in _NOUNS:
            words.append(_NOUNS[part])
        elif typing.get_origin(part) is typing.Literal:
            words += [f'"{choice}"' for choice in typing.get_args(part)]
        elif isinstance(part, type) and issubclass(part, enum.Enum):
            words += list(part.__members__)
        elif typing.get_origin(part) in _LISTS:
            words.append(f"a list, each item {_noun((typing.get_args(part) or (str,))[0])}")
        else:
            words.append(getattr(part, "expected", None) or inspect.formatannotation(part))
    *most, last = dict.fromkeys(words)
    return f"{', '.join(most)} or {last}" if most else last


def _unknown(name: str, function: Function, key: str) -> Diagnostic:
    guess = nearest(key, _parameters(function))
    return Diagnostic(
        summary=f"{name}() has no setting `{key}`",
        expected=", ".join(map(_spelled, _parameters(function).values())) or "no settings",
        help=f"did you mean `{guess}`?" if guess else "",
    )


def _unfit(name: str, function: Function, key: str, texts: Sequence[str], fault: UnfitError) -> Diagnostic:
    shown = ", ".join(f'"{text}"' for text in texts)
    parameter = _parameters(function).get(key)
    declared = _spelled(parameter) if parameter is not None else key
    return Diagnostic(
        summary=f"the setting `{key}` of {name}() cannot be {shown}",
        expected=f"{fault.expected}, for {declared}" if fault.expected else declared,
        help=fault.help,
    )


def _missing(name: str, function: Function, absent: Sequence[str]) -> Diagnostic:
    parameters = _parameters(function)
    return Diagnostic(
        summary=f"{name}() needs {'a setting' if len(absent) == 1 else 'settings'}: {', '.join(absent)}",
        expected=", ".join(_spelled(parameters[key]) for key in absent),
        help="give it with " + " ".join(f"--set {key}=…" for key in absent),
    )
