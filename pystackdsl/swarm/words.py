"""What changes in an object of the swarm, in the words of the stack.

Normal forms of before and after come in from `compare`; they are lifted into the model, and `Difference`s go out, with
paths of Compose keys. Only what differs comes here: lifting is slow beside comparing.
"""

from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import attrs

from pystackdsl.diagnostics import KeyPath
from pystackdsl.model.names import Names
from pystackdsl.model.network import Network, default_network
from pystackdsl.model.secret import Config, Secret
from pystackdsl.model.spelling import expander
from pystackdsl.swarm.changes import Difference
from pystackdsl.swarm.differences import differences, of_contents, shielded
from pystackdsl.swarm.images import image_of
from pystackdsl.swarm.lift import StackLifting, lift
from pystackdsl.swarm.masking import setting
from pystackdsl.swarm.rotation import Stored
from pystackdsl.swarm.specs import IMAGE, OWN, Kind, Raw, Spec, Specs

__all__ = ["Told", "Words", "image_of_new", "of_stored"]

REPLICAS: Final = KeyPath("deploy", "replicas")
IMAGE_PATH: Final = KeyPath("image")


class Told(NamedTuple):
    """What changes in a service: keys of the stack, and what it has no words for, by place in the API."""

    differences: tuple[Difference, ...]
    resets: Mapping[str, Any]


class Words:
    """Tells the changes of the services of one stack."""

    def __init__(self, desired: Specs, stored: Mapping[tuple[Kind, str], Stored], *, show_values: bool) -> None:
        self.show_values = show_values
        self.lifting = StackLifting(desired.stack)
        for key, spec in desired.networks.items():
            self.lifting.hold("networks", key, spec["Name"], Network())
        for (kind, key), each in stored.items():
            held = Secret(external=True) if kind == "secrets" else Config(external=True)
            self.lifting.hold(kind, key, each.plain, held)
        self.plain: dict[tuple[Kind, str], str] = {}
        for each in stored.values():
            names = (each.name, *(raw["Spec"]["Name"] for raw in each.stale))
            self.plain |= {(each.kind, name): each.plain for name in names}

    def of_service(self, key: str, held: Spec, wanted: Spec, before: Spec, after: Spec) -> Told:
        """What changes in a service from `held` to `wanted`, whose normal forms are `before` and `after`."""
        old = lift("services", key, self._with_plain_names(before), self.lifting)
        new = lift("services", key, self._with_plain_names(after), self.lifting)
        trees = [self._tree(lifted.value) for lifted in (old, new)]
        for tree in trees:
            tree.pop("image", None)
        found = [*_of_image(held, wanted), *differences(*trees)]
        found = [_of_replicas(each, wanted) if each.path == REPLICAS else each for each in found]
        resets = {path: value for path, value in old.left.items() if new.left.get(path) != value}
        if not self.show_values:
            resets = {path: setting(path, value) for path, value in resets.items()}
        if not found and not resets:
            found = [each for each in differences(before, after) if not _is_of_content(each)]
        return Told(tuple(found if self.show_values else map(shielded, found)), resets)

    def of_network(self, key: str, before: Spec, after: Spec) -> tuple[Difference, ...]:
        """What changes in a network between two normal forms."""
        trees = [self._tree(lift("networks", key, spec, self.lifting).value) for spec in (before, after)]
        return tuple(each if self.show_values else shielded(each) for each in differences(*trees))

    def _tree(self, value: Any) -> Any:
        names = Names(self.lifting.held)
        names.add(default_network, "default")
        return _plain(value, expander(names))

    def _with_plain_names(self, spec: Spec) -> Spec:
        """A body that names secrets and configs as if their content had never changed."""
        template = spec.get("TaskTemplate") or {}
        container = template.get("ContainerSpec") or {}
        changed = {}
        for kind, (field, name) in _REFERENCES.items():
            if container.get(field):
                changed[field] = [
                    {**each, name: self.plain.get((kind, each[name]), each[name])} for each in container[field]
                ]
        if not changed:
            return spec
        return {**spec, "TaskTemplate": {**template, "ContainerSpec": {**container, **changed}}}


