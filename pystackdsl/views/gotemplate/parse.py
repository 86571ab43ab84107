"""The text of a Go template to its tree. Raises InvalidText, with the place, for what it does not understand."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

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

__all__ = ["parse"]

DEEPEST: Final = 50
"""How deeply blocks and parentheses may be nested."""

_TOKEN: Final = re.compile(
    r"""(?P<blank>[ \t\r\n]+)|(?P<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)|(?P<char>'(?:[^'\\\n]|\\.)')"""
    r"""|(?P<number>[+-]?(?:0[xX][0-9a-fA-F]+|[0-9][0-9_]*(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?))"""
    r"""|(?P<field>(?:\.[^\W\d]\w*)+)|(?P<variable>\$\w*(?:\.[^\W\d]\w*)*)|(?P<word>[^\W\d]\w*)"""
    r"""|(?P<declare>:=)|(?P<sign>[|(),=.])""",
    re.DOTALL,
)
_BRANCHES: Final = ("if", "range", "with")
_WORDS: Final = {"true": True, "false": False, "nil": None}


class Token(NamedTuple):
    """A piece of an action: its kind, its text, where it begins and whether blanks stand before it."""

    kind: str
    text: str
    at: int
    spaced: bool


def parse(text: str) -> Template:
    """The template that a text spells."""
    return Template(text, _Parser(text).template())


