"""Whether an object of the swarm is what was to be written, whoever wrote it.

The body that was to be written and the object as the Engine returns it come in. Called by `writes`, where somebody else
was quicker or a reply got lost.
"""

from collections.abc import Mapping

from pystackdsl.swarm.engine.references import without_ids
from pystackdsl.swarm.normal import normal
from pystackdsl.swarm.specs import Kind, Raw, Spec

__all__ = ["is_same"]


def is_same(kind: Kind, wanted: Spec, found: Raw, names: Mapping[str, str]) -> bool:
    """Whether they mean the same; `names` has the full names of networks by ID.

    Of secrets the labels tell what is in them, since the Engine never gives that back.
    """
    if kind == "networks":
        return normal(kind, found, beside=wanted) == normal(kind, wanted)
    held = found["Spec"]
    if kind == "secrets":
        return bool((wanted.get("Labels") or {}) == (held.get("Labels") or {}))
    if kind == "configs":
        return normal(kind, held) == normal(kind, wanted) and wanted.get("Data") in {None, held.get("Data")}
    return normal(kind, without_ids(held, names)) == normal(kind, without_ids(wanted, names))
