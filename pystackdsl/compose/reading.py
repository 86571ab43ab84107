"""The resources of one Compose file: an interpolated tree comes in, typed resources and all its faults go out."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pystackdsl.compose import forms
from pystackdsl.compose.external import external, refuse_conflicts
from pystackdsl.compose.misfit import DEPLOY, SCHEMA, Misfit, is_name, misfit, shown, too_old
from pystackdsl.compose.reader import Reader
from pystackdsl.diagnostics import Diagnostic, InvalidStack, KeyPath
from pystackdsl.model.key import declared
from pystackdsl.model.names import KINDS
from pystackdsl.model.service import Service
from pystackdsl.model.stack import CLASSES, Stack
from pystackdsl.model.value import FrozenDict

__all__ = ["FileReading", "stated_minor"]


def stated_minor(tree: Mapping[str, Any]) -> int:
    """The minor schema version of a file; no version, an empty one or "3" is the newest. Raises InvalidStack."""
    version = tree.get("version", "3")
    if version in ("", "3"):
        return 13
    match = re.fullmatch(r"3\.([0-9]|1[0-3])", version, re.ASCII) if isinstance(version, str) else None
    if match:
        return int(match[1])
    is_bare = isinstance(version, (int, float)) and 3 <= version < 4
    raise InvalidStack(
        Diagnostic(
            summary=f"{shown(version)} is not a version of the stack schema",
            expected='"3.0" to "3.13", as text',
            help=f'put it in quotes: "{version}"' if is_bare else 'leave it out, or write "3.9"',
            path=KeyPath("version"),
            rule=SCHEMA,
        )
    )


class FileReading:
    """The reading of one file's tree, after interpolation: its resources, and the faults met so far.

    `declare` comes first, then `services`, once `held` has what all files declare. `minor` is the schema version that
    the file states; `resolve` what `Reader` takes; `contents` are those of secrets and configs, by kind and key.
    """

    def __init__(
        self,
        tree: Mapping[str, Any],
        minor: int,
        resolve: Callable[[str], str],
        contents: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        self.tree = tree
        self.minor = minor
        self.contents = contents or {}
        self.reader = Reader(minor, resolve)
        self.faults: list[Diagnostic] = []

    @property
    def warnings(self) -> list[Diagnostic]:
        """What Docker would drop or bend."""
        return self.reader.warnings

    @property
    def extensions(self) -> FrozenDict[str, Any] | None:
        """The root's `x-*` keys."""
        found = {name: value for name, value in self.tree.items() if name[:2] == "x-"}
        return FrozenDict(found) if found else None

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
        keys = {key.name: key for key, _ in declared(Stack).values() if not key.local}
        empty = ""
        for name, value in self.tree.items():
            key = keys.get("x-*" if name[:2] == "x-" else name)
            if key is not None:
                empty = name if value is None and name in KINDS else ""
            if key is None:
                from pystackdsl.compose.strangers import beside, stranger

                self.note(beside(empty, name, value) or stranger(Stack, name, value, self.minor), name)
            elif key.minor > self.minor:
                self.note(too_old(name, key.since, self.minor), name)

    def note(self, fault: Misfit, *steps: str | int) -> None:
        """Keep the faults of the value at a path."""
        self.faults += [finding.below(steps) for finding in fault.findings]

    def resources(self, kind: str) -> dict[str, Any]:
        """The resources of one kind, by key; what is faulty is noted and left out."""
        found: dict[str, Any] = {}
        try:
            tree = forms.mapping(self.tree.get(kind, {}))
        except Misfit as fault:
            listed = self._listed(kind)
            self.note(listed or fault, kind, *([0] if listed else ()))
            return found
        warnings = self.reader.warnings
        before: str | None = None
        for name, item in tree.items():
            count = len(warnings)
            try:
                found[name] = self.resource(kind, name, item)
            except Misfit as fault:
                from pystackdsl.compose.strangers import displaced

                stray = displaced(kind, name, item, before)
                self.note(stray or fault, kind, name)
                if kind != "services":
                    found[name] = CLASSES[kind]()  # so that what refers to it is no second fault
                before = before if stray else name
            else:
                before = name
            if len(warnings) > count:
                warnings[count:] = [warning.below((kind, name)) for warning in warnings[count:]]
        return found

    def without(self, faulty: Iterable[Sequence[str | int]]) -> dict[str, Any]:
        """The services that have faulty keys, by their paths, read without these; but those that then have others."""
        cut: dict[str, set[Any]] = {}
        for _, name, key in faulty:
            cut.setdefault(str(name), set()).add(key)
        found = {}
        for name, keys in cut.items():
            tree = self.tree["services"].get(name)
            if type(tree) is not dict:  # a later key, spelled by an alias, took its place
                continue
            rest = {key: item for key, item in tree.items() if key not in keys}
            try:
                found[name] = self.reader.resource(Service, rest, name)
            except Misfit:
                continue
        return found

    def _listed(self, kind: str) -> Misfit | None:
        """The fault of a list of resources, which is told at its first item; None for what is no list."""
        items = self.tree[kind]
        if type(items) is not list or not items:
            return None
        expected = f"a mapping: the name of each of the {kind}, and below it what it says"
        help = "leave out the dashes: each begins with its name and a colon"
        return misfit("a list is not a mapping", expected=expected, help=help)

    def resource(self, kind: str, name: str, item: Any) -> Any:
        """One resource. Raises Misfit."""
        if not is_name(name):
            # Docker checks nothing of a network with such a name, and refuses it once a service uses it.
            rule = DEPLOY if kind == "networks" and (item is None or type(item) is dict) else SCHEMA
            raise misfit(f'"{name}" cannot be a name', expected="letters, digits, and . _ -", rule=rule, at_key=True)
        if item is None and kind in ("networks", "volumes"):
            item = {}
        if kind != "services" and type(item) is dict and type(item.get("external")) is dict:
            resource = external(self.reader, CLASSES[kind], item, name)
        else:
            resource = self.reader.resource(CLASSES[kind], item, name)
        refuse_conflicts(resource)
        if (kind, name) in self.contents:
            content = self.contents[kind, name]
            resource.__dict__["content"] = self.reader.resolve(content) if kind == "configs" else content
        return resource
