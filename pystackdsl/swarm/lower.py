"""From a stack to what it asks of the Engine: the bodies that `docker stack deploy` would send.

A `Stack` comes in, `Specs` go out, or InvalidStack with every fault. Files are read here (`content`): those of secrets,
configs and environments. Called by `planning` and by `swarm.plan`.
"""

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

import attrs

from pystackdsl.content.paths import node_path
from pystackdsl.diagnostics import Diagnostic, InvalidStack, KeyPath, Severity, Subject
from pystackdsl.model.names import Names
from pystackdsl.model.network import default_network
from pystackdsl.model.placement import Constraint
from pystackdsl.model.service import Service
from pystackdsl.model.stack import Stack
from pystackdsl.model.uses import uses
from pystackdsl.model.validity import findings
from pystackdsl.model.variable import OPEN, Open, tokens
from pystackdsl.swarm.codec import lowered_into
from pystackdsl.swarm.lower_files import Files, made
from pystackdsl.swarm.names import check_stack_name, is_built_in, scoped
from pystackdsl.swarm.specs import KINDS, NAMESPACE, External, Kind, Spec, Specs

if TYPE_CHECKING:
    from pystackdsl.model.crossing import Tree
    from pystackdsl.model.external import Nameable
    from pystackdsl.model.value import Value

__all__ = ["lower"]


def lower(stack: Stack, name: str, *, environment: Mapping[str, str]) -> Specs:
    """What a stack asks of the Engine under the name `name`.

    `environment` is the deployer's shell: it gives variables that are empty in a service's environment, and `~`.
    Raises InvalidStack with every error of the stack, its files and its contents.
    """
    found = findings(stack if stack.name == name or not name else attrs.evolve(stack, name=name))
    faults = [finding for finding in found if finding.severity is Severity.ERROR]
    fault = check_stack_name(name)
    if fault is not None and not any(each.path == fault.path for each in faults):
        faults.append(fault)
    names = stack.names()
    faulty = {id(subject.resource) for each in faults for subject in each.subjects}
    files = Files(stack, names, environment, faulty)
    if faults or files.faults:
        raise InvalidStack([*faults, *files.faults])
    specs = _StackLowering(stack, name, names, environment, files).specs()
    clashes = [clash for kind in KINDS[:-1] for clash in _clashes(specs, kind)]
    if clashes:
        raise InvalidStack(clashes)
    return attrs.evolve(specs, warnings=tuple(found)) if found else specs


