"""Values left open: `var("TAG", default="latest")` stands in a stack until its value is read from the environment.

A variable inside a text is a *token*, its Compose spelling between two characters that no text can hold for another
reason (Unicode noncharacters). Where a value of another type is expected, the text is wrapped as `Open`, which every
typed key accepts. Only `build` keeps variables open; elsewhere they are resolved when `var` is called.
"""

import os
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache
from typing import Any, Final, Literal, NoReturn, TypeVar, cast, overload

from pystackdsl.model.frozen import Frozen

__all__ = [
    "CLOSE",
    "OPEN",
    "Open",
    "OpenValue",
    "Variable",
    "environment",
    "has_variable",
    "opaque",
    "parted",
    "resolve",
    "tokens",
    "var",
]

OPEN: Final = "\ufdd0"
CLOSE: Final = "\ufdd1"

Kind = Literal["str", "int", "float", "bool"]
T = TypeVar("T", str, int, float, bool)

environment: Final[ContextVar[Mapping[str, str] | None]] = ContextVar("pystackdsl.environment", default=os.environ)
"""What `var` reads: the process environment, what a loader sets instead, or None to keep variables open."""


class Variable(Frozen):
    """A named value, open until the stack is deployed. In Compose: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`.

    `required` is the message for a missing value. With `if_unset`, an empty value counts as given (`-`, `?` in
    place of `:-`, `:?`).
    """

    __slots__ = ("name", "default", "required", "if_unset")  # noqa: RUF023 - the order of the arguments
    name: str
    default: str | None
    required: str | None
    if_unset: bool

    def __init__(
        self, name: str, default: str | None = None, required: str | None = None, if_unset: bool = False
    ) -> None:
        self._set(name, default, required, if_unset)

    @property
    def inner(self) -> str:
        """The text between the braces of the Compose spelling."""
        colon = "" if self.if_unset else ":"
        if self.required is not None:
            return f"{self.name}{colon}?{self.required}"
        return self.name if self.default is None else f"{self.name}{colon}-{self.default}"

    @property
    def token(self) -> str:
        """The text that stands for this variable inside a stack."""
        return f"{OPEN}{self.inner}{CLOSE}"

    @classmethod
    def parse(cls, inner: str) -> "Variable":
        """Read the text between the braces, in Docker's order of precedence: `:-`, `-`, `:?`, `?`."""
        for mark in (":-", "-", ":?", "?"):
            name, found, rest = inner.partition(mark)
            if found:
                given = {"default": rest} if mark[-1] == "-" else {"required": rest}
                return cls(name, if_unset=len(mark) == 1, **given)
        return cls(inner)

    def value(self, env: Mapping[str, str]) -> str:
        """The value in `env`, or the default; LookupError with the message when a required one is missing."""
        found = env.get(self.name)
        if found or (found is not None and self.if_unset):
            return found
        if self.required is not None:
            raise LookupError(self.required or f"{self.name} is required")
        return self.default if self.default is not None else found or ""


def has_variable(text: str) -> bool:
    """Whether a text holds a value left open."""
    return OPEN in text


def tokens(text: str) -> list[Variable]:
    """The variables left open in a text, in order."""
    return [Variable.parse(inner) for inner in _token_pattern().findall(text)]


def resolve(text: str, env: Mapping[str, str]) -> str:
    """The text with every variable replaced by its value in `env`."""
    return _token_pattern().sub(lambda match: Variable.parse(match[1]).value(env), text)


def opaque(text: str) -> str:
    """A text of the same length in which no letter of a variable is seen: what looks for a mark looks here."""
    return _token_pattern().sub(lambda match: OPEN * len(match[0]), text) if OPEN in text else text


def parted(text: str, mark: str) -> tuple[str, str, str]:
    """`text.partition(mark)`, with every variable as one unit: a mark inside its default is none of the text."""
    if OPEN not in text:
        return text.partition(mark)
    at = opaque(text).find(mark)
    return (text, "", "") if at < 0 else (text[:at], mark, text[at + len(mark) :])


@cache
def _token_pattern() -> re.Pattern[str]:
    return re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")


class Open(Frozen):
    """A text with variables where a value of another type belongs: `replicas: ${N:-2}`. Equal by text."""

    __slots__ = ("text",)
    text: str

    def __init__(self, text: str) -> None:
        self._set(text)

    def __repr__(self) -> str:
        return f"Open({self.text.replace(OPEN, '${').replace(CLOSE, '}')!r})"


