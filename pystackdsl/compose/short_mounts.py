"""The short form of a mount in Compose text: `data:/var/lib/data:ro` comes in, a Mount goes out.

`irregular` calls this for each item of `volumes` that is a text. Where Docker reads it otherwise than it looks, the
reader warns.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs

from pystackdsl.compose.misfit import SCHEMA, Misfit
from pystackdsl.diagnostics import StackError
from pystackdsl.model.mounts import Mount, ShortMount, split_mount
from pystackdsl.model.variable import OPEN, Open, opaque, tokens

if TYPE_CHECKING:
    from pystackdsl.compose.reader import Reader
    from pystackdsl.model.mount_options import BindOptions, Propagation, VolumeOptions

__all__ = ["short_mount"]

_OPTIONS: Final = frozenset({"ro", "rw", "nocopy", "rprivate", "private", "rshared", "shared", "rslave", "slave"})


def short_mount(reader: "Reader", text: str) -> Any:
    """The mount that a short text spells, or an Open with variables. Raises Misfit."""
    is_open = OPEN in text
    if is_open:
        if text[0] in "./~" and text[1:2] != OPEN:
            return Open(text)  # a path of the node, whatever the variables are
        text = ":".join(_settled(reader, text))
    try:
        short = split_mount(text)
    except StackError as error:
        findings = [attrs.evolve(finding, rule=SCHEMA) for finding in error.findings]
        raise Misfit([attrs.evolve(each, excerpt=None) for each in findings] if is_open else findings) from None
    _warn(reader, text, short, is_open=is_open)
    source: Any = short.source
    if short.type == "volume" and source is not None:
        source = reader.refer("volumes", source)
    return Mount(
        type=short.type,
        source=source,
        target=short.target,
        read_only=True if short.read_only else None,
        volume=_volume_options() if short.nocopy else None,
        bind=_bind_options(short.propagation) if short.propagation else None,
    )


def _settled(reader: "Reader", text: str) -> Iterator[str]:
    """The parts of a short form. What stands in the target stays open, unless it may be more than a target; the
    source is a reference or a path, and the options are no values of their own.
    """
    start = 0
    for position, seen in enumerate(opaque(text).split(":")):
        part = text[start : start + len(seen)]
        start += len(seen) + 1
        is_target = position == 1 and not any(":" in (variable.default or "") for variable in tokens(part))
        yield part if is_target else reader.resolve(part)


def _volume_options() -> "VolumeOptions":
    from pystackdsl.model.mount_options import VolumeOptions

    return VolumeOptions(nocopy=True)


def _bind_options(propagation: "Propagation") -> "BindOptions":
    from pystackdsl.model.mount_options import BindOptions

    return BindOptions(propagation=propagation)


def _warn(reader: "Reader", text: str, short: ShortMount, *, is_open: bool) -> None:
    """Tell what Docker reads otherwise than it looks: at its place, unless variables have moved it."""
    if re.match("[A-Za-z]:/", text) and (short.source is None or not re.match(r"/|[A-Za-z]:|\\\\", short.target)):
        what = "a nameless volume at" if short.source is None else "a path of a Windows node:"
        reader.warn(
            f'Docker takes "{text[0]}:" for a Windows drive, so this is {what} {short.source or short.target}',
            help="give the volume a name of two letters or more, or write the mount as a mapping",
            excerpt=None if is_open else (text, 0, 2),
        )
    if short.source is None:
        return
    at = len(short.source) + 1 + len(short.target) + 1
    for option in text[at:].split(",") if text[at:] else ():
        if option not in _OPTIONS:
            help = f"write {option.lower()}" if option.lower() in _OPTIONS else "leave it out"
            excerpt = None if is_open else (text, at, at + len(option))
            reader.warn(f'Docker drops the option "{option}"', help=help, excerpt=excerpt)
        at += len(option) + 1
