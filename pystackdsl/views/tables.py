"""Rows as the docker command prints them, under `--format` in all its forms. Called by the verbs that list.

table (or nothing)   the columns of the layout
table TEMPLATE       columns that a Go template makes, with their headings
json                 an object a line
raw                  `name: value` lines, where the layout has them
TEMPLATE             whatever a Go template makes of each row
"""

from collections.abc import Iterable, Mapping
from typing import Final

from pystackdsl.views.gojson import Row, json
from pystackdsl.views.tabwriter import aligned

__all__ = ["SERVICES", "STACKS", "TASKS", "Layout", "format_of", "formatted", "is_table"]

TABLE: Final = "table"
JSON: Final = "json"
RAW: Final = "raw"


class Layout:
    """What is listed: the heading of each placeholder, in the order of the columns. Some have a `raw` form too."""

    def __init__(self, *placeholders: str, raw: bool = True) -> None:
        words = {name: _words(name) for name in placeholders}
        self.headings = {name: " ".join(found).upper() for name, found in words.items()}
        self.table = f"{TABLE} " + "\t".join(f"{{{{.{name}}}}}" for name in placeholders)
        self.raw = "".join(f"{'_'.join(found).lower()}: {{{{.{name}}}}}\n" for name, found in words.items())
        self.has_raw = raw


def _words(name: str) -> list[str]:
    """The words in a name: `DesiredState`."""
    if name.isupper():
        return [name]
    starts = [index for index, char in enumerate(name) if char.isupper()]
    return [name[start:end] for start, end in zip(starts, [*starts[1:], len(name)], strict=True)]


STACKS: Final = Layout("Name", "Services", raw=False)
SERVICES: Final = Layout("ID", "Name", "Mode", "Replicas", "Image", "Ports")
TASKS: Final = Layout("ID", "Name", "Image", "Node", "DesiredState", "CurrentState", "Error", "Ports")


def format_of(layout: Layout, asked: str, *, quiet: bool = False) -> str:
    """The format that is meant: `quiet` leaves IDs alone where no template was asked for."""
    if asked in ("", TABLE):
        return "{{.ID}}" if quiet else layout.table
    if asked == RAW and layout.has_raw:
        return "id: {{.ID}}" if quiet else layout.raw
    return asked


def is_table(format: str) -> bool:
    """Whether a format, as `format_of` gives it, makes columns with headings."""
    return format.startswith(TABLE)


def formatted(rows: Iterable[Mapping[str, str]], layout: Layout, format: str) -> str:
    """The rows in a format that `format_of` gave. Raises InvalidText, with the place in it, for one that is none."""
    if format == JSON:
        return "".join(f"{json(Row(row))}\n" for row in rows)
    if format == layout.table:  # as the template would, which has to be imported and read
        return aligned("".join("\t".join(row.values()) + "\n" for row in [layout.headings, *rows]))
    return _templated(rows, layout, format)


def _templated(rows: Iterable[Mapping[str, str]], layout: Layout, format: str) -> str:
    from pystackdsl.diagnostics import Diagnostic, InvalidText
    from pystackdsl.views.gotemplate import Template

    start = len(TABLE) if is_table(format) else 0
    body = format[start:].strip(" ")
    text, at = _unescaped(body)
    try:
        template = Template(text)
        lines = [template.row(Row(row)) for row in rows]
        if not is_table(format):
            return "".join(f"{line}\n" for line in lines)
        return aligned("".join(f"{line}\n" for line in [template.heading(layout.headings), *lines]))
    except InvalidText as error:
        start += len(format[start:]) - len(format[start:].lstrip(" "))
        span = (start + at[error.span[0]], start + at[min(error.span[1], len(at) - 1)])
        (finding,) = error.findings
        placed = Diagnostic(
            summary=f"--format: {finding.summary}",
            expected=finding.expected,
            help=finding.help,
            excerpt=(format, *span),
        )
        raise InvalidText(placed, format, span) from None
    except ValueError as error:
        raise InvalidText(Diagnostic(summary=f"--format: {error}"), format) from None


def _unescaped(text: str) -> tuple[str, list[int]]:
    r"""The text with `\t` and `\n` for what they mean, and where each of its characters, and its end, came from."""
    out, at, index = "", [], 0
    while index < len(text):
        at.append(index)
        escape = {r"\t": "\t", r"\n": "\n"}.get(text[index : index + 2])
        out += escape or text[index]
        index += 2 if escape else 1
    return out, [*at, len(text)]
