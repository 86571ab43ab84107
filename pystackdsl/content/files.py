"""The files that configs and secrets name: their bytes, or the finding that says why there are none.

`source` reads the files it needs. A file that is only named is not read when a stack is built, since Docker reads it
at every deploy; `missing_files` looks whether it is there.
"""

import os
import stat
from typing import TYPE_CHECKING, Literal

from pystackdsl.model.variable import has_variable

if TYPE_CHECKING:
    from pathlib import Path

    from pystackdsl.content.item import Item
    from pystackdsl.diagnostics import Diagnostic
    from pystackdsl.model.service import Service
    from pystackdsl.model.stack import Stack

__all__ = ["Field", "located", "missing_files", "read"]

Field = Literal["file", "template"]


def missing_files(stack: "Stack") -> "list[Diagnostic]":
    """Warnings for files of configs, secrets and environments that every deploy would refuse as they are now.

    The file is not there, is a folder, may not be read; that of a config or secret is empty or too large. These are
    warnings and no errors: a file may well be made between the build and the deploy, on another machine. Paths left
    open are not looked for.
    """
    found = []
    for kind in ("secrets", "configs"):
        for key, resource in getattr(stack, kind).items():
            if resource.file is None or resource.external is True or has_variable(str.__str__(resource.file)):
                continue
            from pystackdsl.content.item import Item

            size = _size(item := Item(resource, key), "file", stack.base)
            fault = item.size_fault(size, "file") if isinstance(size, int) else size
            if fault is not None:
                found.append(_as_warning(fault))
    for key, service in stack.services.items():
        for position, name in enumerate(service.env_file or ()):
            if not has_variable(name) and not _is_there(name, stack.base):
                found.append(_no_env_file(key, service, position, name, stack.base))
    return found


def _is_there(name: str, base: "Path | None") -> bool:
    from pathlib import Path

    return ((base or Path()) / name).exists()


def _no_env_file(key: str, service: "Service", position: int, name: str, base: "Path | None") -> "Diagnostic":
    from pystackdsl.diagnostics import Diagnostic, KeyPath, Severity, Subject

    within = KeyPath("env_file", position)
    path = KeyPath("services", key, *within)
    return Diagnostic(
        summary=f'service {key}: there is no env file "{name}"',
        severity=Severity.WARNING,
        help=_instead(name, base),
        path=path,
        subjects=(Subject(path=path, resource=service, within=within),),
        kind="missing-content",
    )


def read(item: "Item", field: Field, base: "Path | None", *, limit: int) -> "bytes | Diagnostic":
    """The bytes of the file that the `field` of a config or secret names, at most `limit` and one of them."""
    size = _size(item, field, base)
    if not isinstance(size, int):
        return size
    try:
        with located(item, field, base).open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        return _unreadable(item, field, base, error)


def located(item: "Item", field: Field, base: "Path | None") -> "Path":
    """The path that the `field` of a config or secret names; relative ones start from `base` or the working folder."""
    from pathlib import Path

    return (base or Path()).joinpath(_name(item, field))


def _name(item: "Item", field: Field) -> str:
    """The path as it is written in the stack."""
    return str.__str__(getattr(item.resource, field))  # a variable left open takes no other operation


def _size(item: "Item", field: Field, base: "Path | None") -> "int | Diagnostic":
    """The size in bytes of a file that can be read."""
    name = _name(item, field)
    if has_variable(name):
        return item.fault(
            f"the {field} of {item} is not known yet: its name is left open",
            field,
            help="make it a parameter of a function that returns the Stack and give it with --set",
        )
    try:
        found = located(item, field, base).stat()
    except (OSError, ValueError) as error:
        return _unreadable(item, field, base, error)
    if not stat.S_ISREG(found.st_mode):
        kind = "a folder" if stat.S_ISDIR(found.st_mode) else "no regular file"
        return item.fault(f'{item}: "{name}" is {kind}', field, expected="a file", help=_start(name, base))
    if not os.access(located(item, field, base), os.R_OK):
        return item.fault(f'{item}: "{name}" may not be read', field, help="change the file's permissions")
    return found.st_size


def _unreadable(item: "Item", field: Field, base: "Path | None", error: OSError | ValueError) -> "Diagnostic":
    name = _name(item, field)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return item.fault(f'{item}: there is no file "{name}"', field, help=_instead(name, base))
    reason = error.strerror.lower() if isinstance(error, OSError) and error.strerror else "it is no file name"
    return item.fault(f'{item}: "{name}" cannot be read: {reason}', field, help=_start(name, base))


def _instead(name: str, base: "Path | None") -> str:
    """What was probably meant by a name that leads nowhere."""
    from pathlib import Path

    from pystackdsl.diagnostics import nearest

    if name.startswith("~"):
        return "Docker does not expand ~ here: write the path in full, or as seen from the stack file"
    path = (base or Path()) / name
    try:
        guess = nearest(path.name, (other.name for other in path.parent.iterdir()))
    except OSError:
        guess = None
    if guess is None:
        return _start(name, base)
    start = "./" if name.startswith("./") else ""
    return f'did you mean "{start}{Path(name).with_name(guess)}"?'


def _start(name: str, base: "Path | None") -> str:
    return "" if name.startswith("/") else f"relative paths start from {base or 'the working folder'}"


def _as_warning(fault: "Diagnostic") -> "Diagnostic":
    import attrs

    from pystackdsl.diagnostics import Severity

    return attrs.evolve(fault, severity=Severity.WARNING, kind=fault.kind or "missing-content")
