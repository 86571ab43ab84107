"""From what a stack asks for and what a swarm has to the plan between the two.

`Specs` and `Live` come in, a `Plan` goes out; nothing is read or written on the way. Called by `planning`. Equal
meaning is equal normal form, so an object whose normal forms agree is not written at all.
"""

import os
from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from typing import Final

import attrs

from pystackdsl.diagnostics import Diagnostic, KeyPath
from pystackdsl.model.deploy import KEEP
from pystackdsl.swarm import notes, words
from pystackdsl.swarm.carried import Carried, fitted, kept, names_in, unlike
from pystackdsl.swarm.changes import Action, Change, Difference, Plan
from pystackdsl.swarm.differences import shielded
from pystackdsl.swarm.effects import effect_of, first_effect, last_effect, mode_of, renewed_effect
from pystackdsl.swarm.engine.references import without_ids
from pystackdsl.swarm.images import Answers, Image, ResolveImage, chosen, image_of
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.names import descoped
from pystackdsl.swarm.normal import normal
from pystackdsl.swarm.rotation import Stored, stored
from pystackdsl.swarm.sequence import published_ports
from pystackdsl.swarm.specs import Kind, Raw, Spec, Specs

__all__ = ["Options", "compare"]


def _new_salt() -> bytes:
    return os.urandom(16)


@attrs.frozen(kw_only=True)
class Options:
    """What is asked of a plan.

    `services` limits it to services of these keys and what they use. `force` and `rerun` are keys of services that are
    written though nothing differs. `settled` has, by key, what the Engine told of secrets of which nobody else can tell
    what is in them: whether it is what the stack has. `salt` is for the first secret of a stack. With `show_values` no
    value of an environment is masked.
    """

    prune: bool = False
    resolve_image: ResolveImage = "changed"
    force: frozenset[str] = frozenset()
    rerun: frozenset[str] = frozenset()
    replace_networks: bool = False
    services: frozenset[str] | None = None
    show_values: bool = False
    settled: Mapping[str, bool] = attrs.field(factory=dict)
    salt: bytes = attrs.field(factory=_new_salt, repr=False)


NO_ANSWERS: Final[Answers] = {}


def compare(desired: Specs, live: Live, options: Options | None = None, answers: Answers = NO_ANSWERS) -> Plan:
    """The plan that makes the swarm what the stack says; `answers` are those of registries about images."""
    options = options or Options()
    if options.services is not None:
        desired = _limited(desired, options.services)
    return _Comparison(desired, live, options, answers).plan()


def _limited(desired: Specs, keys: frozenset[str]) -> Specs:
    """What some services alone ask for."""
    services = {key: spec for key, spec in desired.services.items() if key in keys}
    used = {kind: {name for spec in services.values() for name in names_in(spec, kind)} for kind in CONTENTS}
    targets = {each["Target"] for spec in services.values() for each in spec["TaskTemplate"].get("Networks") or ()}
    return attrs.evolve(
        desired,
        services=services,
        networks={key: spec for key, spec in desired.networks.items() if spec["Name"] in targets},
        secrets={key: spec for key, spec in desired.secrets.items() if spec["Name"] in used["secrets"]},
        configs={key: spec for key, spec in desired.configs.items() if spec["Name"] in used["configs"]},
    )


CONTENTS: Final[tuple[Kind, ...]] = ("secrets", "configs")
"""The kinds whose objects hold content."""


