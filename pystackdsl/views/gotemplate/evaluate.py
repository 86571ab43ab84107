"""A parsed Go template and the values it speaks of to text. Raises InvalidText, with the place, for what goes wrong."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pystackdsl.views.gotemplate.functions import FUNCTIONS, Function, FunctionError, printed, truth
from pystackdsl.views.gotemplate.tree import (
    Action,
    Argument,
    Branch,
    Command,
    Jump,
    Node,
    Pipeline,
    Template,
    Text,
    misspelt,
)

__all__ = ["LONGEST", "render"]

LONGEST: Final = 1 << 22
"""Characters that one rendering may have."""

Scope = dict[str, Any]


def render(template: Template, dot: Any, functions: Mapping[str, Function] = FUNCTIONS) -> str:
    """The text that a template makes of a value: most often a mapping, whose keys are the fields."""
    return "".join(_Rendering(template.text, functions).nodes(template.nodes, dot, {"": dot}))


class _Jumped(Exception):
    """A `break` or `continue`, on its way to its range."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class _Rendering:
    def __init__(self, text: str, functions: Mapping[str, Function]) -> None:
        self.text = text
        self.functions = functions
        self.length = 0

    def nodes(self, nodes: Iterable[Node], dot: Any, scope: Scope) -> Iterator[str]:
        for node in nodes:
            if isinstance(node, Text):
                yield self.counted(node.text)
            elif isinstance(node, Action):
                value = self.pipeline(node.pipeline, dot, scope)
                if not node.pipeline.names:
                    yield self.counted(printed(value))
            elif isinstance(node, Jump):
                raise _Jumped(node.word)
            elif node.word == "range":
                yield from self.range(node, dot, scope)
            else:
                value = self.pipeline(node.pipeline, dot, inner := dict(scope))
                chosen = node.body if truth(value) else node.otherwise
                below = value if node.word == "with" and truth(value) else dot
                try:
                    yield from self.nodes(chosen, below, inner)
                finally:
                    scope.update({name: inner[name] for name in scope})

    def range(self, node: Branch, dot: Any, scope: Scope) -> Iterator[str]:
        value = self.pipeline(attrs_free(node.pipeline), dot, scope)
        pairs = self.pairs(value, node)
        if not pairs:
            yield from self.nodes(node.otherwise, dot, dict(scope))
        names = node.pipeline.names
        for key, item in pairs:
            inner = dict(scope) | dict(zip(names, (key, item) if len(names) == 2 else (item,), strict=False))
            try:
                yield from self.nodes(node.body, item, inner)
            except _Jumped as jumped:
                if jumped.word == "break":
                    return
            finally:
                scope.update({name: inner[name] for name in scope if name not in names})

    def pairs(self, value: Any, node: Branch) -> list[tuple[Any, Any]]:
        """What a range goes through: positions or keys, each with what is there."""
        if isinstance(value, Mapping):
            return sorted(value.items())
        if isinstance(value, list | tuple):
            return list(enumerate(value))
        if value is None:
            return []
        raise misspelt(self.text, node.at, f"range cannot go through {_noun(value)}", expected="a list")

    def counted(self, text: str) -> str:
        self.length += len(text)
        if self.length > LONGEST:
            raise misspelt(self.text, 0, f"the template makes more than {LONGEST:,} characters")
        return text

    def pipeline(self, pipeline: Pipeline, dot: Any, scope: Scope) -> Any:
        value: Any = None
        for number, command in enumerate(pipeline.commands):
            value = self.command(command, dot, scope, (value,) if number else ())
        for name in pipeline.names:
            scope[name] = value
        return value

    def command(self, command: Command, dot: Any, scope: Scope, last: tuple[Any, ...]) -> Any:
        first, *rest = command.words
        if first.kind != "function":
            if last:
                raise misspelt(self.text, first.at, "only a function can stand behind |")
            return self.argument(first, dot, scope)
        function = self.functions.get(first.name)
        end = first.at + len(first.name)
        if function is None:
            from pystackdsl.diagnostics import nearest

            guess = nearest(first.name, self.functions)
            raise misspelt(
                self.text, first.at, f'there is no function "{first.name}"', end=end,
                expected=", ".join(sorted(self.functions)), help=f"did you mean {guess}?" if guess else "",
            )  # fmt: skip
        if first.name in ("and", "or"):
            return self.shorted(first.name, rest, dot, scope, last)
        given = [self.argument(word, dot, scope) for word in rest]
        try:
            return function(*given, *last)
        except FunctionError as error:
            raise misspelt(self.text, first.at, f"{first.name}: {error}", end=end) from None

    def shorted(self, name: str, words: list[Argument], dot: Any, scope: Scope, last: tuple[Any, ...]) -> Any:
        """`and` and `or` end with the first value that decides."""
        value: Any = None
        for word in words:
            value = self.argument(word, dot, scope)
            if truth(value) is (name == "or"):
                return value
        return last[0] if last else value

    def argument(self, word: Argument, dot: Any, scope: Scope) -> Any:
        if word.kind == "literal":
            return word.value
        if word.kind == "function":
            return self.command(Command((word,)), dot, scope, ())
        if word.kind == "pipeline" and word.inner is not None:
            value = self.pipeline(word.inner, dot, scope)
        else:
            value = scope[word.name] if word.kind == "variable" else dot
        for name in word.fields:
            value = self.field(value, name, word)
        return value

    def field(self, value: Any, name: str, word: Argument) -> Any:
        if isinstance(value, Mapping) and name in value:
            return value[name]
        end = word.at + sum(len(each) + 1 for each in word.fields)
        if not isinstance(value, Mapping):
            raise misspelt(self.text, word.at, f"{_noun(value)} has no field .{name}", end=end)
        from pystackdsl.diagnostics import nearest

        guess = nearest(name, map(str, value))
        raise misspelt(
            self.text, word.at, f"there is no placeholder .{name}", end=end,
            expected=", ".join(f".{each}" for each in value), help=f"did you mean .{guess}?" if guess else "",
        )  # fmt: skip


def attrs_free(pipeline: Pipeline) -> Pipeline:
    """The pipeline without its variables, which a range sets itself."""
    return Pipeline(pipeline.commands)


def _noun(value: Any) -> str:
    names = {
        str: "a text",
        bool: "a truth value",
        int: "a number",
        float: "a number",
        list: "a list",
        type(None): "nil",
    }
    return names.get(type(value), "a value")
