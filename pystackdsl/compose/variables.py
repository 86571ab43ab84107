"""Variables that stand where Docker reads none: in a key, in a number it does not cast, beside a range of ports.

`notices` comes here with what a quick survey noted; the places are looked up only now.
"""

import typing
from collections.abc import Iterator
from typing import Any

from pystackdsl.compose.survey import Pairs, Said
from pystackdsl.diagnostics import Diagnostic, KeyPath
from pystackdsl.model.key import Key, keys_of
from pystackdsl.model.names import Names, path_tokens
from pystackdsl.model.ports import Port, PortRange
from pystackdsl.model.stack import Stack
from pystackdsl.model.texts import as_environment, as_pairs
from pystackdsl.model.uses import Where, uses
from pystackdsl.model.variable import CLOSE, OPEN, Open

__all__ = ["unread_variables"]

_CURE = "give the value itself, or make it a parameter of a function that returns the Stack (--set)"


def unread_variables(stack: Stack, names: Names, said: Said) -> Iterator[Diagnostic]:
    """An error for each variable that Docker would not read, or not as a number or truth value."""
    if said.open:
        yield from _uncast(stack, names, said.open)
    if (Port, "target") in said.open or (Port, "published") in said.open:
        yield from _beside_ranges(stack)
    mappings = said.unusual | {pair for pair in said.keys if pair[1] == "x"}
    if mappings:
        yield from _in_keys(stack, names, mappings)


def _uncast(stack: Stack, names: Names, open_keys: Pairs) -> Iterator[Diagnostic]:
    numbers = {pair for pair in open_keys if _is_number(*keys_of(pair[0])[pair[1]])}
    for use in uses(stack, names, numbers):
        dotted = "." in str(use.where.path[1])
        if type(use.value) is Open and (use.key.cast is None or dotted):
            noun = str(use.where.path[0])[:-1]
            why = f"in a {noun} whose name holds a dot" if dotted and use.key.cast else f"for {use.key.name}"
            yield _unread(f"Docker reads no variable as a number or truth value {why}", use.where)


def _is_number(key: Key, hint: Any) -> bool:
    wanted = (hint, *typing.get_args(hint))
    return key.cast is not None or any(kind in wanted for kind in (int, float, bool)) or key.number


def _beside_ranges(stack: Stack) -> Iterator[Diagnostic]:
    for each, service in stack.services.items():
        for position, port in enumerate(service.ports or ()):
            ends: tuple[Any, ...] = (port.target, port.published) if type(port) is Port else ()
            if any(type(end) is Open for end in ends) and any(type(end) is PortRange and end.size > 1 for end in ends):
                path = KeyPath("services", each, "ports", position)
                yield _unread(
                    "a range of ports stands beside a variable, so it is not known which port leads where",
                    Where(path, service, KeyPath("ports", position)),
                )


def _in_keys(stack: Stack, names: Names, mappings: Pairs) -> Iterator[Diagnostic]:
    either_form = (as_pairs, as_environment)  # spelled as a list, whose items Docker does read
    for use in uses(stack, names, mappings):
        is_extension = use.key.name == "x-*"
        for key in () if use.key.converter in either_form else _keys(use.value, deep=is_extension):
            if OPEN in key:
                shown = key.replace(OPEN, "${").replace(CLOSE, "}")
                yield _unread(f'Docker reads no variable in a key of {use.key.name}, such as "{shown}"', use.where)
            if is_extension and path_tokens(key):
                yield _unread(f"a key of {use.key.name} holds the path of a secret or config", use.where)


def _keys(tree: Any, *, deep: bool, above: tuple[int, ...] = ()) -> Iterator[str]:
    """The keys of a mapping, and with `deep` of all that it holds; what holds itself is told elsewhere."""
    if isinstance(tree, dict):
        yield from (key for key in tree if isinstance(key, str))
    if deep and isinstance(tree, dict | list | tuple) and id(tree) not in above:
        for item in tree.values() if isinstance(tree, dict) else tree:
            yield from _keys(item, deep=deep, above=(*above, id(tree)))


def _unread(summary: str, where: Where) -> Diagnostic:
    return Diagnostic(summary=summary, help=_CURE, path=where.path, subjects=(where.subject(),))
