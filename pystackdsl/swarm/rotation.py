"""Which object of the swarm holds what a secret or config of the stack says, and what to write where none does.

What the stack asks for and what the swarm has come in; for each secret and config its full name and what is to be
done go out. Called by `compare`. Content cannot be changed in place, so a changed one goes to a new object,
`NAME-digest`, while the old one stays as long as a service, or its way back, needs it.
"""

import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Literal

import attrs

from pystackdsl.content.rotation import DIGITS, LONGEST, config_digest
from pystackdsl.swarm.fingerprints import FINGERPRINT, Fingerprint, Fingerprints, fingerprint_of, message_of
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.specs import OWN, Kind, Raw, Spec, Specs

__all__ = ["Stored", "stored"]

_SUFFIX: Final = re.compile(f"[0-9a-f]{{{DIGITS},}}")
_KINDS: Final[tuple[Kind, ...]] = ("secrets", "configs")


@attrs.frozen(kw_only=True, eq=False)
class Stored:
    """Where one secret or config of the stack is, or will be.

    `plain` is its name as long as its content never changed, `name` that of the object to use. `spec` is what is to
    be written, None where nothing is. `live` is the object that has the name; `old` the one whose place it takes.
    `stale` are objects of the same key that are no longer the one to use.
    """

    kind: Kind
    key: str
    plain: str
    name: str
    action: Literal["create", "update", "replace"] | None = None
    spec: Spec | None = None
    live: Raw | None = None
    old: Raw | None = None
    stale: tuple[Raw, ...] = ()
    is_unknown: bool = False
    """Nobody can tell what is in the live secret."""
    is_settled: bool = False
    """The Engine has told that the live secret holds what the stack has; the write notes that down."""


def stored(
    desired: Specs, live: Live, *, salt: bytes, settled: Mapping[str, bool] | None = None
) -> Callable[[], dict[tuple[Kind, str], Stored]]:
    """A function that tells what becomes of each secret and config, by kind and key; until it is called, the slow part
    of that goes on in other threads.

    `salt` is for the stack's first secret; `settled` has what the Engine told of secrets whose content is unknown.
    """
    used = _used_names(live)
    matches = [_Match(kind, desired, live, used, salt, settled or {}) for kind in _KINDS if desired.of(kind)]
    return lambda: {(match.kind, key): match.stored(key) for match in matches for key in match.specs}


def _used_names(live: Live) -> frozenset[str]:
    """The full names of the secrets and configs that live services have."""
    return frozenset(
        reference[name]
        for raw in live.services.values()
        for container in [(raw["Spec"].get("TaskTemplate") or {}).get("ContainerSpec") or {}]
        for field, name in (("Secrets", "SecretName"), ("Configs", "ConfigName"))
        for reference in container.get(field) or ()
    )


