"""From a stack to Compose text.

`spell` turns typed objects into mappings while the text is written, one at a time, as `model.spelling` opens them.
Which schema version the text needs, `survey` tells.
"""

from typing import TYPE_CHECKING, Literal

from pystackdsl.compose.paths import rebased
from pystackdsl.compose.survey import Said, required_schema
from pystackdsl.model.names import KINDS
from pystackdsl.model.spelling import expander
from pystackdsl.model.stack import Stack

if TYPE_CHECKING:
    from pathlib import Path

    from pystackdsl.model.secret import Config, Secret

__all__ = ["spell"]


def spell(
    stack: Stack,
    *,
    schema: int | None = None,
    format: Literal["yaml", "json"] = "yaml",
    folder: "Path | None" = None,
    said: Said | None = None,
) -> str:
    """The Compose text of a stack that has been checked.

    `schema` is the minor version to write for; by default the stack's own, else 3.9, raised to what its keys need.
    Relative paths are written as seen from `folder`, by default the working folder. `said` is what
    `survey.said_keys` tells of the stack, if somebody has looked already. Raises InvalidStack, naming each key that
    needs a newer schema.
    """
    from pystackdsl.compose import text

    _refuse_inline(stack)
    rebase = rebased(stack.base, folder)
    minor = required_schema(stack, schema, said)
    names = stack.names(schema=minor, rebase=rebase)
    write = text.write if format == "yaml" else text.write_json
    version = stack.version if schema is None and stack.version else f"3.{minor}"
    return write(_root(stack, version), expander(names), names.text)


def _refuse_inline(stack: Stack) -> None:
    """Raise InvalidStack for content that is still inline: a stack file would name the folder as its file."""
    resources: tuple[Secret | Config, ...] = (*stack.secrets.values(), *stack.configs.values())
    if any(resource.content is not None or resource.template is not None for resource in resources):
        from pystackdsl.compose.assets import with_assets

        with_assets(stack, folder=None, stack_name=None, rotate=False)


def _root(stack: Stack, version: str) -> dict[str, object]:
    tree: dict[str, object] = {"version": version}
    for kind in KINDS:
        held = getattr(stack, kind)
        if held or kind == "services":
            tree[kind] = dict(held)
    return tree | dict(stack.x or {})
