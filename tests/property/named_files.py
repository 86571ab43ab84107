"""The files that random stacks name, made so that they can be read."""

from __future__ import annotations

from pathlib import Path

from pystackdsl import Stack

__all__ = ["with_files"]


def with_files(stack: Stack, folder: Path) -> Stack | None:
    """The stack in the folder, with all the files that it names; None where one cannot be."""
    for resource in (*stack.secrets.values(), *stack.configs.values()):
        if resource.file is None or resource.external is True:
            continue
        path = folder / str.__str__(resource.file)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                path.write_text(f"what {resource.file} holds")
        except (OSError, ValueError):
            return None
        if not path.is_file():
            return None
    object.__setattr__(stack, "base", folder)
    return stack
