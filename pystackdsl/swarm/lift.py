"""From bodies of the Engine's API to the model: the inverse of `lower`.

A body comes in (a service's with names in place of IDs), a value of the model goes out, and what the model has no word
for. Called by `compare`, to tell differences in Compose's words, and by `import --live`, for a whole stack.
"""

import copy
import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final, TypeVar, cast

import attrs

from pystackdsl.model.external import Nameable
from pystackdsl.model.image import tagged
from pystackdsl.model.names import KINDS as RESOURCES
from pystackdsl.model.network import Network, default_network
from pystackdsl.model.secret import Secret
from pystackdsl.model.stack import CLASSES, Stack
from pystackdsl.model.storage import Volume
from pystackdsl.model.value import Value
from pystackdsl.swarm.codec import left_in, lifted, says_something
from pystackdsl.swarm.engine.references import without_ids
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.names import descoped, is_built_in, scoped
from pystackdsl.swarm.normal import normal
from pystackdsl.swarm.specs import IMAGE, NAMESPACE, OWN, Kind, Raw, Spec

__all__ = ["Lifted", "LiftedStack", "StackLifting", "lift", "lift_stack"]

N = TypeVar("N", bound=Nameable)
V = TypeVar("V", bound=Value)


@attrs.frozen(kw_only=True)
class Lifted:
    """A body in the model. `left` is what the model has no word for, by its path in the body."""

    value: Any
    left: Mapping[str, Any]


@attrs.frozen(kw_only=True, eq=False)
class LiftedStack:
    """A stack as a swarm has it, and what is left of each object by (kind, key)."""

    stack: Stack
    left: Mapping[tuple[Kind, str], Mapping[str, Any]]


class StackLifting:
    """The resources that bodies of one stack refer to, made when a body first names them.

    What nobody has held before is taken to live outside the stack.
    """

    def __init__(self, stack: str) -> None:
        self.stack = stack
        self.key = ""
        self.held: dict[str, dict[str, Nameable]] = {kind: {} for kind in RESOURCES}
        self._by_name: dict[tuple[str, str], tuple[str, Nameable]] = {}
        self._volumes: dict[str, tuple[Volume, Spec]] = {}
        self._keys: dict[int, str] = {id(default_network): "default"}

    def free(self, kind: str, key: str) -> str:
        """A key that nothing of a kind has yet, that one if it can be."""
        while key in self.held[kind]:
            key = f"{key}-2"
        return key

    def hold(self, kind: str, key: str, full_name: str, resource: Nameable) -> None:
        """Have a resource under a free key, for the bodies that name it."""
        self.held[kind][key] = resource
        self._by_name[kind, full_name] = key, resource
        self._keys[id(resource)] = key

    def value(self, cls: type[V], tree: Spec) -> V:
        """The part that an object of the API is."""
        return lifted(cls, tree, self)

    def resource(self, cls: type[N], full_name: str) -> N:
        """The network, secret or config of a full name."""
        kind = _KIND_OF[cls]
        found = self._by_name.get((kind, full_name))
        if found is not None:
            return cast("N", found[1])
        if cls is Network and full_name == scoped(self.stack, "default"):
            return cast("N", default_network)
        key = self.free(kind, descoped(self.stack, full_name))
        external: Any = cls
        made: N = external(external=True, name=None if key == full_name else full_name)
        self.hold(kind, key, full_name, made)
        return made

    def volume(self, full_name: str, options: Spec) -> Volume:
        """The volume of a full name, with what a mount says of it."""
        labels = dict(options.get("Labels") or {})
        ours = labels.pop(NAMESPACE, None) == self.stack
        said: Spec = {}
        if ours:
            driver = options.get("DriverConfig") or {}
            said = {
                "driver": driver.get("Name") or None,
                "driver_opts": driver.get("Options") or None,
                "labels": labels or None,
            }
        known = self._volumes.get(full_name)
        if known is not None and known[1] != said:  # two services give one volume two descriptions
            return known[0]
        for name in ("Labels", "DriverConfig") if ours else ():
            options.pop(name, None)
        if known is None:
            key = re.sub("[^a-zA-Z0-9._-]+", "-", descoped(self.stack, full_name)) or "volume"
            key = self.free("volumes", key)
            if ours:
                made = Volume(name=None if full_name == scoped(self.stack, key) else full_name, **said)
            else:
                made = Volume(external=True, name=None if key == full_name else full_name)
            self.hold("volumes", key, full_name, made)
            known = self._volumes[full_name] = made, said
        return known[0]

    def key_of(self, resource: Nameable) -> str:
        """The key of a resource."""
        return self._keys[id(resource)]

    def own_name(self, full_name: str) -> str | None:
        """What `name=` says for a full name: nothing where it is made from the key."""
        return full_name if full_name and full_name != scoped(self.stack, self.key) else None

    def is_built_in(self, full_name: str) -> bool:
        """Whether a network is Docker's own."""
        return is_built_in(full_name)


_KIND_OF: Final = {cls: kind for kind, cls in CLASSES.items()}