class _StackLowering:
    """The lowering of one stack that has no faults: what its values ask while they are written."""

    def __init__(self, stack: Stack, name: str, names: Names, shell: Mapping[str, str], files: Files) -> None:
        self.stack = stack
        self.name = name
        self.names = names
        self.home = shell.get("HOME")
        self.files = files
        self.key = ""
        self.base = os.path.abspath(stack.base or "")  # noqa: PTH100 - Path would keep the `..`
        self.is_open = False
        self._full_names: dict[int, str] = {}

    def specs(self) -> Specs:
        services = {key: self._body(key, service) for key, service in self.stack.services.items()}
        used = self._used_networks()
        networks = {key: self._body(key, network) for key, network in used.items() if network.external is not True}
        bodies: dict[Kind, dict[str, Spec]] = {"secrets": {}, "configs": {}}
        for kind, key, resource in made(self.stack):
            bodies[kind][key] = self._body(key, resource)
        if self.is_open:
            raise InvalidStack(_left_open(self.stack))
        return Specs(
            stack=self.name,
            networks=networks,
            secrets=bodies["secrets"],
            configs=bodies["configs"],
            services=services,
            externals=tuple(self._externals(used)),
            contents=self.files.contents,
            source=self.stack,
        )

    def _body(self, key: str, resource: "Nameable | Service") -> Spec:
        self.key = key
        tree = lowered_into({}, resource, self)
        if isinstance(resource, Service):
            tree["Name"] = scoped(self.name, key)
        return tree

    def _used_networks(self) -> "dict[str, Nameable]":
        """The networks that services join, by key, in the order of the keys."""
        used: dict[str, Nameable] = {}
        for service in self.stack.services.values():
            joined = [attachment.network for attachment in service.networks or ()] or [default_network]
            for network in joined:
                key = self.names.key(network)
                used[key] = self.stack.networks.get(key, network)
        return dict(sorted(used.items()))

    def _externals(self, used: "Mapping[str, Nameable]") -> Iterator[External]:
        for key, network in used.items():
            full = self.full_name(network)
            if network.external is True and not self.is_built_in(full):
                users = [
                    each
                    for each, service in self.stack.services.items()
                    if any(attachment.network is network for attachment in service.networks or ())
                    or (key == "default" and not service.networks)
                ]
                yield External(kind="networks", key=key, name=full, users=tuple(users))
        kinds: tuple[Kind, ...] = ("secrets", "configs")
        for kind in kinds:
            for key, resource in getattr(self.stack, kind).items():
                if resource.external is not True:
                    continue
                users = [each for each, service in self.stack.services.items() if _is_given(service, kind, resource)]
                if users:
                    yield External(kind=kind, key=key, name=self.full_name(resource), users=tuple(users))

    # What values ask ------------------------------------------------------------------------------------------------

    def text(self, text: str) -> str:
        if text.isascii():
            return text
        if OPEN in text:
            self.is_open = True
            return text
        return self.names.plain(text)

    def full_name(self, resource: "Nameable") -> str:
        found = self._full_names.get(id(resource))
        if found is None:
            found = self._full_names[id(resource)] = self._full_name(resource)
        return found

    def _full_name(self, resource: "Nameable") -> str:
        key = self.names.key(resource)
        if resource is default_network:
            resource = self.stack.networks.get(key, default_network)
        if resource.name:
            return self.text(resource.name)
        return key if resource.external is True else scoped(self.name, key)

    def key_of(self, resource: "Nameable") -> str:
        return self.names.key(resource)

    def labelled(self, labels: Mapping[str, str] | None) -> dict[str, str]:
        if not labels:
            return {NAMESPACE: self.name}
        return {**self.texts(labels), NAMESPACE: self.name}

    def texts(self, texts: Mapping[str, str]) -> dict[str, str]:
        """A mapping of texts as the Engine gets it."""
        if "".join(texts).isascii() and "".join(texts.values()).isascii():
            return dict(texts)
        return {self.text(name): self.text(value) for name, value in texts.items()}

    def value(self, value: "Value") -> "Tree":
        return lowered_into({}, value, self)

    def open(self) -> None:
        self.is_open = True

    def node_path(self, path: str) -> str:
        return node_path(path, self.base, self.home)

    def environment(self, service: Service) -> Mapping[str, str | None]:  # noqa: ARG002 - of the protocol
        found = self.files.environments.get(self.key, {})
        if None not in found.values():
            return self.texts(cast("dict[str, str]", found))
        return {self.text(name): value if value is None else self.text(value) for name, value in found.items()}

    def is_built_in(self, full_name: str) -> bool:
        return is_built_in(full_name)


def _clashes(specs: Specs, kind: Kind) -> Iterator[Diagnostic]:
    """Resources that are under one name in the swarm, and are not the same: only one of them could be."""
    bodies = specs.of(kind)
    first: dict[str, str] = {}
    for key, body in bodies.items():
        other = first.setdefault(body["Name"], key)
        is_same = bodies[other] == body and specs.contents.get((kind, other)) == specs.contents.get((kind, key))
        if other != key and not is_same:
            resource = getattr(specs.source, kind).get(key)
            place = Subject(path=KeyPath(kind, key, "name"), resource=resource, within=KeyPath("name"))
            yield Diagnostic(
                summary=f'{kind} {other} and {key} are both "{body["Name"]}" in the swarm, and are not the same',
                path=place.path,
                subjects=(place,),
                help="give one of them another name",
            )


def _is_given(service: Service, kind: str, resource: "Nameable") -> bool:
    credential = service.credential_spec
    if credential is not None and credential.config is resource:
        return True
    return any(grant.granted is resource for grant in getattr(service, kind) or ())


def _left_open(stack: Stack) -> Iterator[Diagnostic]:
    """Findings for all values that are left open: only a stack file can hold them."""
    for use in uses(stack):
        texts = _texts(use.value)
        found = dict.fromkeys(variable.name for text in texts if OPEN in text for variable in tokens(text))
        if found and use.key.api is not None:
            yield Diagnostic(
                summary=f"{use.where.path} is left open: nobody has filled in {', '.join(found)}",
                path=use.where.path,
                subjects=(use.where.subject(),),
                help="make the stack where `var` gives values, or read the file with its variables filled in",
            )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield str.__str__(value)
    elif type(value) is Open or isinstance(value, Constraint):
        yield value.text
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(name)
            yield from _texts(item)