_REFERENCES: Final[Mapping[Kind, tuple[str, str]]] = {
    "secrets": ("Secrets", "SecretName"),
    "configs": ("Configs", "ConfigName"),
}


def _plain(value: Any, expand: Any) -> Any:
    """A value as a plain tree of Compose keys."""
    if value is None or isinstance(value, (bool, int, float)) or type(value) is str:
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item, expand) for item in value]
    opened = value if type(value) is dict else expand(value)
    if isinstance(opened, Mapping):
        return {str(name): _plain(item, expand) for name, item in opened.items()}
    return _plain(opened, expand)


def _is_of_content(found: Difference) -> bool:
    """Whether a difference in the API is only that a secret or config is under another name."""
    return found.path[-1:] in (("SecretName",), ("ConfigName",), ("Config",))


def _of_replicas(found: Difference, wanted: Spec) -> Difference:
    """One is what nothing said means."""
    said = "Replicas" in ((wanted.get("Mode") or {}).get("Replicated") or {})
    note = "" if said else "not stated, which is 1; KEEP would leave it"
    return attrs.evolve(found, before=found.before or "1", after=found.after or "1", note=note)


def _of_image(held: Spec, wanted: Spec) -> Iterator[Difference]:
    """How the image changes: its text, and the digest that a registry told."""
    before, after = image_of(held), image_of(wanted)
    texts = [_written(held), _written(wanted)]
    digests = [_digest(before), _digest(after)]
    if texts[0] == texts[1] and digests[0] == digests[1]:
        return
    note = " -> ".join(digest or "no digest" for digest in digests) if any(digests) and digests[0] != digests[1] else ""
    yield Difference(path=IMAGE_PATH, before=texts[0], after=texts[1], note=note)


def image_of_new(wanted: Spec) -> Difference:
    """The image of a service that is made."""
    return Difference(path=IMAGE_PATH, before=None, after=_written(wanted), note=_digest(image_of(wanted)))


def _written(spec: Spec) -> str:
    """The image as it is written in the stack, without the digest that a registry told."""
    image = image_of(spec)
    text: str = (spec.get("Labels") or {}).get(IMAGE) or ""
    return text if text and _repository(text) == _repository(image) else image.partition("@")[0]


def _repository(image: str) -> str:
    """An image's name with its tag, which is `latest` where none is said."""
    name = image.partition("@")[0]
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def _digest(image: str) -> str:
    """The beginning of an image's digest."""
    digest = image.partition("@")[2]
    return f"{digest[:19]}…" if digest else ""


def of_stored(each: Stored, desired: Specs) -> Iterator[Difference]:
    """What changes in a secret or config; of what is in a secret, nothing is told."""
    if each.is_settled:
        yield Difference(
            path=KeyPath("content"),
            before=None,
            after="as in the stack",
            note="so the Engine says; a digest is kept beside it, for later plans to tell",
        )
    old = each.old or each.live
    if old is None or each.spec is None:
        return
    for name, field in (("labels", "Labels"), ("driver", "Driver"), ("template_driver", "Templating")):
        before, after = (_public(spec.get(field)) for spec in (old["Spec"], each.spec))
        yield from differences(before, after, KeyPath(name))
    content = desired.contents.get((each.kind, each.key))
    if each.kind == "configs" and each.action == "replace" and content is not None:
        held = _data(old)
        if held != content:
            yield of_contents(held, content)


def _public(value: Any) -> Any:
    """Labels without our own; of a driver, what is said."""
    if not isinstance(value, dict):
        return None
    return {name: item for name, item in value.items() if not name.startswith(OWN) and item} or None


def _data(raw: Raw) -> bytes:
    return b64decode(raw["Spec"].get("Data") or "")
