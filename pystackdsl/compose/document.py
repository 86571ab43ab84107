"""A YAML text as the Docker CLI reads it: text comes in, a plain tree goes out, with the place of each value on demand.

With `docker_parser` the one user of PyYAML; the verbs that take a stack file call it. `read` goes through the text
once, by libyaml's events, and keeps no places: who has something to say about a value asks the `Document` where it
stands, and the text is read a second time. Where libyaml and the reader inside Docker differ, Docker's reading counts.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pystackdsl.compose.aliasing import excess, is_excessive
from pystackdsl.compose.encoding import in_utf8, is_marked
from pystackdsl.compose.lines import lines_of
from pystackdsl.compose.tree import TooDeep, TreeBuilder
from pystackdsl.diagnostics import Diagnostic, InvalidStack, KeyPath, Place, Severity
from pystackdsl.model.names import KINDS

if TYPE_CHECKING:
    from pathlib import Path

    from pystackdsl.compose.faults import Fault
    from pystackdsl.compose.marks import Marks

__all__ = ["Document", "read"]


class Document:
    """What a YAML text says.

    `tree` is made of dict (text keys), list, str, int, float, bool, None and `Timestamp`. What the text shares by
    aliases is shared in the tree, so it is never changed in place. `findings` are warnings. `respelled` holds, by
    path, the source text of those numbers and dates that Docker turns into another text (`0400`, `1e6`).
    """

    def __init__(self, data: bytes, file: Path | None) -> None:
        self.data = data
        self.file = file
        self.tree: dict[str, Any] = {}
        self.findings: tuple[Diagnostic, ...] = ()
        self.respelled: dict[KeyPath, str] = {}

    @functools.cached_property
    def text(self) -> str:
        """The whole text, without a byte order mark."""
        return self.data.decode("utf-8-sig", "replace")

    @functools.cached_property
    def marks(self) -> Marks:
        """The places, comments and shared blocks of the text, read again when first asked for."""
        import yaml

        from pystackdsl.compose.marks import Marks
        from pystackdsl.compose.nodes import compose

        root = compose(lambda: _parser(self.data).get_event, yaml.events, yaml.YAMLError)
        return Marks(root, self.text, self.file)

    @property
    def may_hold_variables(self) -> bool:
        """Whether some text of the tree may hold a `$`; False is certain."""
        return any(sign in self.data for sign in (b"$", b"\\", b"!"))

    def place(self, path: Iterable[str | int], note: str = "") -> Place | None:
        """The place of the key at `path`, or of the nearest one above it that the text has."""
        span = self.marks.nearest(path)
        return Place(span, note) if span else None


def read(text: str | bytes, file: Path | None = None, *, goes_on: bool = False) -> Document:
    """Read a YAML text, of the file named (None for standard input and texts in memory).

    Raises InvalidStack with all that Docker would refuse about the text: syntax, keys given twice, keys that are no
    text, tags that do not fit, aliases that lead nowhere or too far, a top that is no mapping. Never raises anything
    else, whatever the text. A text of several documents is read up to the end of the first, with a warning.

    Where it `goes_on`, faults that spoil one value of one resource are errors among the document's findings, so that
    more can be told of the rest.
    """
    document = Document(in_utf8(text, file), file)
    _Reading(document, goes_on=goes_on).run()
    return document


class _Reading:
    """One reading of a document's text, and the faults met so far."""

    def __init__(self, document: Document, *, goes_on: bool) -> None:
        self.document = document
        self.goes_on = goes_on
        self.faults: list[Fault] = []

    def run(self) -> None:
        """Fill the document, or raise InvalidStack."""
        document = self.document
        quick = lines_of(document.data)
        if quick is not None:
            document.tree = quick.tree
            document.respelled = {KeyPath(*path): text for path, text in quick.respelled.items()}
            return
        import yaml

        try:
            builder = self.build(_parser)
            if builder.odd and self.has_comma_in_tag():
                builder = self.build(_docker_parser)
        except yaml.YAMLError as error:
            builder = self.read_as_docker(error)
        self.check_aliases(builder)
        self.check_dialect(builder)
        findings = tuple(fault.finding(document.marks) for fault in self.faults)
        errors = [finding for finding in findings if finding.severity is Severity.ERROR]
        is_local = not builder.is_torn and all(len(each.path) > 2 and each.path[0] in KINDS for each in errors)
        if errors and not (self.goes_on and is_local):
            raise InvalidStack(findings)
        document.findings = findings
        document.respelled = {KeyPath(*path): text for path, text in builder.respelled.items()}

    def build(self, parser: Callable[[bytes], Any]) -> TreeBuilder:
        """Make the tree of the first document. Faults of its values are noted, an error of its syntax is raised."""
        from yaml import events

        data = self.document.data
        get = parser(data).get_event
        builder = TreeBuilder(get, events, is_marked=is_marked(data))
        self.faults = builder.faults
        tree: Any = None
        try:
            get()  # the start of the stream
            start = get()
            if start.__class__ is events.DocumentStartEvent:
                self.check_version(start)
                tree = builder.root(get())
                self.check_end(get().start_mark.index, get, parser)
        except TooDeep:
            tree = {}
        except RecursionError:
            self.note(summary="the text is nested too deeply to be read from here", start=0, end=1)
            tree = {}
        if isinstance(tree, dict):
            self.document.tree = tree
        elif all(fault.severity is Severity.WARNING for fault in self.faults):
            self.not_a_mapping(tree)
        return builder

    def read_as_docker(self, error: Exception) -> TreeBuilder:
        """Read once more what libyaml refuses and Docker may take; raise InvalidStack where both refuse it."""
        import yaml

        from pystackdsl.compose.complaint import Complaint
        from pystackdsl.compose.dialect import may_suit_docker
        from pystackdsl.compose.syntax import worded

        data, text = self.document.data, self.document.text
        complaint = Complaint.of(error, data, text)
        if may_suit_docker(complaint):
            try:
                return self.build(_docker_parser)
            except yaml.YAMLError as again:
                complaint = Complaint.of(again, data, text)
        marks = self.document.marks
        raise InvalidStack(fault.finding(marks) for fault in (*self.faults, worded(complaint)))

    def note(self, **fault: Any) -> None:
        from pystackdsl.compose.faults import Fault

        self.faults.append(Fault(**fault))

    def check_version(self, start: Any) -> None:
        """Docker takes YAML 1.1 alone, by name."""
        if start.version not in {None, (1, 1)}:
            from pystackdsl.compose.complaint import Complaint
            from pystackdsl.compose.syntax import worded

            at = max(self.document.text.find("%YAML"), 0)
            problem = "found incompatible YAML document"
            self.faults.append(worded(Complaint(problem=problem, context="", at=at, since=at, text=self.document.text)))

    def check_end(self, index: int, get: Callable[[], Any], parser: Callable[[bytes], Any]) -> None:
        """Warn when something follows the document that ends at an index. Docker scans three tokens of it."""
        from yaml import YAMLError, events, tokens

        from pystackdsl.compose.complaint import Complaint

        try:
            if get().__class__ is events.StreamEndEvent:
                return
        except YAMLError:
            pass
        document = self.document
        try:
            found = _tokens_from(index, parser(document.data))
        except YAMLError as error:
            before = document.text[: Complaint.of(error, document.data, document.text).token_start]
            found = _tokens_from(index, parser(before.encode()))
            if len(found) < 3:
                raise
        is_marked = bool(found) and found[0].__class__ in (tokens.DocumentStartToken, tokens.DocumentEndToken)
        what = "another document begins here" if is_marked else "the mapping of the whole file ends above"
        self.note(
            summary=f"Docker reads nothing from this line on: {what}",
            start=index,
            end=index + 1,
            help="write one stack into one file, with `services:` and all keys of its rank indented alike",
            severity=Severity.WARNING,
        )

    def check_aliases(self, builder: TreeBuilder) -> None:
        """Refuse a text whose aliases multiply it too far, by the exact count that Docker makes."""
        if not (builder.suspect or is_excessive(builder.aliased, builder.decoded)):
            return
        root = self.document.marks.root
        alias = excess(root) if root else None
        if alias is not None:
            self.note(
                summary="aliases make the text many times larger than it is written, which Docker refuses",
                start=alias.start,
                end=alias.end,
                help="write some of the blocks out, or split the stack",
            )

    def has_comma_in_tag(self) -> bool:
        from pystackdsl.compose import dialect

        return dialect.has_comma_in_tag(self.document.marks.root, self.document.text)

    def check_dialect(self, builder: TreeBuilder) -> None:
        """Refuse what libyaml reads and Docker does not, and the characters that mark open variables here."""
        document = self.document
        if builder.odd or b"\\" in document.data or b"\xef\xb7" in document.data:
            from pystackdsl.compose import dialect

            if builder.odd or b"\\/" in document.data:
                self.faults += dialect.refused_by_docker(document.marks.root, document.text)
            if dialect.may_hold_marks(document.data):
                self.faults += dialect.marked_texts(document.marks.root)

    def not_a_mapping(self, tree: Any) -> None:
        """Note a text that is empty, or whose top is no mapping."""
        what = "a list" if isinstance(tree, list) else "nothing" if tree is None else "a text"
        text = self.document.text
        start = len(text) - len(text.lstrip())
        self.note(
            summary=f"the file holds {what} where a stack begins",
            start=start,
            end=start + 1,
            expected="a mapping with the key services",
            help="begin with `services:`, and indent each service below it",
        )


def _parser(data: bytes) -> Any:
    """What gives the events and tokens of a text, by libyaml where it is there. May raise YAMLError."""
    import yaml

    if not yaml.__with_libyaml__:
        return _docker_parser(data)
    from yaml._yaml import CParser

    return CParser(data)


def _docker_parser(data: bytes) -> Any:
    """What gives the events and tokens of a text as Docker's own parser splits it. May raise YAMLError."""
    from yaml.reader import ReaderError

    from pystackdsl.compose.docker_parser import DockerParser

    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = len(data[: error.start].decode("utf-8-sig"))
        raise ReaderError("", at, data[error.start], "utf-8", "no character") from None
    return DockerParser(text)


def _tokens_from(index: int, parser: Any) -> list[Any]:
    """The first three tokens that begin at an index or behind it. May raise YAMLError."""
    from yaml import tokens

    found: list[Any] = []
    while len(found) < 3 and (token := parser.get_token()) is not None:
        if token.start_mark.index >= index and token.__class__ not in (tokens.BlockEndToken, tokens.StreamEndToken):
            found.append(token)
    return found
