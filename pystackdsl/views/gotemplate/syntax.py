"""The second stage of a Go template: tokens come in, a tree goes out. Called by `gotemplate`.

template = { text | action | if | with | range }
if = "{{if" pipeline "}}" template { "{{else if" pipeline "}}" template } [ "{{else}}" template ] "{{end}}"
pipeline = [ $name ( ":=" | "=" ) ] command { "|" command }
command = operand { blank operand }
operand = ( "." | .Field | $name | literal | function | "(" pipeline ")" ) { .Field }
"""

from collections.abc import Collection, Sequence
from typing import Any, Final, Literal, NamedTuple

from pystackdsl.diagnostics import nearest
from pystackdsl.views.gotemplate.fault import DEPTH, Stretch, fault
from pystackdsl.views.gotemplate.lexer import Token, tokens
from pystackdsl.views.gotemplate.literals import literal

__all__ = [
    "Action", "Block", "Break", "Command", "Constant", "Dot", "Fields", "Function", "Node", "Operand", "Pipeline",
    "Text", "Variable", "parsed",
]  # fmt: skip


class Text(NamedTuple):
    """Text that is printed as it stands."""

    text: str


class Constant(NamedTuple):
    """A literal."""

    value: Any
    at: Stretch


class Dot(NamedTuple):
    """What the template is about at this place: the row, or what `range` and `with` make it."""

    at: Stretch


class Variable(NamedTuple):
    """`$name`; `$` alone is the row."""

    name: str
    at: Stretch


class Function(NamedTuple):
    """The name of a function, where it is called."""

    name: str
    at: Stretch


class Fields(NamedTuple):
    """Fields of a value, each of the one before: `.A.B`, `$x.A`."""

    base: "Operand"
    names: tuple[str, ...]
    at: Stretch


class Command(NamedTuple):
    """A value, or a function and what it is given."""

    words: "tuple[Operand, ...]"
    at: Stretch


class Pipeline(NamedTuple):
    """Commands, each given what the one before made; then the variables that keep the result."""

    commands: tuple[Command, ...]
    variables: tuple[str, ...]
    declares: bool
    at: Stretch


class Action(NamedTuple):
    """A pipeline whose result is printed, unless a variable keeps it."""

    pipeline: Pipeline


class Block(NamedTuple):
    """`if`, `with` or `range`, and what stands in it."""

    word: Literal["if", "with", "range"]
    pipeline: Pipeline
    then: "tuple[Node, ...]"
    otherwise: "tuple[Node, ...]"


class Break(NamedTuple):
    """`break` or `continue`."""

    word: str


Operand = Constant | Dot | Variable | Function | Fields | Pipeline
Node = Text | Action | Block | Break

BLOCKS: Final = ("if", "with", "range")
WORDS: Final = (*BLOCKS, "else", "end", "break", "continue")
NOT_HERE: Final = ("template", "define", "block")


def parsed(text: str, functions: Collection[str]) -> tuple[Node, ...]:
    """The tree of a template that may call these functions. Raises InvalidText."""
    parser = _Parser(text, functions)
    nodes, last = parser.nodes()
    if last is not None:
        raise fault(text, last.at, f"{{{{{last.text}}}}} stands alone", help="it belongs after if, with or range")
    return nodes


