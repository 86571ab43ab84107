"""The body that a service is written with: what the stack says, and what a write carries over from the live service.

A body as `lower` made it comes in, with what is known of the swarm; the body to compare and to send goes out. Called by
`compare`.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from pystackdsl.swarm.images import Image
from pystackdsl.swarm.specs import Kind, Spec

__all__ = ["REFERENCES", "Carried", "fitted", "kept", "names_in", "unlike"]

REFERENCES: Final[Mapping[Kind, tuple[str, str]]] = {
    "secrets": ("Secrets", "SecretName"),
    "configs": ("Configs", "ConfigName"),
}
"""Where the body of a service refers to secrets and configs, by full name."""


class Carried(NamedTuple):
    """What a write takes over from the live service."""

    mode: Any = None
    """`replicas=KEEP`: somebody else scales the service."""
    force_update: int = 0
    """Counts how often a restart was asked for; another number is a restart."""


def fitted(spec: Spec, image: Image, names: Mapping[tuple[Kind, str], str], carried: Carried) -> Spec:
    """The body of a service with its image, the names that its secrets and configs have by now, and what it keeps.

    The digest of the image and the platforms that came with it are in `image`, be they a registry's or the live
    service's: another digest would replace tasks.
    """
    template = spec["TaskTemplate"]
    container = template.get("ContainerSpec") or {}
    changed = _renamed(container, names) if names else {}
    if image.text:
        changed["Image"] = image.text
    template = {**template, "ContainerSpec": {**container, **changed}}
    if image.platforms:
        template["Placement"] = {**(template.get("Placement") or {}), "Platforms": list(image.platforms)}
    if carried.force_update:
        template["ForceUpdate"] = carried.force_update
    return {**spec, "TaskTemplate": template} | ({"Mode": carried.mode} if carried.mode is not None else {})


def _renamed(container: Spec, names: Mapping[tuple[Kind, str], str]) -> dict[str, Any]:
    """The references of a container whose objects are under another name by now."""
    changed: dict[str, Any] = {}
    for kind, (field, name) in REFERENCES.items():
        references = container.get(field)
        if references and any((kind, each[name]) in names for each in references):
            changed[field] = [{**each, name: names.get((kind, each[name]), each[name])} for each in references]
    credential = (container.get("Privileges") or {}).get("CredentialSpec") or {}
    renamed = names.get(("configs", credential.get("Config") or ""))
    if renamed:
        changed["Privileges"] = {**container["Privileges"], "CredentialSpec": {**credential, "Config": renamed}}
    return changed


def kept(wanted: Spec, held: Spec, before: Spec, after: Spec) -> Spec:
    """The body to send, with the live service's own words where both mean the same.

    The Engine takes an empty part for another than an absent one, and would replace tasks for that. `before` and
    `after` are the normal forms of `held` and `wanted`.
    """
    same: Spec = {
        field: held[field]
        for field in ("TaskTemplate", "EndpointSpec")
        if field in held and before.get(field) == after.get(field)
    }
    if "TaskTemplate" in same:
        same["TaskTemplate"] = {**same["TaskTemplate"], "ForceUpdate": wanted["TaskTemplate"].get("ForceUpdate", 0)}
    return {**wanted, **same}


def unlike(held: Spec, wanted: Spec) -> tuple[Spec, Spec]:
    """Two bodies of a service without the fields that are the very same in both: what is left is little, as a rule.

    What a field means depends on no other field, so the normal forms of what is left tell whether all means the same.
    """
    left, right = _unlike(held, wanted)
    if "TaskTemplate" in left and "TaskTemplate" in right:
        one, other = _unlike(left["TaskTemplate"], right["TaskTemplate"])
        if one.get("ContainerSpec") and other.get("ContainerSpec"):
            pair = _unlike(one["ContainerSpec"], other["ContainerSpec"])
            # Something stays, lest a part that only says a default is taken for more than one that is not there.
            one["ContainerSpec"], other["ContainerSpec"] = ({**each, "Same": True} for each in pair)
        left["TaskTemplate"], right["TaskTemplate"] = one, other
    return left, right


def _unlike(left: Spec, right: Spec) -> tuple[Spec, Spec]:
    same = {name for name, value in left.items() if name in right and right[name] == value}
    return (
        {name: value for name, value in left.items() if name not in same},
        {name: value for name, value in right.items() if name not in same},
    )


def names_in(spec: Spec | None, kind: Kind) -> set[str]:
    """The full names of the secrets or configs that the body of a service refers to."""
    field, name = REFERENCES[kind]
    container = ((spec or {}).get("TaskTemplate") or {}).get("ContainerSpec") or {}
    return {each[name] for each in container.get(field) or ()}
