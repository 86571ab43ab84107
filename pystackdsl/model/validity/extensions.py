"""Extension fields: keys that begin with `x-`, and values that a stack file can hold."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from pystackdsl.model.validity.finding import Findings, at, spelled
from pystackdsl.model.value import Resource

__all__ = ["check"]


def check(kind: str, key: str, resource: Resource | None, extensions: Mapping[str, Any], found: Findings) -> None:
    """Check the `x` of a resource, or of the stack itself where there is no resource."""
    where = f"{kind[:-1]} {key}" if resource is not None else "the stack"
    for name, value in extensions.items():
        if name[:2] != "x-":
            found.error(
                f'the extension field "{spelled(name)}" of {where} does not begin with x-',
                _place(kind, key, resource, name),
                help=f'write "x-{name.removeprefix("x").lstrip("_")}"',
                at_key=True,
            )
        elif name == "x-cluster-spec" and kind == "volumes":
            found.error(
                f"{where} says x-cluster-spec as an extension field",
                _place(kind, key, resource, name),
                help="write cluster_spec=ClusterVolumeSpec(…)",
                yaml='write version: "3.10" or later, in which it describes the volume, or leave the version out',
            )
        for path, fault in _faults(value, (name,), ()):
            found.error(
                f"an extension field of {where} holds {fault}",
                _place(kind, key, resource, *path),
                expected="text, numbers, True, False, None, lists and dicts whose keys are text",
            )


def _place(kind: str, key: str, resource: Resource | None, *path: str | int) -> Any:
    if resource is not None:
        return at(kind, key, resource, "x", *path)
    from pystackdsl.diagnostics import KeyPath, Subject

    return Subject(path=KeyPath(*path), within=KeyPath("x", *path))


def _faults(
    value: Any, path: tuple[str | int, ...], above: tuple[int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The places of what no YAML file for Docker can hold."""
    if value is None or isinstance(value, (str, bool, int)) or hasattr(value, "rfc3339"):
        return
    if isinstance(value, float):
        if not math.isfinite(value):
            yield path, f"{value}, which Docker cannot read"
    elif id(value) in above:
        yield path, "itself"
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if not isinstance(name, str):
                yield path, f"the key {name!r}, which is no text"
            else:
                yield from _faults(item, (*path, name), (*above, id(value)))
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from _faults(item, (*path, i), (*above, id(value)))
    else:
        yield path, f"a {type(value).__name__}"