class _Parser:
    """Goes through the pieces of one text: stretches of text, and the tokens of each action."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces = list(_pieces(text))
        self.next = 0
        self.tokens: list[Token] = []
        self.end = 0
        self.depth = 0
        self.variables = [{""}]

    def template(self) -> tuple[Node, ...]:
        nodes, closing = self.block(in_range=False)
        if closing is not None:
            raise misspelt(self.text, closing[1], f"{{{{{closing[0]}}}}} closes nothing", help="take it away")
        return nodes

    def block(self, *, in_range: bool) -> tuple[tuple[Node, ...], tuple[str, int] | None]:
        """The nodes up to `end` or `else`, which is given too; its further tokens are still there."""
        nodes: list[Node] = []
        while self.next < len(self.pieces):
            start, piece, tokens, self.end = self.pieces[self.next]
            self.next += 1
            if piece:
                nodes.append(Text(piece))
            if tokens is None:
                continue
            self.tokens = tokens
            word = tokens[0].text if tokens and tokens[0].kind == "word" else ""
            if word in ("end", "else"):
                del self.tokens[0]
                return tuple(nodes), (word, start)
            nodes.append(self.action(word, start, in_range=in_range))
        return tuple(nodes), None

    def action(self, word: str, start: int, *, in_range: bool) -> Node:
        if word in _BRANCHES:
            del self.tokens[0]
            return self.branch(word, start, in_range=in_range)
        if word in ("break", "continue"):
            if not in_range:
                raise misspelt(self.text, start, f"{{{{{word}}}}} stands outside of a range")
            del self.tokens[0]
            self.done()
            return Jump("break" if word == "break" else "continue")
        if word in ("define", "template", "block"):
            raise misspelt(
                self.text, start, f"{{{{{word}}}}} is not understood here", help="write the template in one piece"
            )
        if not self.tokens:
            raise misspelt(self.text, start, "this action is empty", help="write a field, such as {{.Name}}")
        pipeline = self.pipeline()
        self.done()
        return Action(pipeline)

    def branch(self, word: Any, start: int, *, in_range: bool) -> Branch:
        self.depth += 1
        if self.depth > DEEPEST:
            raise misspelt(self.text, start, f"blocks are nested more than {DEEPEST} deep")
        self.variables.append(set(self.variables[-1]))
        pipeline = self.pipeline(is_range=word == "range")
        self.done()
        inner = in_range or word == "range"
        body, closing = self.block(in_range=inner)
        otherwise: tuple[Node, ...] = ()
        if closing is not None and closing[0] == "else":
            if self.tokens and self.tokens[0].text in ("if", "with"):
                chained = self.tokens.pop(0).text
                otherwise, closing = (self.branch(chained, closing[1], in_range=inner),), ("end", 0)
            else:
                self.done()
                otherwise, closing = self.block(in_range=in_range)
        self.variables.pop()
        self.depth -= 1
        if closing is None or closing[0] != "end":
            raise misspelt(self.text, start, f"{{{{{word}}}}} is never closed", help="write {{end}}")
        self.done()
        return Branch(word, start, pipeline, body, otherwise)

    def pipeline(self, *, is_range: bool = False) -> Pipeline:
        names, declares = self.assigned(is_range=is_range)
        commands = [self.command()]
        while self.tokens and self.tokens[0].text == "|":
            del self.tokens[0]
            commands.append(self.command())
        if declares:
            self.variables[-1].update(names)
        return Pipeline(tuple(commands), names, declares)

    def assigned(self, *, is_range: bool) -> tuple[tuple[str, ...], bool]:
        """The variables that a pipeline begins with, and whether they are new."""
        signs = [token.text for token in self.tokens[:4]]
        most = 2 if is_range else 1
        for count in range(1, most + 1):
            held = self.tokens[: 2 * count - 1 : 2]
            if any(token.kind != "variable" for token in held) or len(signs) < 2 * count:
                break
            if signs[2 * count - 1] in (":=", "="):
                declares = signs[2 * count - 1] == ":="
                del self.tokens[: 2 * count]
                return tuple(token.text[1:] for token in held), declares
            if signs[2 * count - 1] != ",":
                break
        return (), False

    def command(self) -> Command:
        words: list[Argument] = []
        while self.tokens and self.tokens[0].text not in ("|", ")"):
            if words and not self.tokens[0].spaced and self.tokens[0].text != "(":
                break
            words.append(self.argument())
        if not words:
            raise misspelt(self.text, self.here, "a value is missing here", expected="a field, a literal or a function")
        if len(words) > 1 and words[0].kind != "function":
            raise misspelt(self.text, words[1].at, "only functions take arguments", help="put | between two functions")
        return Command(tuple(words))

    def argument(self) -> Argument:
        token = self.tokens.pop(0)
        found = self.simple(token)
        if found is not None:
            return found
        if token.text == "(":
            self.depth += 1
            if self.depth > DEEPEST:
                raise misspelt(self.text, token.at, f"parentheses are nested more than {DEEPEST} deep")
            inner = self.pipeline()
            if not self.tokens or self.tokens.pop(0).text != ")":
                raise misspelt(self.text, token.at, "this parenthesis is not closed", help="write )")
            self.depth -= 1
            fields: tuple[str, ...] = ()
            if self.tokens and self.tokens[0].kind == "field" and not self.tokens[0].spaced:
                fields = tuple(self.tokens.pop(0).text[1:].split("."))
            return Argument("pipeline", token.at, inner=inner, fields=fields)
        raise misspelt(self.text, token.at, f'"{token.text}" is not understood here')

    def simple(self, token: Token) -> Argument | None:
        """An operand of one token; None for any other token."""
        kind, text, at = token.kind, token.text, token.at
        if kind == "field":
            return Argument("field", at, fields=tuple(text[1:].split(".")))
        if kind == "variable":
            name, *fields = text[1:].split(".")
            if name not in self.variables[-1]:
                raise misspelt(self.text, at, f"the variable ${name} is not set", end=at + len(text))
            return Argument("variable", at, name=name, fields=tuple(fields))
        if kind in ("string", "char", "number"):
            return Argument("literal", at, value=self.literal(token))
        if kind == "word":
            return (
                Argument("literal", at, value=_WORDS[text]) if text in _WORDS else Argument("function", at, name=text)
            )
        return Argument("dot", at) if text == "." else None

    def literal(self, token: Token) -> Any:
        text = token.text
        if token.kind == "number":
            digits = text.replace("_", "")
            try:
                return int(digits, 0) if digits.lstrip("+-0") or "." in digits else 0
            except ValueError:
                return float(digits)
        if text[0] == "`":
            return text[1:-1]
        inner = text[1:-1].replace('\\"', '"').replace("\\'", "'").replace('"', '\\"')
        try:
            value = json.loads(f'"{_unescaped(inner)}"', strict=False)
        except ValueError:
            raise misspelt(self.text, token.at, "this text has an escape that Go does not know") from None
        return ord(value) if token.kind == "char" and len(value) == 1 else value

    @property
    def here(self) -> int:
        """The place of the next token, or of the end of the action."""
        return self.tokens[0].at if self.tokens else self.end

    def done(self) -> None:
        """The action has to end here."""
        if self.tokens:
            token = self.tokens[0]
            raise misspelt(self.text, token.at, f'"{token.text}" is not expected here', end=token.at + len(token.text))


def _unescaped(text: str) -> str:
    r"""Escapes of Go that JSON does not have (`\a`, `\v`, `\x41`, `\101`), as those that it has."""
    text = re.sub(
        r"\\x([0-9a-fA-F]{2})|\\([0-3][0-7]{2})", lambda m: f"\\u{int(m[1], 16) if m[1] else int(m[2], 8):04x}", text
    )
    return text.replace("\\a", "\\u0007").replace("\\v", "\\u000b")


def _pieces(text: str) -> Iterator[tuple[int, str, list[Token] | None, int]]:
    """Each stretch of text with the action behind it: where that begins, the text, its tokens, where it ends."""
    at = 0
    trims = False
    while True:
        start = text.find("{{", at)
        stretch = text[at:] if start < 0 else text[at:start]
        stretch = stretch.lstrip(" \t\r\n") if trims else stretch
        if start < 0:
            yield len(text), stretch, None, len(text)
            return
        at = start + 2
        if text[at : at + 1] == "-" and text[at + 1 : at + 2] in (" ", "\t", "\r", "\n"):
            stretch = stretch.rstrip(" \t\r\n")
            at += 1
        comment = re.compile(r"\s*/\*.*?\*/\s*(-)?\}\}", re.DOTALL).match(text, at)
        if comment is not None:
            yield start, stretch, None, comment.end()
            at, trims = comment.end(), bool(comment[1])
            continue
        tokens, at, trims = _tokens(text, start, at)
        yield start, stretch, tokens, at - 2


def _tokens(text: str, start: int, at: int) -> tuple[list[Token], int, bool]:
    """The tokens of an action, where the text goes on, and whether blanks behind it are taken away."""
    tokens: list[Token] = []
    spaced = True
    while True:
        if text.startswith("}}", at):
            return tokens, at + 2, False
        if spaced and text.startswith("-}}", at):
            return tokens, at + 3, True
        match = _TOKEN.match(text, at)
        if match is None:
            if at >= len(text):
                raise misspelt(text, start, "this action is not closed", help="write }}")
            raise misspelt(text, at, f'"{text[at]}" is not understood here')
        if match.lastgroup != "blank":
            tokens.append(Token(match.lastgroup or "", match[0], at, spaced))
        spaced = match.lastgroup == "blank"
        at = match.end()
