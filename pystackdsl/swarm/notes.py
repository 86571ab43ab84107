"""What a plan tells beside its changes: what is seen in the swarm and left alone, and why.

Facts come in from `compare`; findings for people go out. None of them is a change.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pystackdsl.diagnostics import Diagnostic, KeyPath, Severity
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.rotation import Stored
from pystackdsl.swarm.specs import OWN, Kind, Specs

__all__ = [
    "Needs",
    "gone_service",
    "is_of_docker",
    "left_over",
    "network_differs",
    "not_described",
    "paused",
    "port_taken",
    "superseded",
    "takeover",
    "unknown",
    "unresolved",
    "without_node",
]


class Needs(NamedTuple):
    """The keys of the services that need an object: as they are now, or to return to what they were."""

    now: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


_LEFT: Final[tuple[tuple[Kind, str], ...]] = (("networks", "network"), ("secrets", "secret"), ("configs", "config"))


def note(summary: str, *path: str, help: str = "", severity: Severity = Severity.WARNING) -> Diagnostic:
    """One remark; the path is that of what it speaks of."""
    return Diagnostic(summary=summary, severity=severity, path=KeyPath(*path), help=help)


def takeover(live: Live, stored: Iterable[Stored]) -> Diagnostic:
    """The stack was deployed by somebody else so far, who cannot change what is in a secret or config."""
    rotated = [f"{each.kind[:-1]} {each.key}" for each in stored if each.name != each.plain]
    return note(
        f"docker stack deployed {live.stack}: this takes it over",
        help="docker stack deploy can take it back"
        + (f" only with the former content of {', '.join(rotated)}" if rotated else ""),
        severity=Severity.INFO,
    )


def is_of_docker(live: Live) -> bool:
    """Whether the services of a stack are there, and none of them was written by us."""
    services = live.services.values()
    return bool(services) and not any(
        label.startswith(OWN) for raw in services for label in raw["Spec"].get("Labels") or ()
    )


def gone_service(key: str) -> Diagnostic:
    """A service runs that the stack no longer has."""
    return note(
        f"service {key} runs in the swarm but is not in the stack: it stays", "services", key,
        help="--prune removes it",
    )  # fmt: skip


def port_taken(key: str, port: tuple[str, int], other: str, *, is_refused: bool) -> Diagnostic:
    """A published port that a service no longer in the stack does not let go. Where both have it on their nodes alone,
    only a node that has both is short of it.
    """
    protocol, number = port
    where = "" if is_refused else " on its nodes"
    return note(
        f"service {key} publishes port {number}/{protocol}{where}, which service {other} holds, and that is not in the "
        "stack",
        "services", key, help="--prune removes it", severity=Severity.ERROR if is_refused else Severity.WARNING,
    )  # fmt: skip


def left_over(
    desired: Specs, live: Live, stored: Iterable[Stored], needs: Callable[[Kind, str], Needs]
) -> Iterator[Diagnostic]:
    """Networks, secrets and configs of the stack that it no longer describes. Like Docker, nobody removes them; `needs`
    tells which services still need one, by kind and full name.
    """
    ours: dict[Kind, set[str]] = {"networks": {spec["Name"] for spec in desired.networks.values()}}
    for external in desired.externals:
        ours.setdefault(external.kind, set()).add(external.name)
    for each in stored:
        names = ours.setdefault(each.kind, set())
        names |= {each.name, *(raw["Spec"]["Name"] for raw in each.stale)}
    for kind, noun in _LEFT:
        left = []
        for name in sorted(set(live.of(kind)) - ours.get(kind, set())):
            reason = _reason(needs(kind, name))
            if reason:
                yield note(
                    f"{noun} {name} is in the swarm but not in the stack: kept, {reason}", severity=Severity.INFO
                )
            else:
                left.append(name)
        if left:
            are = f"{noun} {left[0]} is" if len(left) == 1 else f"{noun}s {', '.join(left)} are"
            yield note(
                f"{are} in the swarm but not in the stack: kept",
                help=f"docker {noun} rm {' '.join(left)}",
                severity=Severity.INFO,
            )


def _reason(needs: Needs) -> str:
    """Why an object cannot be removed, if there is a reason."""
    if needs.now:
        return f"{_services(needs.now)} {'uses' if len(needs.now) == 1 else 'use'} it"
    return f"the way back of {_services(needs.back)} needs it" if needs.back else ""


def _services(keys: Sequence[str]) -> str:
    return f"{'service' if len(keys) == 1 else 'services'} {', '.join(keys)}"


def superseded(each: Stored, name: str, users: Iterable[str]) -> Diagnostic:
    """An old secret or config that is still needed."""
    noun = each.kind[:-1]
    return note(
        f"{noun} {name} is superseded, and kept for the way back of {', '.join(users)}",
        each.kind, each.key, severity=Severity.INFO,
    )  # fmt: skip


def unknown(each: Stored) -> Diagnostic:
    """A secret that nobody can tell the content of."""
    return note(
        f"what is in secret {each.name} is unknown, since docker stack made it: whether the stack has it still, "
        "the next apply finds out",
        each.kind, each.key, severity=Severity.INFO,
    )  # fmt: skip


def unresolved(failures: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Images that no registry told the digest of, those with one reason together."""
    alike: dict[str, list[str]] = {}
    for image, reason in sorted(failures.items()):
        alike.setdefault(_in_short(reason), []).append(image)
    for reason, images in alike.items():
        digests, it = ("digest", "it") if len(images) == 1 else ("digests", "them")
        yield note(
            f"no registry tells the {digests} of {', '.join(images)} ({reason}): each node looks for {it} alone, "
            "and may run another",
            help="--resolve-image never asks none",
        )


