"""The comments of Python source in which something is looked for: files and a pattern come in, places go out.

The command line looks here for the comments that ignore a rule.
"""

import io
import re
import tokenize
from collections.abc import Iterable, Iterator

from pystackdsl.diagnostics import Comment, Span
from pystackdsl.model.stack import Stack
from pystackdsl.python.sources import Sources
from pystackdsl.python.tracebacks import is_theirs

__all__ = ["comments", "files_of"]


def files_of(stack: Stack) -> list[str]:
    """The files of the user's own in which resources of a stack were made or asked for."""
    origins = [resource.origin for _, _, resource in stack.resources()]
    codes = [code for origin in origins if origin is not None for code, _ in origin.frames]
    return sorted({code.co_filename for code in codes if is_theirs(code.co_filename)})


def comments(files: Iterable[str], pattern: re.Pattern[str]) -> Iterator[Comment]:
    """The comments in which a pattern is found that begins with their `#`, as far as it reaches."""
    sources = Sources()
    for file in sorted(files):
        source = sources.of(file)
        if source is None or pattern.search(source.text) is None:
            continue
        for line, column, text in _comments(source.text):
            for match in pattern.finditer(text):
                start = column + match.start() + 1
                end = start + len(match[0])
                yield Comment(Span(source.file, line, start, line, end, source.quoted(line)), match[0])


def _comments(text: str) -> Iterator[tuple[int, int, str]]:
    """Each comment with its line, from 1, and its column, from 0; those before whatever is no Python."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield *token.start, token.string
    except (tokenize.TokenError, SyntaxError):
        return
