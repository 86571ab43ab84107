"""Where tasks may run: constraints and preferences over nodes, written as expressions.

constraint = key ( "==" | "!=" ) value
key        = node.id | node.hostname | node.ip | node.role | node.platform.os | node.platform.arch
           | node.labels.NAME | engine.labels.NAME
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast

import attrs

from pystackdsl.model.key import key
from pystackdsl.model.texts import as_list
from pystackdsl.model.units import lenient
from pystackdsl.model.value import Value
from pystackdsl.model.variable import OPEN

if TYPE_CHECKING:
    from pystackdsl.model.crossing import Lowering, Tree

__all__ = ["Constraint", "Placement", "Preference", "engine", "node", "spread"]

KEYS: Final = (
    "node.id",
    "node.hostname",
    "node.ip",
    "node.role",
    "node.platform.os",
    "node.platform.arch",
)


class Constraint:
    """A condition on nodes, as text that is passed to the Engine as it is spelled; equal by meaning."""

    __slots__ = ("text",)
    text: str
    expected = 'a constraint such as node.role == "manager"'

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "text", text)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        msg = "a Constraint is frozen"
        raise AttributeError(msg)

    @classmethod
    def parse(cls, text: str) -> "Constraint":
        """Read a constraint; the grammar is in this module's docstring. Raises InvalidText."""
        return _parse(text)

    @property
    def parts(self) -> tuple[str, str, str]:
        """The key in lower case (but for a label's own name), the operator and the value."""
        operator = "==" if "==" in self.text else "!="
        left, _, right = self.text.partition(operator)
        return _folded(left.strip()), operator, right.strip()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Constraint) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(self.parts)

    def __bool__(self) -> bool:
        from pystackdsl.diagnostics import Diagnostic, InvalidType

        raise InvalidType(
            Diagnostic(
                summary=f"{self.text} is asked of each node, not here: it is neither true nor false",
                help="put it into Placement(constraints=[…]); two conditions are two items of the list",
            )
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return Constraint, (self.text,)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Constraint({self.text!r})"


def _folded(name: str) -> str:
    for label in ("node.labels.", "engine.labels."):
        if name.lower().startswith(label):
            return label + name[len(label) :]
    return name.lower()


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The Engine's own patterns of a key and of a value."""
    return re.compile(r"[a-z_][a-z0-9\-_.]+", re.IGNORECASE | re.ASCII), re.compile(
        r"[a-z0-9:\-_ \t\n\f\r.*()?+\[\]\\^$|/]+", re.IGNORECASE | re.ASCII
    )


@lru_cache(1024)
def _parse(text: str) -> Constraint:
    left, operator, right = text.partition("==" if "==" in text else "!=")
    if not operator or not left.strip() or not right.strip():
        single = re.fullmatch(r"\s*([\w.\-/]+)\s*=\s*([^=].*)", text)
        raise _misspelt(text, None, f'write "{single[1]} == {single[2]}"' if single else "")
    key_pattern, value_pattern = _patterns()
    after = len(left) + len(operator)
    if value_pattern.fullmatch(right.strip()) is None:
        raise _misspelt(text, _trimmed(text, after, len(text)), "a value holds letters, digits and . - _ / : only")
    name = _folded(left.strip())
    label = next((start for start in ("node.labels.", "engine.labels.") if name.startswith(start)), name)
    if key_pattern.fullmatch(name) is None or (name == label and name not in KEYS):
        from pystackdsl.diagnostics import nearest

        guess = nearest(name, KEYS)
        cure = f'did you mean "{guess}"?' if guess else f"a label of your own is node.labels.{name.rpartition('.')[2]}"
        raise _misspelt(text, _trimmed(text, 0, len(left)), cure)
    return Constraint(text)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch of a text without the blanks around it."""
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


def _misspelt(text: str, span: tuple[int, int] | None, help: str) -> ValueError:
    from pystackdsl.diagnostics import InvalidText

    return InvalidText.of(
        text,
        "a placement constraint",
        expected="KEY == VALUE or KEY != VALUE, with " + ", ".join(KEYS) + ", node.labels.NAME or engine.labels.NAME",
        help=help,
        span=span,
    )


class NodeAttribute:
    """Something a node has, to be compared: `node.role == "manager"` gives a Constraint."""

    __slots__ = ("_name",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, name: str) -> None:
        self._name = name

    def __eq__(self, value: str) -> Constraint:  # type: ignore[override]
        return self._compared("==", value)

    def __ne__(self, value: str) -> Constraint:  # type: ignore[override]
        return self._compared("!=", value)

    def _compared(self, operator: str, value: object) -> Constraint:
        text = f"{self._name} {operator} {value}"
        if not isinstance(value, str):
            from pystackdsl.diagnostics import Diagnostic, InvalidType

            raise InvalidType(
                Diagnostic(
                    summary=f"{text}: a node is compared with text", help=f'write {self._name} {operator} "{value}"'
                )
            )
        return lenient(Constraint, text) if OPEN in text else Constraint.parse(text)

    def __str__(self) -> str:
        return self._name

    def __repr__(self) -> str:
        return self._name


class LabelNamespace:
    """The labels of nodes or engines: `node.labels.zone`, or `node.labels["rack-row"]`."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, label: str) -> NodeAttribute:
        if label.startswith("__"):
            raise AttributeError(label)
        return NodeAttribute(f"{self._name}.{label}")

    def __getitem__(self, label: str) -> NodeAttribute:
        return NodeAttribute(f"{self._name}.{label}")


class _Platform:
    __slots__ = ()
    os = NodeAttribute("node.platform.os")
    arch = NodeAttribute("node.platform.arch")


class _Node:
    """The node a task might run on."""

    __slots__ = ()
    id = NodeAttribute("node.id")
    hostname = NodeAttribute("node.hostname")
    ip = NodeAttribute("node.ip")
    role = NodeAttribute("node.role")
    platform = _Platform()
    labels = LabelNamespace("node.labels")


class _Engine:
    """The Docker Engine of that node."""

    __slots__ = ()
    labels = LabelNamespace("engine.labels")


node: Final = _Node()
"""The node a task might run on, for constraints: `node.role == "manager"`, `node.labels.zone != "b"`."""

engine: Final = _Engine()
"""The Engine of that node: `engine.labels.storage == "ssd"`."""


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Preference(Value):
    """A preference between nodes that all fit (Compose `placement.preferences[]`)."""

    spread: str | None = attrs.field(
        default=None,
        metadata=key(
            "Spread.SpreadDescriptor", since="3.3", doc="The label whose values tasks are spread over evenly."
        ),
    )
    """The label whose values tasks are spread over evenly. Since 3.3."""

    def to_api(self, tree: "Tree", _lowering: "Lowering") -> None:
        """Say the label, even none."""
        tree.setdefault("Spread", {}).setdefault("SpreadDescriptor", "")


def spread(over: NodeAttribute | str) -> Preference:
    """Spread tasks evenly over the values of a label: `spread(node.labels.rack)`."""
    return Preference(spread=str(over) if isinstance(over, NodeAttribute) else over)


def as_constraints(value: Sequence[str | Constraint] | None) -> tuple[Constraint, ...] | None:
    """Take a list of constraints, as expressions or text."""
    listed = as_list(value)
    if type(listed) is not tuple:
        return cast("tuple[Constraint, ...] | None", listed)
    return tuple([lenient(Constraint, item) if isinstance(item, str) else item for item in listed])


def as_preferences(value: Sequence[Preference] | None) -> tuple[Preference, ...] | None:
    """Take a list of preferences."""
    return cast("tuple[Preference, ...] | None", as_list(value))


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Placement(Value):
    """Where tasks run (Compose `deploy.placement`, Engine `TaskTemplate.Placement`)."""

    constraints: tuple[Constraint, ...] | None = attrs.field(
        default=None, converter=as_constraints, metadata=key("Constraints", doc="Conditions that a node must all meet.")
    )
    """Conditions that a node must all meet. Since 3.0."""
    preferences: tuple[Preference, ...] | None = attrs.field(
        default=None,
        converter=as_preferences,
        metadata=key("Preferences", since="3.3", doc="What to spread tasks over, the most important first."),
    )
    """What to spread tasks over, the most important first. Since 3.3."""
    max_replicas_per_node: int | None = attrs.field(
        default=None,
        metadata=key(
            "MaxReplicas", since="3.8", cast="int", default="without limit", doc="The most tasks on one node."
        ),
    )
    """The most tasks on one node. Default: without limit. Since 3.8."""