def _in_short(reason: str) -> str:
    """Which registry it was and how it failed, of the Engine's account of every step down to the socket."""
    asked = _ASKED.match(reason)
    return f"{asked[1]}: {reason.rpartition(': ')[2]}" if asked else reason


_ASKED: Final = re.compile(r'(?:Get|Head|Post) "https?://([^/"]+)[^"]*": ')


def network_differs(key: str, name: str, differences: Iterable[str]) -> Diagnostic:
    """A network that would have to be made anew."""
    return note(
        f"network {name} is not as the stack has it ({', '.join(differences)}), and cannot be changed: it stays",
        "networks", key, help="--replace-networks makes it anew, and detaches its services meanwhile",
    )  # fmt: skip


def paused(stack: str, key: str, former: int, *, is_rollback: bool) -> Diagnostic:
    """An update, or a rollback, that stands still; `former` tasks run what was before it."""
    what = "rollback" if is_rollback else "update"
    tasks = "1 task still runs" if former == 1 else f"{former} tasks still run"
    back = "" if is_rollback else f", and pystackdsl rollback {stack} goes back"
    return note(
        f"service {key}: its {what} is paused" + (f"; {tasks} what was before" if former else ""),
        "services", key, help=f"--force {key} tries again{back}",
    )  # fmt: skip


def without_node(key: str, constraints: Iterable[str]) -> Diagnostic:
    """A global service that has no task."""
    said = ", ".join(constraints)
    return note(
        f"service {key} is global, and no node fits " + (f"its constraints ({said})" if said else "it")
        + ": nothing of it runs",
        "services", key, help="change its placement, or make a node fit",
    )  # fmt: skip


def not_described(key: str, fields: Iterable[str]) -> Diagnostic:
    """Settings of a live service that the language has no words for."""
    found = sorted(fields)
    count = "a setting" if len(found) == 1 else f"{len(found)} settings"
    return note(
        f"service {key} has {count} that the stack does not describe, and that its next change resets: "
        + ", ".join(found),
        "services", key,
    )  # fmt: skip