class OpenValue(str):
    """What `var` gives while values stay open: it may stand as a value or inside an f-string, and nothing else; to
    branch or to compute on it is an error, since its value is not known yet.
    """

    __slots__ = ()

    def _branch(self, *_: object, **__: object) -> NoReturn:
        from pystackdsl.diagnostics import Diagnostic, InvalidType

        name = tokens(str.__str__(self))[0].name
        raise InvalidType(
            Diagnostic(
                summary=f"the value of {name} is not known yet, so nothing can be decided or computed from it",
                help="let the value stand as it is, or make it a parameter of a function that returns the Stack "
                "and give it with --set",
            )
        )

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _branch
    __bool__ = __int__ = __float__ = __index__ = __contains__ = __len__ = _branch
    __getitem__ = __iter__ = cast("Any", _branch)
    __mul__ = __rmul__ = __mod__ = cast("Any", _branch)
    __sub__ = __rsub__ = __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __pow__ = __rpow__ = _branch
    __neg__ = __pos__ = __abs__ = __round__ = __trunc__ = __floor__ = __ceil__ = __divmod__ = _branch
    __hash__ = str.__hash__

    def __add__(self, other: object) -> str:
        return str(self) + other if isinstance(other, str) else self._branch()

    def __radd__(self, other: object) -> str:
        return other + str(self) if isinstance(other, str) else self._branch()

    def __format__(self, spec: str) -> str:
        return self._branch() if spec else str(self)


for _name in vars(str):
    if _name[0] != "_" and _name not in {"encode", "format", "join"}:
        setattr(OpenValue, _name, OpenValue._branch)  # noqa: SLF001


@overload
def var(name: str, *, default: str | None = None, required: str | None = None, allow_empty: bool = False) -> str: ...
@overload
def var(
    name: str,
    type: type[str],
    *,
    default: str | None = None,
    required: str | None = None,
    allow_empty: bool = False,
) -> str: ...
@overload
def var(
    name: str,
    type: type[bool],
    *,
    default: bool | None = None,
    required: str | None = None,
    allow_empty: bool = False,
) -> bool: ...
@overload
def var(
    name: str,
    type: type[int],
    *,
    default: int | None = None,
    required: str | None = None,
    allow_empty: bool = False,
) -> int: ...
@overload
def var(
    name: str,
    type: type[float],
    *,
    default: float | None = None,
    required: str | None = None,
    allow_empty: bool = False,
) -> float: ...
def var(
    name: str,
    type: Callable[..., Any] = str,
    *,
    default: Any = None,
    required: str | None = None,
    allow_empty: bool = False,
) -> Any:
    """A value left open until deploy time, read from the environment under NAME.

    `pystackdsl build` writes it as `${NAME:-default}`; every other command, and a program that makes stacks itself,
    gets the value at once. `type` is str, int, float or bool; `required` is the message shown when the value is
    missing; with `allow_empty` an empty value counts as given (`${NAME-default}`). Raises InvalidText for a value that
    is not of that type, and for a name or default that Compose cannot spell.
    """
    variable = Variable(name, None if default is None else _spelled(default), required, allow_empty)
    _check_spelling(variable, type)
    env = environment.get()
    if env is None:
        return OpenValue(variable.token)
    try:
        text = variable.value(env)
    except LookupError as missing:
        raise _invalid(name, f"{name} has no value: {missing}", help=f"set {name} in the environment") from None
    if type is not str and name not in env and default is None:
        raise _invalid(name, f"{name} is not set and has no default", help=f"set {name}, or give default=")
    return _converted(name, text, type)


_BOOLS: Final = {
    "y": True,
    "yes": True,
    "true": True,
    "on": True,
    "n": False,
    "no": False,
    "false": False,
    "off": False,
}


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _converted(name: str, text: str, kind: Callable[..., Any], *, subject: str = "") -> Any:
    """The value that a text spells, as Docker reads numbers and truth values: without blanks and underscores."""
    if kind is str:
        return text
    if kind is bool and text.lower() in _BOOLS:
        return _BOOLS[text.lower()]
    number = "[+-]?[0-9]+" if kind is int else r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
    if kind is not bool and re.fullmatch(number, text, re.ASCII):
        return kind(text)
    noun = {int: "a whole number", float: "a number", bool: "true or false"}[kind]  # type: ignore[index]
    raise _invalid(name, f'{subject or name} is "{text}", which is not {noun}')


def _check_spelling(variable: Variable, kind: object) -> None:
    name, default, required = variable.name, variable.default, variable.required
    if kind not in (str, int, float, bool):
        raise _invalid(name, f"{name} cannot be read as {kind!r}", expected="str, int, float or bool")
    if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name):
        raise _invalid(
            name, f'"{name}" is not a variable name', expected="letters, digits and _, not beginning with a digit"
        )
    if default is not None and required is not None:
        raise _invalid(name, f"{name} is both required and has a default", help="give one of them")
    if default is not None:
        _converted(name, default, cast("Any", kind), subject=f"the default of {name}")
    for text in filter(None, (default, required)):
        if "}" in text or OPEN in text or CLOSE in text:
            raise _invalid(name, f"the text {text!r} cannot stand inside ${{{name}…}}, which ends at the first brace")
    if required is not None and "-" in required:
        raise _invalid(
            name, f"the message for {name} holds a -, which Docker would read as a default", help="write it without -"
        )


def _invalid(name: str, summary: str, *, expected: str = "", help: str = "") -> Exception:
    from pystackdsl.diagnostics import Diagnostic, InvalidText

    return InvalidText(Diagnostic(summary=summary, expected=expected, help=help), name)
