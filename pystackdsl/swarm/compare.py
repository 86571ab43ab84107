"""From what a stack asks for and what a swarm has to the plan between the two.

`Specs` and `Live` come in, a `Plan` goes out; nothing is read or written on the way. Called by `planning`. Equal
meaning is equal normal form, so an object whose normal forms agree is not written at all.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from pystackdsl.diagnostics import Diagnostic
from pystackdsl.swarm.changes import Action, Change, Plan
from pystackdsl.swarm.effects import effect_of, first_effect, last_effect, mode_of
from pystackdsl.swarm.images import Answers, ResolveImage, chosen
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.rotation import Stored, stored
from pystackdsl.swarm.specs import KINDS, OWN, Kind, Raw, Spec, Specs

__all__ = ["Options", "compare"]


def _new_salt() -> bytes:
    return os.urandom(16)


@attrs.frozen(kw_only=True)
class Options:
    """What is asked of a plan.

    `services` limits it to services of these keys and what they use. `force` and `rerun` are keys of services that are
    written though nothing differs. `settled` has, by key, what the Engine told of secrets of which nobody else can tell
    what is in them: whether it is what the stack has. `salt` is for the first secret of a stack.
    """

    prune: bool = False
    resolve_image: ResolveImage = "changed"
    force: frozenset[str] = frozenset()
    rerun: frozenset[str] = frozenset()
    replace_networks: bool = False
    services: frozenset[str] | None = None
    settled: Mapping[str, bool] = attrs.field(factory=dict)
    salt: bytes = attrs.field(factory=_new_salt, repr=False)


REFERENCES: Final[Mapping[Kind, tuple[str, str]]] = {
    "secrets": ("Secrets", "SecretName"),
    "configs": ("Configs", "ConfigName"),
}
"""Where the body of a service refers to secrets and configs, by full name."""

NO_ANSWERS: Final[Answers] = {}


def compare(desired: Specs, live: Live, options: Options | None = None, answers: Answers = NO_ANSWERS) -> Plan:
    """The plan that makes the swarm what the stack says; `answers` are those of registries about images."""
    return _Comparison(desired, live, options or Options(), answers).plan()


class _Comparison:
    """One comparison: what the swarm keeps secrets and configs under, then each kind in turn."""

    def __init__(self, desired: Specs, live: Live, options: Options, answers: Answers) -> None:
        self.desired = desired
        self.live = live
        self.options = options
        self.answers = answers
        self.stored = stored(desired, live, salt=options.salt, settled=options.settled)
        self.names = {(each.kind, each.plain): each.name for each in self.stored.values() if each.name != each.plain}
        self.notes: list[Diagnostic] = []

    def plan(self) -> Plan:
        changes = [*self.networks(), *self.contents(), *self.services()]
        removals = [*self.pruned()]
        return Plan(
            stack=self.desired.stack,
            swarm=self.live.swarm,
            changes=(*changes, *removals),
            notes=tuple(self.notes),
            desired=self.desired,
            live=self.live,
        )

    def networks(self) -> Iterator[Change]:
        for key, spec in sorted(self.desired.networks.items()):
            raw = self.live.networks.get(spec["Name"])
            if raw is None:
                yield Change(kind="networks", key=key, name=spec["Name"], action="create", spec=spec)

    def contents(self) -> Iterator[Change]:
        for kind in KINDS[1:3]:
            for key in sorted(self.desired.of(kind)):
                each = self.stored[kind, key]
                if each.action is not None:
                    yield _stored_change(each, _users(self.desired, kind, each.plain))

    def services(self) -> Iterator[Change]:
        for key, spec in sorted(self.desired.services.items()):
            raw = self.live.services.get(spec["Name"])
            image = chosen(self.desired, key, raw, self.options.resolve_image, self.answers)
            wanted = self.fitted(spec, image.text, image.platforms)
            if raw is None:
                yield Change(
                    kind="services", key=key, name=spec["Name"], action="create", spec=wanted,
                    effect=first_effect(wanted),
                )  # fmt: skip
                continue
            change = self.changed(key, raw, wanted)
            if change is not None:
                yield change

    def changed(self, key: str, raw: Raw, wanted: Spec) -> Change | None:
        """The change of a service that is there, if there is one."""
        held = _named(raw["Spec"], self.live)
        before, after = _normal(held), _normal(wanted)
        forced = "--force" if key in self.options.force else "--rerun" if key in self.options.rerun else ""
        if before == after and not forced:
            return None
        count = (held.get("TaskTemplate") or {}).get("ForceUpdate") or 0
        template = {**wanted["TaskTemplate"], "ForceUpdate": count + (forced == "--force")}
        action: Action = "replace" if mode_of(before) != mode_of(after) else "update"
        return Change(
            kind="services", key=key, name=wanted["Name"], action=action, spec={**wanted, "TaskTemplate": template},
            id=raw["ID"], version=raw["Version"]["Index"], effect=effect_of(raw, before, after), forced=forced,
        )  # fmt: skip

    def pruned(self) -> Iterator[Change]:
        names = {spec["Name"] for spec in self.desired.services.values()}
        for name, raw in sorted(self.live.services.items()):
            if name in names or not self.options.prune:
                continue
            key = name.removeprefix(f"{self.desired.stack}_")
            yield Change(
                kind="services", key=key, name=name, action="remove", id=raw["ID"],
                version=raw["Version"]["Index"], effect=last_effect(raw),
            )  # fmt: skip

    def fitted(self, spec: Spec, image: str, platforms: tuple[Mapping[str, str], ...] | None) -> Spec:
        """The body of a service with its image, and the names that its secrets and configs have by now."""
        template = spec["TaskTemplate"]
        container = {**template["ContainerSpec"], "Image": image} if image else template["ContainerSpec"]
        for kind, (field, name) in REFERENCES.items():
            references = container.get(field)
            if references and self.names:
                renamed = [{**each, name: self.names.get((kind, each[name]), each[name])} for each in references]
                container = {**container, field: renamed}
        template = {**template, "ContainerSpec": container}
        if platforms:
            template["Placement"] = {**(template.get("Placement") or {}), "Platforms": list(platforms)}
        return {**spec, "TaskTemplate": template}


def _stored_change(each: Stored, users: tuple[str, ...]) -> Change:
    """The change of a secret or config."""
    assert each.action is not None
    is_there = each.live is not None
    return Change(
        kind=each.kind, key=each.key, name=each.name, action=each.action, spec=each.spec,
        id=each.live["ID"] if each.live else None,
        version=each.live["Version"]["Index"] if each.live else None,
        old_name=each.old["Spec"]["Name"] if each.old else None,
        users=users,
        with_content=not is_there or each.is_settled,
    )  # fmt: skip


def _users(desired: Specs, kind: Kind, name: str) -> tuple[str, ...]:
    """The keys of the services that a secret or config is given to."""
    field, ref = REFERENCES[kind]
    return tuple(
        key
        for key, spec in sorted(desired.services.items())
        if any(each[ref] == name for each in spec["TaskTemplate"]["ContainerSpec"].get(field) or ())
    )


def _named(spec: Spec, live: Live) -> Spec:
    """The body of a live service with names in place of IDs."""
    template = spec["TaskTemplate"]
    networks = [
        {**each, "Target": live.names.get(each["Target"], each["Target"])} for each in template.get("Networks") or ()
    ]
    return {**spec, "TaskTemplate": {**template, "Networks": networks}}


def _normal(spec: Spec) -> Spec:
    tree = {name: value for name, value in spec.items() if name != "TaskTemplate"}
    template = {name: value for name, value in spec["TaskTemplate"].items() if name != "ForceUpdate"}
    return _without_zeros({**tree, "TaskTemplate": template})


def _without_zeros(tree: Spec) -> Spec:
    found = {}
    for name, value in tree.items():
        if name in {"SecretID", "ConfigID"} or name.startswith(OWN):
            continue
        said = value
        if isinstance(value, dict):
            said = _without_zeros(value)
        elif isinstance(value, list):
            said = [_without_zeros(each) if isinstance(each, dict) else each for each in value]
        if said not in (None, "", 0, False, {}, []):
            found[name] = said
    return found
