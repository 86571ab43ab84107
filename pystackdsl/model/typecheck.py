"""The run-time check of what a constructor was given: the only user of typeguard.

A class's annotations are compiled once, on its first object, to a table of the types that are plainly right. Only a
value that is not plainly right costs more: its text is parsed again for an exact error, or typeguard decides and its
verdict is put into words. All faults of one object are raised together.
"""

import collections.abc
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from pystackdsl.model.key import declared, keys_of, resolved
from pystackdsl.model.variable import OPEN, Open, OpenValue

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic

__all__ = ["check", "faults"]

Test = Callable[[Any], bool]
Plan = Mapping[type, Test | None]

_MISSING: Final = object()
_PLANS: Final[dict[type, dict[str, Plan]]] = {}

Kinds = tuple[type, ...]
"""The types of an object's values, in the order of its fields, which is the same for all objects of a class."""

_TESTS: Final[dict[type, dict[Kinds, tuple[tuple[str, Test], ...]]]] = {}
"""By class and kinds, the fields whose value needs more than a look at its type; many objects are alike in kinds."""

_MOST_REMEMBERED: Final = 1000


def check(instance: Any) -> None:
    """Raise InvalidType or InvalidText, with a finding for each fault, unless every value has its field's type."""
    cls, values = type(instance), instance.__dict__
    known = _TESTS.get(cls)
    if known is None:
        known = _TESTS[cls] = {}
    kinds = tuple(map(type, values.values()))
    tests = known.get(kinds)
    if tests is None:
        tests, doubtful = _tests(_PLANS.get(cls) or _compile(cls), values)
        if not doubtful:
            if len(known) >= _MOST_REMEMBERED:
                known.clear()
            known[kinds] = tests
    else:
        doubtful = []
    for name, test in tests:
        if not test(values[name]):
            doubtful.append(name)
    if doubtful:
        _settle(instance, [name for name in values if name in doubtful])


def _tests(plans: Mapping[str, Plan], values: Mapping[str, Any]) -> tuple[tuple[tuple[str, Test], ...], list[str]]:
    """The tests that an object's values need, by field, and the fields whose type is not plainly right."""
    tests: list[tuple[str, Test]] = []
    doubtful: list[str] = []
    for name, value in values.items():
        if value is not None:
            test = plans[name].get(type(value), _MISSING)
            if test is _MISSING:
                doubtful.append(name)
            elif test is not None:
                tests.append((name, test))  # type: ignore[arg-type]
    return tuple(tests), doubtful


def _compile(cls: type) -> dict[str, Plan]:
    """The plan of each field; one whose annotation names a class not yet imported is made on its first value."""
    import attrs

    keys = declared(cls)
    plans: dict[str, Plan] = {}
    for field in attrs.fields(cls):
        grammar = keys[field.name][0].grammar if field.name in keys else None
        hint = field.type
        plans[field.name] = _Later(plans, field.name, hint) if isinstance(hint, str) else _plan(hint, grammar)
    _PLANS[cls] = plans
    return plans


class _Later(dict[type, Test | None]):
    """A plan that is made when it is first asked, and then takes its own place."""

    def __init__(self, plans: dict[str, Plan], name: str, hint: str) -> None:
        super().__init__()
        self.plans, self.name, self.hint = plans, name, hint

    def get(self, kind: type, default: Any = None) -> Any:
        plan = self.plans[self.name] = _plan(resolved(self.hint))
        return plan.get(kind, default)


def _plan(hint: Any, grammar: Callable[[str], object] | None = None) -> Plan:
    """The exact types that fit `hint`, each with a further test of the value where the type alone does not tell."""
    if hint is Any or hint is object:
        return _Anything()
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        merged: dict[type, Test | None] = {Open: None}
        for part in arguments:
            merged.update(_plan(part, grammar))
        return merged
    if origin is typing.Literal:
        return {str: frozenset(arguments).__contains__}
    if origin is tuple:
        return {tuple: _all_of(_plan(arguments[0], grammar))}
    if origin in (collections.abc.Mapping, dict) or (isinstance(origin, type) and issubclass(origin, dict)):
        return _mapping_plan(_plan(arguments[0]), _plan(arguments[1]))
    if hint is float:
        return {float: None, int: None}
    if hint is str and grammar is not None:
        return {str: _fits(grammar)}
    if not isinstance(hint, type):
        return {}
    open_too: dict[type, Test | None] = {Open: None} if hasattr(hint, "parse") else {}
    # A subclass of a built-in type is another thing: bool of int, an open value of str.
    kinds: Iterable[type] = () if hint.__module__ == "builtins" else _derived(hint)
    return {hint: None, **open_too, **dict.fromkeys(kinds)}


def _derived(cls: type[Any]) -> Iterable[type[Any]]:
    """The classes that derive from a class, at any remove."""
    derived: type[Any]
    for derived in cls.__subclasses__():
        yield derived
        yield from _derived(derived)


class _Anything(dict[type, Test | None]):
    def get(self, _kind: type, _default: Any = None) -> None:
        return None


def _all_of(inner: Plan) -> Test:
    get = inner.get

    def test(values: tuple[Any, ...]) -> bool:
        for value in values:
            found = get(type(value), _MISSING)
            if found is not None and (found is _MISSING or not found(value)):  # type: ignore[operator]
                return False
        return True

    return test


