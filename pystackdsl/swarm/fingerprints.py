"""How the content of a secret is known again though nobody can read it back: by a slow, salted digest in a label.

Contents and the labels of live secrets come in; whether a secret holds a content, and the label to write, go out.
Called by `rotation` and `planfile`. docs/decisions tells why the label is no oracle.
"""

import hmac
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from pystackdsl.content.rotation import secret_digest, told
from pystackdsl.swarm.specs import OWN, Raw, Spec

__all__ = ["FINGERPRINT", "Fingerprint", "Fingerprints", "fingerprint_of"]

FINGERPRINT: Final = f"{OWN}content"
"""The label of a secret that tells its content again: scheme, cost, salt and digest."""

COST: Final = 14
"""The work for one digest, as a power of two: about 40 ms and 16 MiB. Every plan needs one for each secret."""

AT_ONCE: Final = 4
"""How many digests are made at a time: each takes a core and 16 MiB."""

_SCHEME: Final = "scrypt"


class Fingerprint(NamedTuple):
    """What the label of a secret says."""

    cost: int
    salt: bytes
    digest: str

    def __str__(self) -> str:
        return f"{_SCHEME}:{self.cost}:{self.salt.hex()}:{self.digest}"


def fingerprint_of(raw: Raw) -> Fingerprint | None:
    """The fingerprint of a live secret; None where it has none that we can read."""
    label = (raw["Spec"].get("Labels") or {}).get(FINGERPRINT)
    return parsed(label) if label else None


def parsed(label: str) -> Fingerprint | None:
    """What a label says; None for a text that is none of ours."""
    scheme, *parts = label.split(":")
    try:
        cost, salt, digest = parts
        found = Fingerprint(int(cost), bytes.fromhex(salt), digest)
    except ValueError:
        return None
    return found if scheme == _SCHEME and 1 <= found.cost <= 20 else None


class Fingerprints:
    """Makes fingerprints of the contents that one stack has for its secrets, each once.

    `messages` has for each full name all that the name stands for. `salt` is that of the stack.
    """

    __slots__ = ("_made", "_messages", "salt")

    def __init__(self, messages: Mapping[str, bytes], salt: bytes) -> None:
        self._messages = messages
        self._made: dict[tuple[str, bytes, int], str] = {}
        self.salt = salt

    def of(self, name: str) -> Fingerprint:
        """The fingerprint to keep with the content of the secret whose plain name this is."""
        return Fingerprint(COST, self.salt, self._digest(name, self.salt, COST))

    def fits(self, name: str, held: Fingerprint) -> bool:
        """Whether a fingerprint is that of the content of the secret whose plain name this is."""
        return hmac.compare_digest(held.digest, self._digest(name, held.salt, held.cost))

    def prepare(self, wanted: Iterable[tuple[str, Fingerprint | None]]) -> None:
        """Make those that will be asked for, several at a time: the digests leave other threads alone."""
        jobs = {(name, held.salt, held.cost) if held else (name, self.salt, COST) for name, held in wanted}
        if len(jobs) > 1:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(lambda job: self._digest(*job), sorted(jobs)))

    def _digest(self, name: str, salt: bytes, cost: int) -> str:
        made = self._made.get((name, salt, cost))
        if made is None:
            made = secret_digest(self._messages[name], salt + name.encode(), cost)
            self._made[name, salt, cost] = made
        return made


def message_of(spec: Spec, content: bytes) -> bytes:
    """All that the name of a secret or config stands for."""
    return told(content, (spec.get("Templating") or {}).get("Name") or None)
