"""The resources of one Compose file: an interpolated tree comes in, typed resources and all its faults go out."""

import re
from collections.abc import Mapping
from typing import Any, Final

from pystackdsl.compose import forms
from pystackdsl.compose.misfit import Misfit, misfit, shown, too_old
from pystackdsl.compose.reader import Reader
from pystackdsl.compose.strangers import stranger
from pystackdsl.diagnostics import Diagnostic, InvalidStack, KeyPath
from pystackdsl.model.key import keys_of
from pystackdsl.model.names import KINDS
from pystackdsl.model.stack import CLASSES, Stack

__all__ = ["FileReading", "stated_minor"]

_FORBIDDEN: Final = {
    "extends": "merge files instead: give several with -c",
    "volume_driver": "declare a volume under the top-level volumes, with its driver, and mount that",
    "volumes_from": "declare a volume under the top-level volumes, and mount it in each service",
} | dict.fromkeys(
    ("cpu_quota", "cpu_shares", "cpuset", "mem_limit", "memswap_limit"),
    "write it under deploy: resources: limits (cpus, memory)",
)
_NAME: Final = re.compile(r"[a-zA-Z0-9._-]+", re.ASCII)


def stated_minor(version: Any) -> int:
    """The minor schema version of a file's `version`; absent, empty or "3" is the newest. Raises InvalidStack."""
    if version in (None, "", "3"):
        return 13
    match = re.fullmatch(r"3\.([0-9]|1[0-3])", version, re.ASCII) if isinstance(version, str) else None
    if match:
        return int(match[1])
    help = f'put it in quotes: "{version}"' if isinstance(version, (int, float)) else "leave it out, or write 3.9"
    raise InvalidStack(
        Diagnostic(
            summary=f"{shown(version)} is not a version of the stack schema",
            expected='"3.0" to "3.13"',
            help=help,
            path=KeyPath("version"),
            rule="schema",
        )
    )


class FileReading:
    """The reading of one file's tree, after interpolation: its resources, and the faults met so far.

    `declare` comes first, then `services`, once `held` has what all files declare. `version` is what the file says
    before interpolation.
    """

    def __init__(self, tree: Mapping[str, Any], version: Any) -> None:
        self.tree = tree
        self.reader = Reader(stated_minor(version))
        self.minor = self.reader.minor
        self.faults: list[Diagnostic] = []

    @property
    def warnings(self) -> list[Diagnostic]:
        """What Docker would drop or bend."""
        return self.reader.warnings

    @property
    def extensions(self) -> dict[str, Any]:
        """The root's `x-*` keys."""
        return {name: value for name, value in self.tree.items() if name[:2] == "x-"}

    def declare(self) -> dict[str, dict[str, Any]]:
        """The file's networks, volumes, secrets and configs, by kind and key."""
        self.root_keys()
        return {kind: self.resources(kind) for kind in KINDS[1:]}

    def services(self, held: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """The file's services by key, which refer to what is `held`."""
        self.reader.held = held
        return self.resources("services")

    def root_keys(self) -> None:
        """Note the keys of the root that this schema version does not have."""
        keys = {key.name: key for key, _ in keys_of(Stack).values() if not key.local}
        for name, value in self.tree.items():
            key = keys.get("x-*" if name[:2] == "x-" else name)
            if key is None:
                self.note(stranger(Stack, name, value, self.minor), name)
            elif key.minor > self.minor:
                self.note(too_old(name, key.since, self.minor), name)

    def note(self, fault: Misfit, *steps: str | int) -> None:
        """Keep the faults of the value at a path."""
        self.faults += [finding.below(steps) for finding in fault.findings]

    def resources(self, kind: str) -> dict[str, Any]:
        """The resources of one kind, by key; what is faulty is noted and left out."""
        tree = self.tree.get(kind, {})
        found: dict[str, Any] = {}
        try:
            entries = forms.mapping(tree)
        except Misfit as fault:
            self.note(fault, kind)
            return found
        for name, item in entries.items():
            count = len(self.reader.warnings)
            try:
                found[name] = self.resource(kind, name, item)
            except Misfit as fault:
                self.note(fault, kind, name)
                if kind != "services":
                    found[name] = CLASSES[kind]()  # so that what refers to it is no second fault
            warnings = self.reader.warnings
            warnings[count:] = [warning.below((kind, name)) for warning in warnings[count:]]
        return found

    def resource(self, kind: str, name: str, item: Any) -> Any:
        """One resource. Raises Misfit."""
        if not _NAME.fullmatch(name):
            raise misfit(
                f'"{name}" cannot be a name',
                expected="letters, digits, and . _ -",
                rule="deploy" if kind == "networks" else "schema",
            )
        if item is None and kind in ("networks", "volumes"):
            return CLASSES[kind]()
        if kind == "services" and isinstance(item, dict):
            forbidden = [each for each in item if each in _FORBIDDEN]
            if forbidden:
                faults = [misfit(f"Swarm has no {each}", help=_FORBIDDEN[each]).below(each)[0] for each in forbidden]
                rest = {each: value for each, value in item.items() if each not in _FORBIDDEN}
                try:
                    self.reader.value(CLASSES[kind], rest)
                except Misfit as fault:
                    faults += fault.findings
                raise Misfit(faults)
        return self.reader.value(CLASSES[kind], _with_external(item))


def _with_external(item: Any) -> Any:
    """`external: {name: …}` as `external: true` and `name`."""
    if not isinstance(item, dict) or not isinstance(item.get("external"), dict):
        return item
    nested = item["external"]
    rest = {key: value for key, value in item.items() if key != "external"}
    if "name" in nested and "name" in item:
        raise Misfit(
            misfit("the name is given twice, in external and beside it", help="keep the one beside external").below(
                "external"
            )
        )
    return rest | {"external": True} | ({"name": nested["name"]} if "name" in nested else {})
