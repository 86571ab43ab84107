"""Whether an object of the swarm is what was to be written, whoever wrote it.

The body that was to be written and the object as the Engine returns it come in. Called by `writes`, where somebody else
was quicker or a reply got lost.
"""

from collections.abc import Mapping
from typing import Any, Final

from pystackdsl.swarm.engine.references import without_ids
from pystackdsl.swarm.specs import OWN, Kind, Raw, Spec

__all__ = ["is_same"]

_OF_NETWORKS: Final = ("Name", "Driver", "Internal", "Attachable", "Labels")


def is_same(kind: Kind, wanted: Spec, found: Raw, names: Mapping[str, str]) -> bool:
    """Whether they mean the same; `names` has the full names of networks by ID.

    Own labels count for secrets alone: they tell of the content, which the Engine never gives back.
    """
    if kind == "networks":
        return all(_plain(wanted.get(name)) == _plain(found.get(name)) for name in _OF_NETWORKS)
    held = found["Spec"]
    if kind == "secrets":
        return bool((wanted.get("Labels") or {}) == (held.get("Labels") or {}))
    if kind == "services":
        held = without_ids(held, names)
    elif "Data" not in wanted:
        held = {name: value for name, value in held.items() if name != "Data"}
    return bool(_plain(wanted) == _plain(held))


def _plain(value: Any) -> Any:
    """The value without what says nothing."""
    if isinstance(value, Mapping):
        found = {
            name: plain
            for name, each in value.items()
            if not name.startswith(OWN) and name not in {"SecretID", "ConfigID"}
            if (plain := _plain(each)) not in (None, "", 0, False, {}, [])
        }
        return found or None
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value] or None
    return value
