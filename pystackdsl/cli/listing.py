"""What the verbs that list have in common: their options, which are those of their namesakes, and what is printed."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pystackdsl.cli.failure import CommandError, UsageError
from pystackdsl.cli.terminal import emit

if TYPE_CHECKING:
    from pystackdsl.views.tables import Layout

__all__ = ["declare_filter", "declare_format", "filters", "print_rows", "refuse_stack_name"]


def declare_format(group: "argparse._ArgumentGroup") -> None:
    """`--format`."""
    group.add_argument(
        "--format",
        default=None,
        metavar="FORMAT",
        help="`table`, `table TEMPLATE`, `json` (one object a line), or a Go template for each line",
    )


def declare_filter(group: "argparse._ArgumentGroup", names: str) -> None:
    """`--filter`, with the names that it takes for its help."""
    group.add_argument(
        "-f",
        "--filter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=f"only what passes; NAME is {names}; repeat it for more",
    )


def filters(said: Iterable[str]) -> dict[str, list[str]]:
    """The filters by name. Raises UsageError for one that has no value."""
    found: dict[str, list[str]] = {}
    for text in said:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f'--filter cannot be "{text}"', expected="NAME=VALUE, such as name=shop_web")
        found.setdefault(name.strip().lower(), []).append(value.strip())
    return found


def print_rows(rows: Sequence[Mapping[str, str]], layout: "Layout", format: str, *, quiet: bool = False) -> None:
    """Print rows in a format. Raises CommandError for a template that is none."""
    from pystackdsl.diagnostics import InvalidText
    from pystackdsl.views.tables import formatted

    try:
        text = formatted(rows, layout, format, quiet=quiet)
    except InvalidText as error:
        from pystackdsl.cli.terminal import draw

        draw(error.findings)
        raise CommandError("--format cannot be used as it is", help="`--format json` prints all there is") from None
    emit(text)


def refuse_stack_name(name: str) -> None:
    """Raise CommandError for a name that no stack can have."""
    from pystackdsl.swarm.names import check_stack_name

    finding = check_stack_name(name)
    if finding is not None:
        raise CommandError(finding.summary, expected=finding.expected, help=finding.help)
