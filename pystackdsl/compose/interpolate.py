"""Variables in a tree of Compose text: a tree and an environment come in, a tree without `${…}` and findings go out.

`compose.document` makes the tree, the verbs that take a stack file call this, and the codec reads what comes out. The
grammar is the Docker CLI's to the letter, its slips included; where it loses an error or reads something that nobody
means, a warning says so. For `import`, variables stay open as the tokens of `pystackdsl.model.variable`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, Literal

from pystackdsl.compose.template import Slip, Template
from pystackdsl.diagnostics import Diagnostic, KeyPath, Place, Severity, nearest

__all__ = ["Cast", "Casts", "Decides", "Interpolated", "Mode", "PlaceOf", "interpolate", "pattern_casts"]

Cast = Literal["int", "float", "bool"]

Casts = Callable[[tuple[str, ...]], Cast | None]
"""What a changed text is cast to, by its path; an item of a list stands as `[]`, and keys are split at their dots."""

Mode = Literal["substitute", "open", "skip"]
"""Put values in; leave variables open as tokens; leave everything as it is."""

PlaceOf = Callable[[KeyPath, int, int], Place | None]
"""Where the characters from `start` to `end` of the text at a path stand."""

Decides = Callable[[Sequence[str | int]], bool]
"""Whether the value at a path decides more than itself, so that no variable in it can stay open."""

_BOOLS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("y", "yes", "true", "on"), True),
    **dict.fromkeys(("n", "no", "false", "off"), False),
}
_EXPECTED: Final[Mapping[Cast, str]] = {
    "int": "a whole number in decimal digits",
    "float": "a number",
    "bool": "true, false, yes, no, on or off",
}


class Interpolated:
    """What came of a tree.

    `tree` shares with the tree before what did not change. `findings` are errors and warnings, with their places where
    a `PlaceOf` was given. `variables` has the paths of the texts that use each variable, by its name, and `resolved`
    the values of those that were to stay open and could not.
    """

    def __init__(self, tree: dict[str, Any]) -> None:
        self.tree = tree
        self.findings: list[Diagnostic] = []
        self.variables: dict[str, list[KeyPath]] = {}
        self.resolved: dict[str, str] = {}

    @property
    def has_errors(self) -> bool:
        """Whether Docker would refuse the tree."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def interpolate(
    tree: dict[str, Any],
    environment: Mapping[str, str],
    casts: Casts,
    mode: Mode = "substitute",
    place_of: PlaceOf | None = None,
    decides: Decides | None = None,
) -> Interpolated:
    """Put the values of an environment into every text of a tree; keys stay as they are.

    All faults are found: texts that are no template, required variables without a value, values that cannot be cast.
    Unset variables without a default are told by name. With mode "open", a variable stays as a token where it is part
    of a text, and as `Open` where another type belongs; but where it `decides` more.
    """
    if mode == "skip":
        return Interpolated(tree)
    run = _Run(environment, casts, mode, place_of, decides)
    done = Interpolated(run.mapping(tree))
    done.variables = run.variables
    done.resolved = run.resolved
    done.findings = [*run.findings, *run.unset_findings()]
    return done


def pattern_casts(patterns: Mapping[str, Cast]) -> Casts:
    """The casts of patterns such as `services.*.ports.[].target`, in which `*` is any one segment."""
    split: list[tuple[tuple[str, ...], Cast]] = [
        (tuple(pattern.split(".")), cast) for pattern, cast in patterns.items()
    ]

    def cast_of(path: tuple[str, ...]) -> Cast | None:
        for parts, cast in split:
            if len(parts) == len(path) and all(part in ("*", said) for part, said in zip(parts, path, strict=True)):
                return cast
        return None

    return cast_of


