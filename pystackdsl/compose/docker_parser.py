"""PyYAML's parser in Python, taught what Docker's own does otherwise.

A text comes in; its events and tokens go out. Imported by `document` for the texts that libyaml does not read as Docker
does, and then only: PyYAML is slow to import.
"""

import re
from typing import Any, Final

from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError
from yaml.tokens import ScalarToken

__all__ = ["DockerParser"]

_IN_BLOCK: Final = re.compile("(?:[^\0 \t\r\n\x85\u2028\u2029:]|:(?![\0 \t\r\n\x85\u2028\u2029]))*")
_IN_FLOW: Final = re.compile("(?:[^\0 \t\r\n\x85\u2028\u2029:,?\\[\\]{}]|:(?![\0 \t\r\n\x85\u2028\u2029]))*")
_TO_COMMENT: Final = re.compile("[ \t\r\n]*(?=#)")
_BLANKS: Final = re.compile("[ \t]*")
_BREAKS: Final = "\r\n\x85\u2028\u2029"

_Parser: Any = type("SlowParser", (Reader, Scanner, Parser), {})


class DockerParser(_Parser):  # type: ignore[misc]
    """The events and tokens of a text, as Docker splits it. All methods may raise YAMLError."""

    allow_simple_key: bool
    ESCAPE_REPLACEMENTS = {**Scanner.ESCAPE_REPLACEMENTS, "'": "'"}  # noqa: RUF012 - as in the base class
    del ESCAPE_REPLACEMENTS["/"]

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def scan_to_next_token(self) -> None:
        """Go on to the next token, over blanks, comments and line breaks."""
        commented = False
        while True:
            if self.column == 0 and self.peek() == "\ufeff":
                self.forward()
            before = self.buffer[self.pointer - self.column : self.pointer].strip()
            is_above = not before or before == "-" or before.endswith(" -")
            while self.peek() == " " or (self.peek() == "\t" and (self.flow_level or not self.allow_simple_key)):
                self.forward()
            if commented:
                self.forward(len(self.taken(_TO_COMMENT)))
            if self.peek() == "#":
                commented = commented or is_above
                while self.peek() not in f"\0{_BREAKS}":
                    self.forward()
            if self.peek() in "\x85\u2028\u2029":
                commented = False
            if not self.scan_line_break():
                break
            self.allow_simple_key = self.allow_simple_key or not self.flow_level

    def scan_block_scalar_indentation(self) -> Any:
        """Find how far a block of text is indented, by blanks alone."""
        found = super().scan_block_scalar_indentation()
        self.refuse_tab()
        return found

    def scan_block_scalar_breaks(self, indent: int) -> Any:
        """Take the line breaks before a line of a block of text."""
        found = super().scan_block_scalar_breaks(indent)
        if self.column < indent:
            self.refuse_tab()
        return found

    def refuse_tab(self) -> None:
        """Raise ScannerError at a tab."""
        if self.peek() == "\t":
            said = "found a tab character where an indentation space is expected"
            raise ScannerError("while scanning a block scalar", self.get_mark(), said, self.get_mark())

    def taken(self, pattern: re.Pattern[str]) -> str:
        """What a pattern matches from here on; nothing is gone over."""
        match = pattern.match(self.buffer, self.pointer)
        return match[0] if match else ""

    def scan_plain(self) -> ScalarToken:
        """Take a text without quotes, over several lines where it goes on."""
        start = end = self.get_mark()
        text = gap = ""
        while not (self.peek() == "#" or (self.column == 0 and self.is_document_mark())):
            chunk = self.taken(_IN_FLOW if self.flow_level else _IN_BLOCK)
            if chunk:
                text += gap + chunk
                self.forward(len(chunk))
                end = self.get_mark()
                self.allow_simple_key = False
            if self.peek() not in f" \t{_BREAKS}":
                break
            gap = self.scan_gap(start)
            if not self.flow_level and self.column <= self.indent:
                break
        return ScalarToken(text, True, start, end)

    def is_document_mark(self) -> bool:
        """Whether `---` or `...` stands here alone."""
        return self.prefix(3) in {"---", "..."} and self.peek(3) in f"\0 \t{_BREAKS}"

    def scan_gap(self, start: Any) -> str:
        """What the blanks and line breaks between two words of a plain text come to."""
        gap = self.taken(_BLANKS)
        self.forward(len(gap))
        found = []
        while self.peek() in f" \t{_BREAKS}":
            if self.peek() in _BREAKS:
                found.append(self.scan_line_break())
                self.allow_simple_key = True
            elif self.peek() == "\t" and self.column <= self.indent:
                said = "found a tab character that violates indentation"
                raise ScannerError("while scanning a plain scalar", start, said, self.get_mark())
            else:
                self.forward()
        if not found:
            return gap
        return "".join(found[1:] if found[0] == "\n" else found) or " "