class _Parser:
    """What is left of the tokens, and what the parts of the template know together."""

    def __init__(self, text: str, functions: Collection[str]) -> None:
        self.text = text
        self.functions = functions
        self.rest: Sequence[Token] = [*tokens(text)]
        self.position = 0
        self.variables = ["$"]
        self.depth = 0
        self.loops = 0

    # Tokens

    @property
    def token(self) -> Token:
        return self.rest[self.position]

    def step(self) -> Token:
        self.position += 1
        return self.rest[self.position - 1]

    def skip_blanks(self) -> Token:
        while self.token.kind == "blank":
            self.position += 1
        return self.token

    def closed(self, after: str) -> None:
        """Expect the end of an action."""
        token = self.skip_blanks()
        if token.kind != "close":
            raise fault(self.text, token.at, f"`{token.text}` after {after}", expected="}}")
        self.step()

    def deeper(self, at: Stretch) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise fault(self.text, at, f"blocks and brackets are nested more than {DEPTH} deep")

    # Blocks

    def nodes(self) -> tuple[tuple[Node, ...], Token | None]:
        """What stands up to the next `else` or `end` of the block it is in, and that word; None at the very end."""
        found: list[Node] = []
        while True:
            token = self.step()
            if token.kind == "end":
                return tuple(found), None
            if token.kind == "text":
                found.append(Text(token.text))
                continue
            word = self.skip_blanks()
            if word.kind == "word" and word.text in {"else", "end"}:
                return tuple(found), self.step()
            found.append(self.statement(word))

    def statement(self, word: Token) -> Node:
        """One `{{ }}`, with all up to its end where it opens a block."""
        name = word.text if word.kind == "word" else ""
        if name in BLOCKS:
            self.step()
            return self.block(word)
        if name in {"break", "continue"}:
            if not self.loops:
                raise fault(self.text, word.at, f"{name} outside of a range")
            self.step()
            self.closed(name)
            return Break(name)
        if name in NOT_HERE:
            raise fault(self.text, word.at, f"{name} is not supported", help="write out what it stands for")
        pipeline = self.pipeline("}}")
        return Action(pipeline)

    def block(self, word: Token) -> Block:
        """`if`, `with` or `range`, whose word has been read."""
        self.deeper(word.at)
        scope = len(self.variables)
        pipeline = self.pipeline("}}", after=word)
        self.loops += word.text == "range"
        then, last = self.nodes()
        self.loops -= word.text == "range"
        otherwise: tuple[Node, ...] = ()
        if last is not None and last.text == "else":
            following = self.skip_blanks()
            if following.kind == "word" and following.text == word.text and word.text != "range":
                self.step()
                otherwise = (self.block(following),)
                last = None
            else:
                self.closed("else")
                otherwise, last = self.nodes()
                self.ended(word, last)
        else:
            self.ended(word, last)
        if last is not None:
            self.closed("end")
        del self.variables[scope:]
        self.depth -= 1
        return Block(word.text, pipeline, then, otherwise)  # type: ignore[arg-type]

    def ended(self, word: Token, last: Token | None) -> None:
        if last is None:
            raise fault(self.text, word.at, f"{{{{{word.text}}}}} is not closed", expected="{{end}} after it")
        if last.text != "end":
            raise fault(self.text, last.at, f"{word.text} has an else already", expected="{{end}}")

    # Pipelines

    def pipeline(self, end: str, *, after: Token | None = None) -> Pipeline:
        """A pipeline and the `}}` or `)` that ends it; `after` is the word of the block that it belongs to."""
        start = self.skip_blanks()
        variables, declares = self.kept(is_range=after is not None and after.text == "range")
        if self.skip_blanks().text == end:
            at = after.at if after else (start.at[0], self.token.at[1])
            raise fault(
                self.text, at, f"{after.text} has no value" if after else "a value is missing", expected="such as .Name"
            )
        commands = [self.command(end, is_first=True)]
        while self.token.text == "|":
            pipe = self.step()
            if self.skip_blanks().text == end:
                raise fault(self.text, pipe.at, "nothing follows the |", expected="a function")
            commands.append(self.command(end, is_first=False))
        last = self.step()
        if declares:
            self.variables.extend(variables)
        return Pipeline(tuple(commands), variables, declares, (start.at[0], last.at[0]))

    def kept(self, *, is_range: bool) -> tuple[tuple[str, ...], bool]:
        """The variables that a pipeline is kept in, and whether they are new."""
        before = self.position
        names: list[Token] = []
        while self.token.kind == "variable" and len(names) < 2:
            names.append(self.step())
            mark = self.skip_blanks()
            if mark.text in {":=", "="}:
                self.step()
                for name in names:
                    if mark.text == "=":
                        self.known(name)
                return tuple(name.text for name in names), mark.text == ":="
            if mark.text != "," or not is_range:
                break
            self.step()
            self.skip_blanks()
        self.position = before
        return (), False

    def command(self, end: str, *, is_first: bool) -> Command:
        """Operands with blanks between them, up to a `|` or the end of the pipeline."""
        words = [self.operand()]
        while self.token.kind == "blank" and self.skip_blanks().text not in {end, "|"}:
            words.append(self.operand())
        if self.token.text not in {end, "|"}:
            raise self.unexpected(self.token)
        if isinstance(words[0], Constant) and words[0].value is None:
            raise fault(self.text, words[0].at, "nil is no value to print")
        if not is_first and isinstance(words[0], Constant | Dot):
            raise fault(self.text, words[0].at, "a value after a |", expected="a function")
        return Command(tuple(words), (words[0].at[0], words[-1].at[1]))

    def operand(self) -> Operand:
        """A value or the name of a function, with the fields that follow it."""
        token = self.step()
        term = self.term(token)
        names: list[str] = []
        while self.token.kind == "field":
            names.append(self.step().text[1:])
        if not names:
            return term
        at = (token.at[0], self.rest[self.position - 1].at[1])
        if isinstance(term, Constant):
            raise fault(self.text, at, f"{token.text} has no fields")
        if isinstance(term, Fields):
            return Fields(term.base, (*term.names, *names), at)
        return Fields(term, tuple(names), at)

    def term(self, token: Token) -> Operand:
        """What a token stands for."""
        if token.kind == "dot":
            return Dot(token.at)
        if token.kind == "field":
            return Fields(Dot(token.at), (token.text[1:],), token.at)
        if token.kind == "variable":
            self.known(token)
            return Variable(token.text, token.at)
        if token.text == "(" and token.kind == "mark":
            self.deeper(token.at)
            pipeline = self.pipeline(")")
            self.depth -= 1
            return pipeline
        if token.kind in {"number", "char", "string"} or token.text in {"true", "false", "nil"}:
            return Constant(literal(self.text, token), token.at)
        if token.kind == "word" and token.text not in WORDS:
            self.called(token)
            return Function(token.text, token.at)
        raise self.unexpected(token)

    def known(self, token: Token) -> None:
        if token.text not in self.variables:
            guess = nearest(token.text, self.variables)
            cure = f"did you mean {guess}?" if guess else f"declare it first: {{{{{token.text} := .Name}}}}"
            raise fault(self.text, token.at, f"there is no variable {token.text}", help=cure)

    def called(self, token: Token) -> None:
        if token.text in self.functions:
            return
        guess = nearest(token.text, self.functions)
        cure = f"did you mean {guess}?" if guess else ""
        if token.text[0].isupper():
            cure = f"a field is written with a dot: .{token.text}"
        known = ", ".join(sorted(self.functions))
        raise fault(self.text, token.at, f"there is no function {token.text}", expected=f"one of {known}", help=cure)

    def unexpected(self, token: Token) -> Exception:
        if token.kind == "end":
            return fault(self.text, (len(self.text) - 1, len(self.text)), "the template ends too early")
        if token.text == "}}":
            return fault(self.text, token.at, "( is not closed", expected=") before the }}")
        if token.text == ")":
            return fault(self.text, token.at, ") without a (")
        return fault(self.text, token.at, f"`{token.text}` has no meaning here")
