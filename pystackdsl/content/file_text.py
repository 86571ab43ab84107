"""The text of a source file, and the way back to its bytes: its coding and its line ends are those that it had.

Python decides its coding by itself, YAML is UTF-8. The command line comes here with files that it is to change.
"""

import io
import tokenize

import attrs

from pystackdsl.content.rewriting import Uneditable

__all__ = ["FileText"]

_MARK = b"\xef\xbb\xbf"


@attrs.frozen
class FileText:
    """A text as the editors see it. Python's has line ends of Unix, as its own reader gives them."""

    text: str
    encoding: str
    has_crlf: bool

    @classmethod
    def of(cls, data: bytes, *, is_python: bool) -> "FileText":
        """The text of a file with this content. Raises Uneditable for line ends of several kinds, UnicodeError."""
        if is_python:
            encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        else:
            encoding = "utf-8-sig" if data.startswith(_MARK) else "utf-8"
        text = data.decode(encoding)
        plain = text.replace("\r\n", "")
        has_crlf = plain != text
        if "\r" in plain or (has_crlf and "\n" in plain):
            raise Uneditable
        return cls(text.replace("\r\n", "\n") if is_python else text, encoding, has_crlf)

    def encoded(self, text: str) -> bytes:
        """The bytes of a changed text."""
        if self.has_crlf:
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        return text.encode(self.encoding)
