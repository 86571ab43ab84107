"""What a service says of its processes in forms of their own: commands, capabilities, limits, hosts.

The shapes of the fields of `service` and `container` that hold them: from the model to the Engine and back.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from pystackdsl.model.key import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pystackdsl.model.crossing import Lowering
    from pystackdsl.model.ulimit import Ulimit

__all__ = ["CAPABILITIES", "COMMAND", "HOSTS", "TEST", "ULIMITS"]


def _lower_command(command: str | Sequence[str], lowering: "Lowering") -> list[str]:
    if isinstance(command, str):
        from pystackdsl.model.command import split_command

        return list(split_command(lowering.text(command)))
    return [lowering.text(word) for word in command]


def _lift_words(words: Any, _lifting: object) -> tuple[str, ...]:
    return tuple(words)


COMMAND: Final = Shape("command", lower=_lower_command, lift=_lift_words)
"""Arguments, or a command line that is split into them."""


def _lower_test(test: str | Sequence[str], lowering: "Lowering") -> list[str]:
    if isinstance(test, str):
        return ["CMD-SHELL", lowering.text(test)]
    return [lowering.text(word) for word in test]


def _lift_test(words: Any, _lifting: object) -> str | tuple[str, ...]:
    if len(words) == 2 and words[0] == "CMD-SHELL":
        return str(words[1])
    return tuple(words)


TEST: Final = Shape("test", lower=_lower_test, lift=_lift_test)
"""A test as a list that says who runs it, or a text for the shell."""


def _lower_capabilities(names: Sequence[str], lowering: "Lowering") -> list[str]:
    found = {_capability(lowering.text(name)) for name in names}
    return ["ALL"] if "ALL" in found else sorted(found - {"RESET"})


def _capability(text: str) -> str:
    name = text.strip().upper()
    return name if name in ("ALL", "RESET") or name.startswith("CAP_") else f"CAP_{name}"


CAPABILITIES: Final = Shape("capabilities", lower=_lower_capabilities, lift=_lift_words)
"""Names in full, sorted; `ALL` stands for every other."""


def _lower_hosts(hosts: Sequence[str], lowering: "Lowering") -> list[str]:
    found = []
    for text in hosts:
        entry = lowering.text(text)
        host, mark, address = entry.partition("=" if "=" in entry else ":")
        if mark:  # Docker drops what has neither
            bare = address[1:-1] if address[:1] == "[" and address[-1:] == "]" else address
            found.append(f"{bare} {host}")
    return found


def _lift_hosts(entries: Any, _lifting: object) -> tuple[str, ...]:
    found = []
    for entry in entries:
        address, _, host = entry.partition(" ")
        if not host or any(mark in host for mark in ":= ") or "=" in address:
            raise ValueError(entry)
        found.append(f"{host}:{address}")
    return tuple(found)


HOSTS: Final = Shape("hosts", lower=_lower_hosts, lift=_lift_hosts)
"""`host:address`, or `host=address`; the Engine has `address host`."""


def _lower_ulimits(limits: "Mapping[str, Ulimit]", lowering: "Lowering") -> list[dict[str, Any]]:
    return [{"Name": name, "Hard": 0, "Soft": 0, **lowering.value(limits[name])} for name in sorted(limits)]


def _lift_ulimits(limits: Any, _lifting: object) -> "dict[str, Ulimit]":
    from pystackdsl.model.ulimit import Ulimit, one_limit

    found = {}
    for tree in limits:
        soft, hard = tree.pop("Soft", 0), tree.pop("Hard", 0)
        found[tree.pop("Name")] = one_limit(soft) if soft == hard else Ulimit(soft=soft, hard=hard)
    return found


ULIMITS: Final = Shape("ulimits", lower=_lower_ulimits, lift=_lift_ulimits)
"""Limits by name; the Engine has a list that is sorted by name."""