class _Comparison:
    """One comparison: what the swarm keeps secrets and configs under, then each kind in turn."""

    def __init__(self, desired: Specs, live: Live, options: Options, answers: Answers) -> None:
        self.desired = desired
        self.live = live
        self.options = options
        self.answers = answers
        told = stored(desired, live, salt=options.salt, settled=options.settled)
        self.held = {name: without_ids(raw["Spec"], live.names) for name, raw in live.services.items()}
        self.stored = told()
        self.names: dict[tuple[Kind, str], str] = {
            (each.kind, each.plain): each.name for each in self.stored.values() if each.name != each.plain
        }
        self.notes: list[Diagnostic] = []
        self.failures: dict[str, str] = {}
        self.detached: dict[str, tuple[str, ...]] = {}

    def plan(self) -> Plan:
        """The plan, its changes in the order in which they are written."""
        changes = [*self.networks(), *self.contents(), *self.services()]
        changes += [*self.pruned(), *self.superseded(changes)]
        self.notes += self.held_ports(changes)
        if changes and notes.is_of_docker(self.live):
            self.notes.insert(0, notes.takeover(self.live, self.stored.values()))
        unknown = tuple(each for each in self.stored.values() if each.is_unknown)
        self.notes += map(notes.unknown, unknown)
        self.notes += notes.unresolved(self.failures)
        if self.options.services is None:
            needs = partial(self.needing, changes=changes)
            self.notes += notes.left_over(self.desired, self.live, self.stored.values(), needs)
        return Plan(
            stack=self.desired.stack,
            swarm=self.live.swarm,
            changes=tuple(changes),
            notes=tuple(self.notes),
            unknown=tuple(each.key for each in unknown),
            desired=self.desired,
            live=self.live,
        )

    def networks(self) -> Iterator[Change]:
        """Networks to make, or to make anew: nothing of one can be changed."""
        for key, spec in sorted(self.desired.networks.items()):
            name = spec["Name"]
            raw = self.live.networks.get(name)
            if raw is None:
                yield Change(kind="networks", key=key, name=name, action="create", spec=spec)
                continue
            before, after = normal("networks", raw, beside=spec), normal("networks", spec)
            if before == after:
                continue
            found = self.words.of_network(key, before, after)
            if not self.options.replace_networks:
                self.notes.append(notes.network_differs(key, name, [str(each.path) for each in found]))
                continue
            users = self.attached(name)
            self.detached |= {user: (*self.detached.get(user, ()), key) for user in users}
            yield Change(
                kind="networks", key=key, name=name, action="replace", spec=spec, id=raw["Id"], old_name=name,
                differences=found, users=users,
            )  # fmt: skip

    def attached(self, network: str) -> tuple[str, ...]:
        """The keys of the services that are on a network now."""
        return tuple(
            descoped(self.desired.stack, name)
            for name, raw in sorted(self.live.services.items())
            if any(
                self.live.names.get(each["Target"], each["Target"]) == network
                for each in (raw["Spec"].get("TaskTemplate") or {}).get("Networks") or ()
            )
        )

    def contents(self) -> Iterator[Change]:
        """Secrets and configs to make, or to give other labels."""
        for kind in CONTENTS:
            for key in sorted(self.desired.of(kind)):
                each = self.stored[kind, key]
                if each.action is not None:
                    told = words.of_stored(each, self.desired)
                    found = tuple(told if self.options.show_values else map(shielded, told))
                    yield _stored_change(each, self.users(kind, each.plain), found)

    def users(self, kind: Kind, plain: str) -> tuple[str, ...]:
        """The keys of the services that a secret or config is given to."""
        return tuple(key for key, spec in sorted(self.desired.services.items()) if plain in names_in(spec, kind))

    def services(self) -> Iterator[Change]:
        """Services to make or to change."""
        for key, spec in sorted(self.desired.services.items()):
            raw = self.live.services.get(spec["Name"])
            image = chosen(self.desired, key, raw, self.options.resolve_image, self.answers)
            if image.failure:
                self.failures[image_of(spec)] = image.failure
            if raw is None:
                wanted = fitted(spec, image, self.names, Carried())
                yield Change(
                    kind="services", key=key, name=spec["Name"], action="create", spec=wanted,
                    effect=first_effect(wanted), differences=(words.image_of_new(wanted),),
                )  # fmt: skip
                continue
            change = self.changed(key, raw, image)
            if change is None and key in self.detached:
                change = self.reattached(key, raw)
            if change is not None:
                yield change

    def changed(self, key: str, raw: Raw, image: Image) -> Change | None:
        """The change of a service that is there, if there is one."""
        forced = "--force" if key in self.options.force else "--rerun" if key in self.options.rerun else ""
        held, api = self.held[raw["Spec"]["Name"]], self.live.swarm.api
        wanted = fitted(self.desired.services[key], image, self.names, self.carried(key, held))
        if not forced and _mean_the_same(*unlike(held, wanted), api):
            return None
        before, after = normal("services", held, api=api), normal("services", wanted, api=api)
        if before == after and not forced:
            return None
        told = self.words.of_service(key, held, wanted, before, after)
        if not told.differences and told.resets and not forced:
            self.notes.append(notes.not_described(key, told.resets))
            return None
        action: Action = "replace" if mode_of(before) != mode_of(after) else "update"
        spec = kept(wanted, held, before, after) if action == "update" else wanted
        if forced == "--force":
            count = spec["TaskTemplate"].get("ForceUpdate") or 0
            spec = {**spec, "TaskTemplate": {**spec["TaskTemplate"], "ForceUpdate": count + 1}}
        if action == "replace":
            effect = renewed_effect(raw, after)
        else:
            effect = effect_of(
                raw, before, after, because=self.because(key), is_forced=forced == "--force",
                detached=self.detached.get(key, ()),
            )  # fmt: skip
        return Change(
            kind="services", key=key, name=wanted["Name"], action=action, spec=spec, id=raw["ID"],
            version=raw["Version"]["Index"], effect=effect, forced=forced, resets=told.resets,
            differences=(*told.differences, *self.returned(key)),
        )  # fmt: skip

    def reattached(self, key: str, raw: Raw) -> Change:
        """The change of a service of which nothing differs, but that is taken off a network: it is as it was after."""
        spec = self.held[raw["Spec"]["Name"]]
        same = normal("services", spec, api=self.live.swarm.api)
        return Change(
            kind="services", key=key, name=spec["Name"], action="update", spec=spec, id=raw["ID"],
            version=raw["Version"]["Index"], effect=effect_of(raw, same, same, detached=self.detached[key]),
        )  # fmt: skip

    @cached_property
    def words(self) -> words.Words:
        """What tells the changes of services, made once there is one."""
        return words.Words(self.desired, self.stored, show_values=self.options.show_values)

    def returned(self, key: str) -> Iterator[Difference]:
        """Secrets and configs whose content was there before, so that nothing of theirs is written."""
        for each in self.moved(key):
            if each.old is not None and each.action is None:
                yield Difference(
                    path=KeyPath(each.kind, each.key), before=each.old["Spec"]["Name"], after=each.name,
                    note="this content was there before",
                )  # fmt: skip

    def carried(self, key: str, held: Spec) -> Carried:
        """What a service keeps."""
        service = self.desired.source.services.get(key) if self.desired.source is not None else None
        keeps = service is not None and service.deploy is not None and service.deploy.replicas is KEEP
        keeps = keeps and mode_of(held) == mode_of(self.desired.services[key])
        count = (held.get("TaskTemplate") or {}).get("ForceUpdate") or 0
        return Carried(mode=held.get("Mode") if keeps else None, force_update=count)

    def because(self, key: str) -> tuple[str, ...]:
        """Why a service restarts that is otherwise as it was."""
        return tuple(f"{each.kind[:-1]} {each.key} changes" for each in self.moved(key))

    def moved(self, key: str) -> list[Stored]:
        """The secrets and configs of a service that are under another name from now on."""
        spec = self.desired.services[key]
        return [each for each in self.stored.values() if each.old and each.plain in names_in(spec, each.kind)]

    def pruned(self) -> Iterator[Change]:
        """Services that the stack no longer has."""
        names = {spec["Name"] for spec in self.desired.services.values()}
        for name, raw in sorted(self.live.services.items(), reverse=True):
            if name in names or self.options.services is not None:
                continue
            key = descoped(self.desired.stack, name)
            if not self.options.prune:
                self.notes.append(notes.gone_service(key))
                continue
            yield Change(
                kind="services", key=key, name=name, action="remove", id=raw["ID"],
                version=raw["Version"]["Index"], effect=last_effect(raw),
            )  # fmt: skip

    def held_ports(self, changes: list[Change]) -> Iterator[Diagnostic]:
        """Ports to be taken that services hold which are no longer in the stack, and stay: the Engine refuses that, but
        for ports of the nodes, of which one node has only one.
        """
        if self.options.services is not None:
            return
        written = [change for change in changes if change.kind == "services"]
        known = {spec["Name"] for spec in self.desired.services.values()} | {change.name for change in written}
        gone = {name: raw["Spec"] for name, raw in self.live.services.items() if name not in known}
        held = {port: (name, wide) for name, spec in gone.items() for port, wide in published_ports(spec)}
        for change in written if held else ():
            for port, is_wide in published_ports(change.spec):
                if port in held:
                    name, was_wide = held[port]
                    other = descoped(self.desired.stack, name)
                    yield notes.port_taken(change.key, port, other, is_refused=is_wide or was_wide)

    def superseded(self, changes: list[Change]) -> Iterator[Change]:
        """Old secrets and configs that no service, and no way back of one, needs once the changes are made."""
        if self.options.services is not None:
            return
        for each in sorted(self.stored.values(), key=lambda each: (each.kind, each.key)):
            for raw in each.stale:
                name = raw["Spec"]["Name"]
                now, back = self.needing(each.kind, name, changes)
                users = sorted({*now, *back})
                if not users:
                    yield Change(
                        kind=each.kind, key=each.key, name=name, action="remove", id=raw["ID"],
                        version=raw["Version"]["Index"],
                    )  # fmt: skip
                elif each.action != "replace":
                    self.notes.append(notes.superseded(each, name, users))

    def needing(self, kind: Kind, name: str, changes: list[Change]) -> notes.Needs:
        """The services that need an old object once the changes are made: what they are then, and what they were."""
        changed = {change.name: change for change in changes if change.kind == "services"}
        now, back = [], []
        for full, raw in sorted(self.live.services.items()):
            change = changed.get(full)
            if change is None:
                spec, former = raw["Spec"], raw.get("PreviousSpec")
            else:
                spec, former = change.spec, raw["Spec"] if change.action == "update" else None
            key = descoped(self.desired.stack, full)
            if name in self.names_in(spec, kind):
                now.append(key)
            if name in self.names_in(former, kind):
                back.append(key)
        return notes.Needs(tuple(now), tuple(back))

    def names_in(self, spec: Spec | None, kind: Kind) -> set[str]:
        """The full names of the objects of a kind that the body of a service refers to."""
        if kind != "networks":
            return names_in(spec, kind)
        targets = [each["Target"] for each in ((spec or {}).get("TaskTemplate") or {}).get("Networks") or ()]
        return {self.live.names.get(target, target) for target in targets}


def _mean_the_same(held: Spec, wanted: Spec, api: tuple[int, int]) -> bool:
    return normal("services", held, api=api) == normal("services", wanted, api=api)


def _stored_change(each: Stored, users: tuple[str, ...], differences: tuple[Difference, ...]) -> Change:
    """The change of a secret or config."""
    assert each.action is not None
    return Change(
        kind=each.kind, key=each.key, name=each.name, action=each.action, spec=each.spec,
        id=each.live["ID"] if each.live else None,
        version=each.live["Version"]["Index"] if each.live else None,
        old_name=each.old["Spec"]["Name"] if each.old else None,
        differences=differences,
        users=users,
        with_content=each.live is None or each.is_settled,
    )  # fmt: skip
