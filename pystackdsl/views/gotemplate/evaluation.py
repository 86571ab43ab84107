"""The last stage of a Go template: a tree and a row come in, text goes out. Called by `gotemplate`.

What a template may do is bounded: the parts it evaluates, and the length of every text it makes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pystackdsl.diagnostics import nearest
from pystackdsl.views.gojson import Row
from pystackdsl.views.gotemplate.fault import SIZE, STEPS, Stretch, fault
from pystackdsl.views.gotemplate.functions import LAZY, CallError, Function, is_true
from pystackdsl.views.gotemplate.printf import spelled
from pystackdsl.views.gotemplate.syntax import (
    Action,
    Block,
    Break,
    Command,
    Constant,
    Dot,
    Fields,
    Node,
    Operand,
    Pipeline,
    Text,
    Variable,
)

__all__ = ["Evaluation"]

_NOT_GIVEN = object()
"""What a command is given by the one before it, where there is none."""


class _Left(Exception):
    """A `break` or `continue` was met."""


class Evaluation:
    """One template at work on one row. `out` has what was printed so far, also after a fault."""

    def __init__(self, text: str, row: Mapping[str, str], functions: Mapping[str, Function]) -> None:
        self.text = text
        self.functions = functions
        self.out: list[str] = []
        self.variables: list[tuple[str, Any]] = [("$", row)]
        self.steps = 0
        self.size = 0

    def run(self, nodes: Sequence[Node], dot: Any) -> None:
        """Print nodes. Raises InvalidText."""
        for node in nodes:
            self.step((0, len(self.text)))
            if isinstance(node, Text):
                self.write(node.text, (0, len(self.text)))
            elif isinstance(node, Action):
                value = self.pipeline(node.pipeline, dot)
                if not node.pipeline.variables:
                    self.write(self.printed(value, node.pipeline.at), node.pipeline.at)
            elif isinstance(node, Block):
                self.block(node, dot)
            else:
                raise _Left(node.word)

    def step(self, at: Stretch) -> None:
        """Count a part. Raises InvalidText when there are too many."""
        self.steps += 1
        if self.steps > STEPS:
            raise fault(self.text, at, f"the template evaluates more than {STEPS} parts for one row")

    def write(self, text: str, at: Stretch) -> None:
        """Print a text. Raises InvalidText when it is too much."""
        self.size += len(text)
        if self.size > SIZE:
            raise fault(self.text, at, "the template prints more than a mebibyte for one row")
        self.out.append(text)

    def printed(self, value: Any, at: Stretch) -> str:
        """A value as an action prints it."""
        if isinstance(value, Row):
            names = ", ".join(f".{name}" for name in value)
            raise fault(self.text, at, "the row itself cannot be printed", expected=f"{names}, or {{{{json .}}}}")
        return "<no value>" if value is None else spelled(value)

    def block(self, node: Block, dot: Any) -> None:
        """`if`, `with` or `range`."""
        scope = len(self.variables)
        value = self.pipeline(node.pipeline, dot, keeps=node.word != "range")
        if node.word == "range":
            self.loop(node, dot, value)
        elif is_true(value):
            self.run(node.then, value if node.word == "with" else dot)
        else:
            self.run(node.otherwise, dot)
        del self.variables[scope:]

    def loop(self, node: Block, dot: Any, value: Any) -> None:
        """`range`."""
        names = node.pipeline.variables
        scope = len(self.variables)
        is_empty = True
        for key, each in self.elements(value, node.pipeline.at):
            is_empty = False
            self.step(node.pipeline.at)
            for name, kept in zip(names, (each,) if len(names) == 1 else (key, each), strict=False):
                self.keep(name, kept, declares=node.pipeline.declares)
            try:
                self.run(node.then, each)
            except _Left as left:
                if str(left) == Break("break").word:
                    break
            finally:
                del self.variables[scope:]
        if is_empty:
            self.run(node.otherwise, dot)

    def elements(self, value: Any, at: Stretch) -> Iterable[tuple[Any, Any]]:
        """What a range goes over: indexes or keys, and elements."""
        if isinstance(value, Mapping) and not isinstance(value, Row):
            return sorted(value.items())
        if isinstance(value, Sequence) and not isinstance(value, str):
            return enumerate(value)
        if type(value) is int:
            return ((each, each) for each in range(value))
        if value is None:
            return ()
        named = "the row" if isinstance(value, Row) else f'"{spelled(value)}"'
        raise fault(self.text, at, f"range cannot go over {named}", expected='a list, such as (split .Name "_")')

    def keep(self, name: str, value: Any, *, declares: bool) -> None:
        """Put a value into a new variable, or into the one of that name."""
        if declares:
            self.variables.append((name, value))
            return
        for index in range(len(self.variables) - 1, -1, -1):
            if self.variables[index][0] == name:
                self.variables[index] = (name, value)
                return

    def pipeline(self, node: Pipeline, dot: Any, *, keeps: bool = True) -> Any:
        """What the last command makes; its variable has it from then on if `keeps`."""
        value: Any = _NOT_GIVEN
        for command in node.commands:
            value = self.command(command, dot, value)
        if keeps and len(node.variables) == 1:
            self.keep(node.variables[0], value, declares=node.declares)
        return value

    def command(self, node: Command, dot: Any, given: Any) -> Any:
        """A value, or what a function makes of what it is given."""
        self.step(node.at)
        first, *rest = node.words
        if isinstance(first, Constant | Dot | Variable | Fields | Pipeline):
            if rest or given is not _NOT_GIVEN:
                raise fault(self.text, first.at, "this is no function, so it cannot be given anything")
            return self.operand(first, dot)
        function = self.functions[first.name]
        values = (self.operand(each, dot) for each in rest)
        if first.name in LAZY:
            return self.lazy(first.name, values, given, node.at)
        return self.called(first.name, function, [*values, *([] if given is _NOT_GIVEN else [given])], node.at)

    def lazy(self, name: str, values: Iterator[Any], given: Any, at: Stretch) -> Any:
        """`and`, `or`: the first value that decides."""
        value: Any = _NOT_GIVEN
        for value in values:
            if is_true(value) == (name == "or"):
                return value
        value = value if given is _NOT_GIVEN else given
        if value is _NOT_GIVEN:
            raise fault(self.text, at, f"{name} needs a value")
        return value

    def called(self, name: str, function: Function, values: list[Any], at: Stretch) -> Any:
        """What a function makes of values of the right number and types."""
        takes = function.takes
        fewest = len(takes) - function.repeats
        if len(values) < fewest or (len(values) > fewest and not function.repeats):
            more = "at least " if function.repeats else ""
            raise fault(self.text, at, f"{name} takes {more}{fewest} value{'s' * (fewest != 1)}, not {len(values)}")
        for index, type_ in enumerate(takes[: len(values)]):
            value = values[index]
            if type_ is int and isinstance(value, float) and value.is_integer():
                values[index] = int(value)
            elif type_ is not object and type(value) is not type_:
                names = {str: "a text", int: "a number", list: "a list"}
                found = "the row" if isinstance(value, Row) else f'"{spelled(value)}"'
                raise fault(self.text, at, f"{name} cannot take {found}", expected=names[type_])
        try:
            value = function.call(*values)
        except CallError as error:
            raise fault(self.text, at, f"{name}: {error}") from None
        if isinstance(value, str) and len(value) > SIZE:
            raise fault(self.text, at, "the text becomes too long")
        return value

    def operand(self, node: Operand, dot: Any) -> Any:
        """The value of one word."""
        self.step(node.at)
        if isinstance(node, Constant):
            return node.value
        if isinstance(node, Dot):
            return dot
        if isinstance(node, Variable):
            return self.variable(node)
        if isinstance(node, Pipeline):
            return self.pipeline(node, dot)
        if isinstance(node, Fields):
            value = self.operand(node.base, dot)
            for name in node.names:
                value = self.field(value, name, node.at)
            return value
        return self.command(Command((node,), node.at), dot, _NOT_GIVEN)

    def variable(self, node: Variable) -> Any:
        """What a variable holds. Raises InvalidText where it was declared elsewhere."""
        for name, value in reversed(self.variables):
            if name == node.name:
                return value
        raise fault(self.text, node.at, f"there is no variable {node.name} here")

    def field(self, value: Any, name: str, at: Stretch) -> Any:
        """A field of the row; of a map what it has under that key."""
        if not isinstance(value, Mapping):
            raise fault(self.text, at, f"{spelled(value)!r} has no field {name}")
        if not isinstance(value, Row):
            return value.get(name)
        if name not in value:
            guess = nearest(name, value)
            cure = f"did you mean .{guess}?" if guess else ""
            names = ", ".join(f".{each}" for each in value)
            raise fault(self.text, at, f"there is no field .{name}", expected=f"one of {names}", help=cure)
        return value[name]
