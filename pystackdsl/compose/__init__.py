"""Compose text: what `docker stack` reads and what it is given. Files become stacks, and stacks checked files.

from pystackdsl.compose import dump, load
"""

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pystackdsl.compose.survey import Said
    from pystackdsl.diagnostics import Diagnostic
    from pystackdsl.model.stack import Stack

__all__ = ["dump", "findings", "ignored", "load"]


def load(
    source: "Path | str", *, environment: "Mapping[str, str] | None" = None, base: "Path | None" = None
) -> "Stack":
    """The stack of a Compose file (a Path) or text (a str), as `docker stack` would read it.

    `environment` fills in variables, by default the process environment. `base` is the folder that relative paths
    start from, by default the file's own. Raises InvalidStack with all faults, and OSError for a file that cannot be
    read.
    """
    from pystackdsl.compose import front

    return front.load(source, environment=environment, base=base)


def dump(
    stack: "Stack",
    *,
    schema: int | None = None,
    format: Literal["yaml", "json"] = "yaml",
    folder: "Path | None" = None,
) -> str:
    """The Compose text of a stack, deterministic and with only what the stack says.

    `schema` is the minor version (9 for 3.9) to write for; by default the stack's own, else 3.9, raised to what its
    keys need. Relative paths are written as seen from `folder`, by default the working folder. Raises InvalidStack
    with every error of the stack, and for inline content, which `assets.with_assets` turns into files.
    """
    from pystackdsl.compose.assets import with_assets
    from pystackdsl.compose.codec import spell

    errors = [finding for finding in findings(stack) if finding.severity.value == "error"]
    if errors:
        from pystackdsl.diagnostics import InvalidStack

        raise InvalidStack(errors)
    with_assets(stack, folder=None, stack_name=None, rotate=False)
    return spell(stack, schema=schema, format=format, folder=folder)


def findings(stack: "Stack", said: "Said | None" = None) -> "list[Diagnostic]":
    """Everything that is wrong or doubtful with a stack on its way into Compose text.

    `said` is what `survey.said_keys` tells of the stack, if somebody has looked already.
    """
    from pystackdsl.model.validity import findings as faults

    return [*faults(stack), *ignored(stack, said)]


def ignored(stack: "Stack", said: "Said | None" = None) -> "list[Diagnostic]":
    """What `docker stack` would drop or change in silence: keys Swarm ignores, values it fills in."""
    from pystackdsl.compose.notices import notices

    return notices(stack, said)
