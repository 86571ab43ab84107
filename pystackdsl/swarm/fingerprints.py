"""How the content of a secret is known again though nobody can read it back: by a slow, salted digest in a label.

Contents and the labels of live secrets come in; whether a secret holds a content, and the label to write, go out.
Called by `rotation` and `planfile`. docs/decisions tells why the label is no oracle.
"""

import hmac
import threading
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from pystackdsl.content.rotation import secret_digest, told
from pystackdsl.swarm.specs import OWN, Raw, Spec

__all__ = ["FINGERPRINT", "Fingerprint", "Fingerprints", "fingerprint_of"]

FINGERPRINT: Final = f"{OWN}content"
"""The label of a secret that tells its content again: scheme, cost, salt and digest."""

COST: Final = 13
"""The work for one digest, as a power of two: about 20 ms and 8 MiB. Every plan needs one for each secret."""

AT_ONCE: Final = 4
"""How many digests are made at a time: each takes a core and 8 MiB."""

_SCHEME: Final = "scrypt"

Job = tuple[str, bytes, int]
"""The name of a secret, a salt and a cost."""


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

    __slots__ = ("_made", "_messages", "_threads", "salt")

    def __init__(self, messages: Mapping[str, bytes], salt: bytes) -> None:
        self._messages = messages
        self._made: dict[Job, str] = {}
        self._threads: list[threading.Thread] = []
        self.salt = salt

    def of(self, name: str) -> Fingerprint:
        """The fingerprint to keep with the content of the secret whose plain name this is."""
        return Fingerprint(COST, self.salt, self._digest(name, self.salt, COST))

    def fits(self, name: str, held: Fingerprint) -> bool:
        """Whether a fingerprint is that of the content of the secret whose plain name this is."""
        return hmac.compare_digest(held.digest, self._digest(name, held.salt, held.cost))

    def prepare(self, wanted: Iterable[tuple[str, Fingerprint | None]]) -> None:
        """Begin with those that will be asked for, several at a time: the digests leave other threads alone."""
        jobs = {(name, held.salt, held.cost) if held else (name, self.salt, COST) for name, held in wanted}
        queue = sorted(jobs, reverse=True)

        def work() -> None:
            while True:
                try:
                    job = queue.pop()
                except IndexError:
                    return
                self._made[job] = self._digest_of(job)

        self._threads = [threading.Thread(target=work, daemon=True) for _ in range(min(AT_ONCE, len(queue)))]
        for thread in self._threads:
            thread.start()

    def _digest(self, *job: *Job) -> str:
        while self._threads and job not in self._made:
            self._threads.pop().join()
        if job not in self._made:
            self._made[job] = self._digest_of(job)
        return self._made[job]

    def _digest_of(self, job: Job) -> str:
        name, salt, cost = job
        return secret_digest(self._messages[name], salt + name.encode(), cost)


def message_of(spec: Spec, content: bytes) -> bytes:
    """All that the name of a secret or config stands for."""
    return told(content, (spec.get("Templating") or {}).get("Name") or None)