class _Run:
    """One walk through a tree, and what it came upon."""

    def __init__(
        self,
        environment: Mapping[str, str],
        casts: Casts,
        mode: Mode,
        place_of: PlaceOf | None,
        decides: Decides | None,
    ) -> None:
        self.environment = environment
        self.casts = casts
        self.is_open = mode == "open"
        self.place_of = place_of
        self.decides = decides
        self.path: list[str | int] = []
        self.findings: list[Diagnostic] = []
        self.variables: dict[str, list[KeyPath]] = {}
        self.resolved: dict[str, str] = {}
        self.unset: dict[str, list[tuple[KeyPath, int, int]]] = {}

    def mapping(self, tree: dict[str, Any]) -> dict[str, Any]:
        changed = tree
        for key, value in tree.items():
            new = self.value(value, key)
            if new is not value:
                changed = dict(tree) if changed is tree else changed
                changed[key] = new
        return changed

    def sequence(self, items: list[Any]) -> list[Any]:
        changed = items
        for position, value in enumerate(items):
            new = self.value(value, position)
            if new is not value:
                changed = list(items) if changed is items else changed
                changed[position] = new
        return changed

    def value(self, value: Any, step: str | int) -> Any:
        kind = type(value)
        if kind is str:
            if "$" not in value:
                return value
            self.path.append(step)
            value = self.text(value)
        elif kind is dict or kind is list:
            self.path.append(step)
            value = self.mapping(value) if kind is dict else self.sequence(value)
        else:
            return value
        self.path.pop()
        return value

    def text(self, text: str) -> Any:
        """What becomes of one text: the value that it stands for, or the text itself where it is faulty."""
        is_open = self.is_open and not (self.decides and self.decides(self.path))
        if self.is_open and not is_open:
            self.resolve(text)
        template = Template(text, self.environment, is_open=is_open)
        path = KeyPath(*self.path)
        for slip in template.slips:
            self.note(slip, text)
        for name in template.names:
            self.variables.setdefault(name, []).append(path)
        for name, start, end in template.unset:
            self.unset.setdefault(name, []).append((path, start, end))
        if template.is_faulty or template.value == text:
            return text
        parts = ".".join("[]" if isinstance(step, int) else step for step in self.path).split(".")
        cast = self.casts(tuple(parts))
        return template.value if cast is None else self.cast(cast, text, template.value)

    def resolve(self, text: str) -> None:
        """Note the values of the variables in a text."""
        from pystackdsl.model.variable import tokens

        for variable in tokens(Template(text, self.environment, is_open=True).value):
            with suppress(LookupError):  # a required one without a value is a fault of its own
                self.resolved[variable.name] = variable.value(self.environment)

    def cast(self, cast: Cast, text: str, value: str) -> Any:
        from pystackdsl.compose.goscalar import go_float, go_int
        from pystackdsl.model.variable import Open, has_variable

        if self.is_open and has_variable(value):
            return Open(value)
        converted: int | float | bool | None
        if cast == "int":
            converted = go_int(value)
            if converted and value.lstrip("+-")[0] == "0":
                self.note(_octal(text, value), text)
        elif cast == "float":
            converted = go_float(value)
            converted = converted if converted is not None and math.isfinite(converted) else None
        else:
            converted = _BOOLS.get(value.lower())
        if converted is None:
            found = f'"{value}"' if value else "empty"
            self.note(Slip(f"{text} is {found}, which is no value for this key", expected=_EXPECTED[cast]), text)
            return text
        return converted

    def note(self, slip: Slip, text: str) -> None:
        path = KeyPath(*self.path)
        start, end = slip.span or (0, len(text))
        place = self.place_of(path, start, end) if self.place_of else None
        self.findings.append(
            Diagnostic(
                summary=slip.summary,
                severity=slip.severity,
                path=path,
                places=(place,) if place else (),
                expected=slip.expected,
                help=slip.help,
                excerpt=None if place else (text, start, end),
            )
        )

    def unset_findings(self) -> list[Diagnostic]:
        """One warning for each variable that has neither a value nor a default, with all its places."""
        found = []
        for name, uses in self.unset.items():
            close = nearest(name, self.environment)
            places = [self.place_of(*use) for use in uses] if self.place_of else []
            found.append(
                Diagnostic(
                    summary=f"{name} is not set, so Docker puts nothing in its place",
                    severity=Severity.WARNING,
                    path=uses[0][0],
                    places=tuple(place for place in places if place),
                    help=f"set it, give it a default (${{{name}:-…}}), or ask for it (${{{name}:?message}})"
                    + (f"; did you mean {close}?" if close else ""),
                )
            )
        return found


def _octal(text: str, value: str) -> Slip:
    """The warning for a variable with leading zeros, as file modes have them."""
    cure = f"set the variable to {int(value, 8)}" if set(value) <= set("+-01234567") else "take the zeros away"
    return Slip(
        f"{text} is {value}, and Docker takes a variable's leading zeros for nothing, not for an octal number",
        severity=Severity.WARNING,
        help=cure,
    )