def _mapping_plan(keys: Plan, values: Plan) -> Plan:
    from pystackdsl.model.value import FrozenDict

    each_key, each_value = _all_of(keys), _all_of(values)

    def test(mapping: Mapping[Any, Any]) -> bool:
        return each_key(mapping) and each_value(mapping.values())

    return {FrozenDict: test}


def _fits(grammar: Callable[[str], object]) -> Test:
    def test(text: str) -> bool:
        try:
            grammar(text)
        except ValueError:
            return OPEN in text
        return True

    return test


def _settle(instance: Any, doubtful: Iterable[str]) -> None:
    """Decide on the values that are not plainly right: open values are put in their held form, faults are raised."""
    keys = keys_of(type(instance))
    found: list[Diagnostic] = []
    for name in doubtful:
        value = instance.__dict__[name]
        key, hint = keys[name]
        if type(value) is OpenValue:
            value = str(value)
            if _takes_open(hint):
                instance.__dict__[name] = value if str in _plan(hint) and not _literal(hint) else Open(value)
                continue
        told = faults(value, hint, (name,), key.grammar)
        found += [_hidden(fault) for fault in told] if key.secret else told
    if found:
        from pystackdsl.diagnostics import InvalidText, InvalidType

        noun = type(instance).__name__
        found = [_named(fault, noun) for fault in found]
        misspelt = all(fault.excerpt is not None for fault in found)
        if misspelt:
            text, start, end = found[0].excerpt or ("", 0, 0)
            raise InvalidText(found, text, (start, end))
        raise InvalidType(found)


def _named(fault: "Diagnostic", noun: str) -> "Diagnostic":
    import attrs

    from pystackdsl.model.mistakes import WRONG_TYPE

    if not fault.summary.endswith(WRONG_TYPE):
        return fault
    return attrs.evolve(fault, summary=f"{noun}({fault.path}=…): {fault.summary}")


def _hidden(fault: "Diagnostic") -> "Diagnostic":
    """A finding about a value that must not be shown: its words quote it, so they go."""
    from pystackdsl.diagnostics import Diagnostic

    return Diagnostic(summary="the value (not shown) has the wrong type", expected=fault.expected, path=fault.path)


def _literal(hint: Any) -> bool:
    return any(typing.get_origin(part) is typing.Literal for part in (hint, *typing.get_args(hint)))


def _takes_open(hint: Any) -> bool:
    """Whether a variable can stand for a value of this type: a text, a number, a truth value, or what texts spell."""
    parts = (hint, *typing.get_args(hint)) if _is_union(hint) else (hint,)
    return _literal(hint) or any(part in (str, int, float, bool) or hasattr(part, "parse") for part in parts)


def faults(
    value: Any, hint: Any, path: tuple[str | int, ...], grammar: Callable[[str], object] | None = None
) -> list["Diagnostic"]:
    """What is wrong with a value that should fit `hint`, as findings whose paths begin with `path`."""
    plan = _plan(hint, grammar)
    test = plan.get(type(value), _MISSING)
    if test is None or (test is not _MISSING and test(value)):  # type: ignore[operator]
        return []
    parts = [part for part in (typing.get_args(hint) if _is_union(hint) else (hint,)) if part is not types.NoneType]
    for part in parts:
        origin, arguments = typing.get_origin(part), typing.get_args(part)
        if origin is tuple and isinstance(value, (tuple, list)):
            return [fault for i, item in enumerate(value) for fault in faults(item, arguments[0], (*path, i), grammar)]
        if origin is not None and isinstance(value, Mapping) and hasattr(origin, "keys"):
            return _mapping_faults(value, arguments, path)
    return _scalar_faults(value, hint, parts, path, grammar)


def _mapping_faults(
    value: Mapping[Any, Any], arguments: tuple[Any, ...], path: tuple[str | int, ...]
) -> "list[Diagnostic]":
    from pystackdsl.model.mistakes import open_key, wrong_key

    found = []
    for name, item in value.items():
        if type(name) is OpenValue:
            found.append(open_key(name, path))
        elif not isinstance(name, str):
            found.append(wrong_key(name, path))
        else:
            found += faults(item, arguments[1], (*path, name))
    return found


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in (types.UnionType, typing.Union)


def _scalar_faults(
    value: Any, hint: Any, parts: list[Any], path: tuple[str | int, ...], grammar: Callable[[str], object] | None
) -> "list[Diagnostic]":
    from pystackdsl.diagnostics import KeyPath, StackError
    from pystackdsl.model.mistakes import wrong_type

    at = KeyPath(*path)
    for part in (grammar, *parts):
        parse = grammar if part is grammar and part is not None else getattr(part, "parse", None)
        if parse is not None and isinstance(value, str):
            try:
                parse(value)
            except StackError as error:
                return [finding.below(at) for finding in error.findings]
    if _typeguard_accepts(value, hint):
        return []
    return [wrong_type(value, parts, at)]


def _typeguard_accepts(value: Any, hint: Any) -> bool:
    """Typeguard's verdict, where it differs from ours in one point: a bool is no number."""
    if isinstance(value, bool) and bool not in (hint, *typing.get_args(hint)):
        return False
    import typeguard

    try:
        typeguard.check_type(value, hint, collection_check_strategy=typeguard.CollectionCheckStrategy.ALL_ITEMS)
    except typeguard.TypeCheckError:
        return False
    return True
