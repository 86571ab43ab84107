"""Which keys a stack uses: for the schema version it needs, and for what Swarm would ignore.

One quick walk notes the (class, field) pairs that are said anywhere; only a pair that is worth a finding is looked
for again, with its paths.
"""

import re
import typing
from collections.abc import Mapping
from typing import Any, Final

from pystackdsl.model.key import declared
from pystackdsl.model.names import Names
from pystackdsl.model.stack import Stack
from pystackdsl.model.units import Bytes, Cpus, Duration
from pystackdsl.model.value import FrozenDict, Resource, Value
from pystackdsl.model.variable import CLOSE, OPEN, Open

if typing.TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic
    from pystackdsl.model.uses import Use

__all__ = ["DEFAULT_SCHEMA", "NEWEST_SCHEMA", "Pairs", "Said", "required_schema", "said_keys"]

DEFAULT_SCHEMA: Final = 9
NEWEST_SCHEMA: Final = 13

Pairs = set[tuple[type, str]]
Fields = tuple[list[str], list[str]]


class Said:
    """What a stack says anywhere: the fields of each class, and the pairs with a value left open somewhere.

    `unusual` are the pairs with a mapping somewhere that has a key beyond ASCII, which may be a variable.
    """

    __slots__ = ("open", "tables", "unusual")

    def __init__(self) -> None:
        self.tables: dict[type, Table] = {}
        self.open: Pairs = set()
        self.unusual: Pairs = set()

    @property
    def keys(self) -> Pairs:
        """Every (class, field) that is said."""
        return {(cls, field) for cls, table in self.tables.items() for field in table.fields}

    def table(self, cls: type[Any]) -> "Table":
        """What is known of a class."""
        found = self.tables[cls] = Table(cls)
        return found


class Table:
    """What is known of a class: the fields said so far, those that may hold further values, and whether it has a short
    form. Objects whose values have the same types are alike: `known` has their fields with mappings and further values.
    """

    __slots__ = ("fields", "has_short", "known", "nested")

    def __init__(self, cls: type[Any]) -> None:
        self.fields: set[str] = set()
        self.nested = _nested_fields(cls)
        self.has_short = hasattr(cls, "spoken")
        self.known: dict[tuple[type, ...], Fields] = {}


def said_keys(stack: Stack, names: Names) -> Said:
    """Every (class, field) that anything in the stack says as a key of its own."""
    said = Said()
    said.table(Stack).fields.update(field for field, value in stack.__dict__.items() if value)
    seen: set[int] = set()
    for _, _, resource in stack.resources():
        _note(resource, names, said, seen)
    return said


_PLAIN: Final = frozenset({str, int, float, bool, Bytes, Cpus, Duration})
_MOST_REMEMBERED: Final = 1000


def _note(value: Any, names: Names, said: Said, seen: set[int]) -> None:
    cls = type(value)
    table = said.tables.get(cls) or said.table(cls)
    values = value.spoken(names) if table.has_short else value.__dict__
    kinds = tuple(map(type, values.values()))
    mappings, nested = table.known.get(kinds) or _first_note(cls, values, kinds, said)
    for field in mappings:
        if not "".join(values[field]).isascii():
            said.unusual.add((cls, field))
    for field in nested:
        item = values[field]
        kind = type(item)
        for part in item if kind is tuple else item.values() if kind is FrozenDict else (item,):
            if id(part) not in seen and isinstance(part, Value) and not isinstance(part, Resource):
                seen.add(id(part))
                _note(part, names, said, seen)


def _first_note(
    cls: type, values: Mapping[str, Any], kinds: tuple[type, ...], said: Said
) -> tuple[list[str], list[str]]:
    """Note the fields of the first object of these kinds; what is to be looked at in each of them."""
    table = said.tables[cls]
    found = {field: type(item) for field, item in values.items() if item is not None}
    table.fields.update(found)
    said.open.update((cls, field) for field, kind in found.items() if kind is Open)
    mappings = [field for field, kind in found.items() if kind is FrozenDict]
    nested = [field for field, kind in found.items() if field in table.nested and kind not in _PLAIN]
    if len(table.known) >= _MOST_REMEMBERED:
        table.known.clear()
    table.known[kinds] = mappings, nested
    return mappings, nested


_NESTED: Final[dict[type, frozenset[str]]] = {}


def _nested_fields(cls: type) -> frozenset[str]:
    """The fields whose annotation has a model value in it that is no resource."""
    found = _NESTED.get(cls)
    if found is None:
        found = frozenset(field for field, (_, hint) in declared(cls).items() if _holds_values(hint))
        _NESTED[cls] = found
    return found


def _holds_values(hint: Any) -> bool:
    if isinstance(hint, str):
        return True
    if isinstance(hint, type) and issubclass(hint, Value):
        return not issubclass(hint, Resource)
    return any(map(_holds_values, typing.get_args(hint)))


def required_schema(stack: Stack, wanted: int | None, said: Said | None = None) -> int:
    """The minor version of the schema to write for: `wanted`, else the stack's own, else 3.9 or what its keys need.

    `said` is what the stack says in the newest schema, if somebody has looked already. Raises InvalidStack with a
    finding for each key that needs a newer schema than was asked for.
    """
    stated = stated_schema(stack.version) if wanted is None else stated_schema(f"3.{wanted}")
    if said is None:
        said = said_keys(stack, stack.names())
    if stated is None:
        return max(DEFAULT_SCHEMA, *(_minor(pair) for pair in said.keys), 0)
    if all(_minor(pair) <= stated for pair in said.keys):
        return stated
    names = stack.names(schema=stated)  # an older schema spells external names in another place
    pairs = said_keys(stack, names).keys
    newer = {pair for pair in pairs if _minor(pair) > stated}
    if newer:
        from pystackdsl.diagnostics import InvalidStack
        from pystackdsl.model.uses import uses

        source = "--schema" if wanted is not None else "the stack's version"
        raise InvalidStack([_too_new(use, stated, source) for use in uses(stack, names, newer)])
    return stated


def _too_new(use: "Use", stated: int, source: str) -> "Diagnostic":
    """The finding for a key that the stated schema does not have yet."""
    from pystackdsl.diagnostics import Diagnostic

    return Diagnostic(
        summary=f"{use.key.name} needs schema {use.key.since}, and {source} says 3.{stated}",
        help=f"leave out the key, or raise the version to {use.key.since}",
        path=use.where.path,
        subjects=(use.where.subject(),),
    )


def _minor(pair: tuple[type, str]) -> int:
    found = declared(pair[0]).get(pair[1])
    return found[0].minor if found and not found[0].local else 0


def stated_schema(version: str | None) -> int | None:
    """The minor version that a `version` states; `3` alone is the newest. Raises InvalidStack for one that is none."""
    if version is None:
        return None
    match = re.fullmatch(r"3(?:\.([0-9]+))?", version, re.ASCII)
    minor = int(match[1]) if match and match[1] else NEWEST_SCHEMA
    if match is None or minor > NEWEST_SCHEMA or (match[1] or "0") != str(int(match[1] or 0)):
        from pystackdsl.diagnostics import Diagnostic, InvalidStack, KeyPath

        shown = version.replace(OPEN, "${").replace(CLOSE, "}")
        raise InvalidStack(
            Diagnostic(
                summary=f'docker stack has no schema version "{shown}"',
                expected=f"3.0 to 3.{NEWEST_SCHEMA}",
                help="leave the version out: the lowest one that has all the keys is chosen",
                path=KeyPath("version"),
            )
        )
    return minor