def lift(kind: Kind, key: str, body: Spec, lifting: StackLifting, *, as_written: bool = True) -> Lifted:
    """A body in the model, as the resource that the stack of `lifting` has under a key; the body stays as it is.

    The image is the one that was written where that is still known, unless what runs is asked for.
    """
    tree = copy.deepcopy(body)
    lifting.key = key
    _without_ours(tree, lifting.stack)
    if kind == "services":
        _image(tree, as_written=as_written)
        container = (tree.get("TaskTemplate") or {}).get("ContainerSpec") or {}
        _without_ours(container, lifting.stack)
        ((tree.get("TaskTemplate") or {}).get("Placement") or {}).pop("Platforms", None)  # they came with a digest
    value = lifted(CLASSES[kind], tree, lifting)
    return Lifted(value=value, left=left_in(tree))


def _without_ours(tree: Spec, stack: str) -> None:
    """Leave out the labels that are not the user's."""
    labels = tree.get("Labels") or {}
    tree["Labels"] = {
        name: text
        for name, text in labels.items()
        if not name.startswith(OWN) and not (name == NAMESPACE and text == stack)
    }


def _image(tree: Spec, *, as_written: bool) -> None:
    """The image as it was written, where the label that keeps it still speaks of the image that runs."""
    written = tree["Labels"].pop(IMAGE, None)
    container = (tree.get("TaskTemplate") or {}).get("ContainerSpec") or {}
    if as_written and written and container.get("Image", "").partition("@")[0] == tagged(written).partition("@")[0]:
        container["Image"] = written


def lift_stack(live: Live, *, as_written: bool = True) -> LiftedStack:
    """The whole stack that a swarm has. Secrets become external, since nobody can read them; configs have their text.

    What the Engine would do anyway is not said. Images are as they were written, or else those that run, with digests.
    """
    lifting = StackLifting(live.stack)
    left: dict[tuple[Kind, str], Mapping[str, Any]] = {}
    for full_name, raw in sorted(live.networks.items()):
        key = lifting.free("networks", descoped(live.stack, full_name))
        found = lift("networks", key, _without_chosen(normal("networks", raw)), lifting)
        if key != "default" or says_something(found.value):
            lifting.hold("networks", key, full_name, found.value)
        left["networks", key] = found.left
    used = {kind: _used(live, kind) for kind in ("secrets", "configs")}
    seen: set[str] = set()
    for full_name, raw in sorted(live.configs.items(), key=lambda item: (item[0] not in used["configs"], item[0])):
        plain = _plain_name(full_name, raw)
        if plain not in seen:  # another one is of an earlier content, which nobody uses
            seen.add(plain)
            key = lifting.free("configs", descoped(live.stack, plain))
            found = lift("configs", key, normal("configs", raw["Spec"] | {"Name": plain}), lifting)
            lifting.hold("configs", key, full_name, attrs.evolve(found.value, content=_content(raw)))
            left["configs", key] = found.left
    seen.clear()
    for full_name in sorted(live.secrets, key=lambda name: (name not in used["secrets"], name)):
        plain = re.sub("-[0-9a-f]{8,}$", "", full_name) or full_name
        if plain not in seen:
            seen.add(plain)
            key = lifting.free("secrets", descoped(live.stack, plain))
            lifting.hold("secrets", key, full_name, Secret(external=True, name=full_name))
    services = {}
    for full_name, raw in sorted(live.services.items()):
        key = descoped(live.stack, full_name)
        body = normal("services", without_ids(raw["Spec"], live.names))
        found = lift("services", key, body, lifting, as_written=as_written)
        services[key] = found.value
        left["services", key] = found.left
    held = cast("Any", lifting.held) | {"services": services}
    return LiftedStack(stack=Stack(**held, name=live.stack), left={at: rest for at, rest in left.items() if rest})


def _used(live: Live, kind: str) -> frozenset[str]:
    """The full names of the secrets or configs that services are given."""
    field, name = {"secrets": ("Secrets", "SecretName"), "configs": ("Configs", "ConfigName")}[kind]
    containers = [(raw["Spec"].get("TaskTemplate") or {}).get("ContainerSpec") or {} for raw in live.services.values()]
    return frozenset(grant[name] for container in containers for grant in container.get(field) or ())


def _plain_name(full_name: str, raw: Raw) -> str:
    """The name of a config before its content changed for the first time; from then on a digest follows it."""
    from pystackdsl.content.rotation import DIGITS, config_digest

    plain, _, suffix = full_name.rpartition("-")
    is_ours = plain and len(suffix) >= DIGITS and config_digest(_data(raw)).startswith(suffix)
    return plain if is_ours else full_name


def _data(raw: Raw) -> bytes:
    return b64decode(raw["Spec"].get("Data") or "")


def _content(raw: Raw) -> str | bytes:
    data = _data(raw)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _without_chosen(network: Spec) -> Spec:
    """A network without the address range that the swarm chose for it from its default pool."""
    ipam = network.get("IPAM") or {}
    pools = [pool for pool in ipam.get("Config") or () if not re.fullmatch(r"10\.0\.[0-9]+\.0/24", pool["Subnet"])]
    ipam = {name: value for name, value in {**ipam, "Config": pools}.items() if value}
    return {**network, "IPAM": ipam}
