"""What the verbs that list have in common: their options, which are those of their namesakes, and what is printed."""

import argparse
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from pystackdsl.cli.failure import CommandError, UsageError
from pystackdsl.cli.terminal import emit

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine
    from pystackdsl.views.tables import Layout

__all__ = ["TEMPLATES", "chosen_format", "declare_filter", "declare_format", "filters", "print_rows", "refuse_blank"]

TEMPLATES: Final = """\
A template may have fields such as {{.Name}}, literals, pipelines, variables, if, else, with and
range, the functions of Go's templates, and json, split, join, title, lower, upper, pad, truncate."""
"""What help texts tell of templates."""


def declare_format(group: "argparse._ArgumentGroup", *, has_raw: bool = True) -> None:
    """`--format`."""
    raw = "`raw`, " if has_raw else ""
    group.add_argument(
        "--format",
        type=_unless_empty,
        metavar="FORMAT",
        help=f"`table`, `table TEMPLATE`, `json` (one object a line), {raw}or a Go template for each line",
    )


def declare_filter(group: "argparse._ArgumentGroup", verb: str) -> None:
    """`--filter` of a verb."""
    from pystackdsl.cli.candidates import FILTERS

    *first, last = sorted(FILTERS[verb])
    group.add_argument(
        "-f",
        "--filter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=f"only what passes; NAME is {', '.join(first)} or {last}; repeat it for more",
    )


def _unless_empty(format: str) -> str | None:
    return format or None


def filters(said: Iterable[str]) -> dict[str, list[str]]:
    """The filters by name. Raises UsageError for one that has no value."""
    found: dict[str, list[str]] = {}
    for text in filter(None, said):
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f'--filter cannot be "{text}"', expected="NAME=VALUE, such as name=shop_web")
        found.setdefault(name.strip().lower(), []).append(value.strip())
    return found


def refuse_blank(stack: str) -> None:
    """Raise CommandError for a stack's name that is none. Any other may be that of a stack, whoever deployed it."""
    if not stack.strip(" \t\r\n\"'"):
        raise CommandError(f'"{stack}" is no name for a stack', help="`pystackdsl ls` lists the stacks")


def chosen_format(
    layout: "Layout", options: argparse.Namespace, engine: "Engine | None" = None, setting: str = ""
) -> str:
    """The format that is asked for, or that Docker's configuration has under a name for where nothing is asked for."""
    from pystackdsl.views.tables import format_of

    quiet = getattr(options, "quiet", False)
    asked = options.format or ("" if engine is None or quiet else engine.setting(setting))
    return format_of(layout, asked, quiet=quiet)


def print_rows(rows: Iterable[Mapping[str, str]], layout: "Layout", format: str) -> None:
    """Print rows in a format. Raises InvalidText for a template that is none."""
    from pystackdsl.views.tables import formatted

    emit(formatted(rows, layout, format))