class _Match:
    """Finds the objects of one kind."""

    def __init__(
        self, kind: Kind, desired: Specs, live: Live, used: frozenset[str], salt: bytes, settled: Mapping[str, bool]
    ) -> None:
        self.kind: Kind = kind
        self.desired = desired
        self.used = used
        self.settled = settled
        self.there = live.of(kind)
        self.specs = desired.of(kind)
        self.plain_names = {spec["Name"] for spec in self.specs.values()}
        self.messages = {
            spec["Name"]: message_of(spec, _content(desired, kind, key, spec)) for key, spec in self.specs.items()
        }
        self.suffixed: dict[str, list[Raw]] = {}
        for name, raw in sorted(self.there.items()):
            start, _, suffix = name.rpartition("-")
            if _SUFFIX.fullmatch(suffix) and name not in self.plain_names:
                self.suffixed.setdefault(start, []).append(raw)
        self.candidates = {key: self._candidates(spec["Name"]) for key, spec in self.specs.items()}
        self.fingerprints = Fingerprints(self.messages, self._salt() or salt)
        if kind == "secrets":
            self.fingerprints.prepare(self._needed())

    def stored(self, key: str) -> Stored:
        """Where the content of a key is, or goes."""
        spec, candidates = self.specs[key], self.candidates[key]
        plain = spec["Name"]
        current = next((raw for raw in candidates if self._is_used(raw)), None)
        current = current or (candidates[0] if candidates else None)
        if current is None:
            return Stored(
                kind=self.kind, key=key, plain=plain, name=plain, action="create", spec=self._body(key, plain)
            )
        same = next((raw for raw in candidates if self._is_same(key, raw)), None)
        unknown = self._unknown(key, candidates, same)
        if unknown is not None and self.settled.get(key, True):
            return self._unsettled(key, unknown, candidates)
        if same is None:
            name = self._new_name(key)
            body = self._body(key, name)
            return Stored(
                kind=self.kind, key=key, plain=plain, name=name, action="replace", spec=body, old=current,
                stale=tuple(candidates),
            )  # fmt: skip
        stale = tuple(raw for raw in candidates if raw is not same)
        return self._kept(key, same, stale, old=None if same is current else current)

    def _kept(self, key: str, raw: Raw, stale: Sequence[Raw], old: Raw | None) -> Stored:
        """A live object that stays; its labels may change."""
        spec, name = self.specs[key], raw["Spec"]["Name"]
        update = None
        if _labels(spec) != _labels(raw["Spec"]):
            update = spec | {"Name": name, "Labels": _labels(spec) | _own_labels(raw["Spec"])}
        return Stored(
            kind=self.kind, key=key, plain=spec["Name"], name=name, action="update" if update else None, spec=update,
            live=raw, old=old, stale=tuple(stale),
        )  # fmt: skip

    def _unsettled(self, key: str, raw: Raw, candidates: Sequence[Raw]) -> Stored:
        """A live secret of which nobody can tell what is in it, or of which the Engine has told it by now."""
        stale = tuple(each for each in candidates if each is not raw)
        kept = self._kept(key, raw, stale, old=None)
        if key not in self.settled:
            return attrs.evolve(kept, is_unknown=True)
        body = self._body(key, kept.name)
        return attrs.evolve(kept, action="update", spec=body, is_settled=True)

    def _body(self, key: str, name: str) -> Spec:
        """The body to create an object with, or to note down what is in one."""
        spec = self.specs[key]
        if self.kind == "configs" or "Driver" in spec:
            return spec | {"Name": name}
        label = str(self.fingerprints.of(spec["Name"]))
        return spec | {"Name": name, "Labels": {**(spec.get("Labels") or {}), FINGERPRINT: label}}

    def _candidates(self, plain: str) -> list[Raw]:
        """The live objects of a key: that with the plain name, and those whose name grew a digest, the one that is
        used first.
        """
        found = [self.there[plain]] if plain in self.there else []
        found += [raw for raw in self.suffixed.get(_start(plain), ()) if self._is_rotated(raw, plain)]
        return sorted(found, key=self._is_used, reverse=True)

    def _is_used(self, raw: Raw) -> bool:
        return raw["Spec"]["Name"] in self.used

    def _is_rotated(self, raw: Raw, plain: str) -> bool:
        """Whether the end of an object's name is the digest of what is in it, so that the name is of our making."""
        suffix = raw["Spec"]["Name"].rpartition("-")[2]
        if self.kind == "configs":
            return config_digest(_told(raw["Spec"], _data(raw), plain)).startswith(suffix)
        held = fingerprint_of(raw)
        return held is not None and held.digest.startswith(suffix)

    def _is_same(self, key: str, raw: Raw) -> bool:
        """Whether a live object is known to hold just what the stack says."""
        spec, held = self.specs[key], raw["Spec"]
        if _means(spec) != _means(held):
            return False
        if self.kind == "configs":
            return _data(raw) == self.desired.contents.get((self.kind, key), b"")
        if "Driver" in spec:
            return True
        fingerprint = fingerprint_of(raw)
        return fingerprint is not None and self.fingerprints.fits(spec["Name"], fingerprint)

    def _unknown(self, key: str, candidates: Sequence[Raw], same: Raw | None) -> Raw | None:
        """The live secret of which nobody can tell what is in it, if that is the one in use. It may hold what another
        is known to hold: `docker stack deploy` makes the plain name again that a rotation has left.
        """
        if self.kind == "configs" or "Driver" in self.specs[key] or not candidates:
            return None
        raw = candidates[0]
        if same is not None and not self._is_used(raw) > self._is_used(same):
            return None
        is_known = fingerprint_of(raw) is not None or _means(self.specs[key]) != _means(raw["Spec"])
        return None if is_known else raw

    def _new_name(self, key: str) -> str:
        plain = self.specs[key]["Name"]
        if self.kind == "configs" or "Driver" in self.specs[key]:
            digest = config_digest(_cut(self.messages[plain], plain))
        else:
            digest = self.fingerprints.of(plain).digest
        for digits in range(DIGITS, len(digest)):
            name = f"{_start(plain, digits)}-{digest[:digits]}"
            if name not in self.there:
                return name
        return f"{_start(plain, len(digest))}-{digest}"

    def _salt(self) -> bytes | None:
        """The salt that the stack has already."""
        if self.kind != "secrets":
            return None
        known = (fingerprint_of(raw) for _, raw in sorted(self.there.items()))
        return next((fingerprint.salt for fingerprint in known if fingerprint), None)

    def _needed(self) -> Iterator[tuple[str, Fingerprint | None]]:
        """The fingerprints that are needed, as far as it can be told."""
        for key, spec in self.specs.items():
            if "Driver" in spec:
                continue
            candidates = self.candidates[key]
            for raw in candidates:
                held = fingerprint_of(raw)
                if held is not None:
                    yield spec["Name"], held
            if not candidates or self.settled.get(key) is True:
                yield spec["Name"], None


def _content(desired: Specs, kind: Kind, key: str, spec: Spec) -> bytes:
    """What is in an object; of a secret driver's, what the driver is told."""
    if "Driver" in spec:
        return json.dumps(spec["Driver"], sort_keys=True).encode()
    return desired.contents.get((kind, key), b"")


def _data(raw: Raw) -> bytes:
    return b64decode(raw["Spec"].get("Data") or "")


def _told(spec: Spec, content: bytes, plain: str) -> bytes:
    return _cut(message_of(spec, content), plain)


def _cut(message: bytes, plain: str) -> bytes:
    """What a name that had to be cut stands for: the whole of it counts too."""
    return message if _start(plain) == plain else message + b"\0" + plain.encode()


def _start(plain: str, digits: int = DIGITS) -> str:
    """As much of a name as leaves room for a digest."""
    return plain[: LONGEST - len("-") - digits]


def _means(spec: Spec) -> tuple[object, ...]:
    """What cannot be changed in place, beside the content."""
    driver, templating = spec.get("Driver") or {}, spec.get("Templating") or {}
    return (
        driver.get("Name") or "", driver.get("Options") or {}, templating.get("Name") or "",
        templating.get("Options") or {},
    )  # fmt: skip


def _labels(spec: Spec) -> dict[str, str]:
    return {name: value for name, value in (spec.get("Labels") or {}).items() if not name.startswith(OWN)}


def _own_labels(spec: Spec) -> dict[str, str]:
    return {name: value for name, value in (spec.get("Labels") or {}).items() if name.startswith(OWN)}
