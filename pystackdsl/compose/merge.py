"""Services of several files made one, by Docker's rules: the later file wins, field by field, and much is special.

`front` comes here with the services of each file. Top-level networks, volumes, secrets and configs need no rules: a
later entry replaces an earlier one as a whole. What gets lost though it was said is told.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from pystackdsl.compose.command import split_command
from pystackdsl.content.environment import filled
from pystackdsl.diagnostics import Diagnostic, InvalidStack, KeyPath, Severity
from pystackdsl.model.alteration import altered
from pystackdsl.model.container import Logging
from pystackdsl.model.key import Key, keys_of
from pystackdsl.model.mounts import Mount, as_mounts
from pystackdsl.model.network import NetworkAttachment, as_attachments
from pystackdsl.model.ports import Port, PortRange, as_ports
from pystackdsl.model.secret import as_config_grants, as_secret_grants
from pystackdsl.model.service import Service
from pystackdsl.model.swarm_service import as_ulimits
from pystackdsl.model.texts import as_command, as_environment, as_test
from pystackdsl.model.units import Cpus, Quantity
from pystackdsl.model.value import FrozenDict, Resource, Value

__all__ = ["Merge"]

Rule = Callable[["Merge", Any, Any], Any]


class Merge:
    """The merging of one stack's files. `key_of` tells the key of a secret or config that is referred to; `folder` and
    `environment` are what env files and empty environment entries are filled from, as Docker does before it merges;
    from the `shell` only those that both files have. What came from there is in `taken`.
    """

    def __init__(
        self,
        key_of: Callable[[Resource], str],
        folder: Path,
        environment: Mapping[str, str],
        shell: Mapping[str, str],
    ) -> None:
        self.key_of = key_of
        self.folder = folder
        self.environment = environment
        self.shell = shell
        self.taken: dict[str, str] = {}
        self.path: tuple[str, ...] = ()
        self.findings: list[Diagnostic] = []

    def services(self, first: Mapping[str, Service], later: Mapping[str, Service]) -> dict[str, Service]:
        """The services of two files by key, sorted by key."""
        both = {**first, **later}
        for name in first.keys() & later.keys():
            self.path = ("services", name)
            pair = first[name], later[name]
            environment = self.environment_for(*pair) if self.shell else self.environment
            base, override = (self.with_environment(service, environment) for service in pair)
            both[name] = altered(base, **self.fields(base, override))
        return dict(sorted(both.items(), key=lambda pair: pair[0].encode()))

    def taken_findings(self) -> list[Diagnostic]:
        """What was found since this was last asked, with paths in the later file."""
        found, self.findings = self.findings, []
        return found

    def environment_for(self, *services: Service) -> Mapping[str, str]:
        """What empty entries of services are filled from: of a name that all have, it decides which of them counts."""
        stated = [self.stated(service) for service in services]
        empty = {name for entries in stated for name, value in entries.items() if not value}
        asked = empty.intersection(self.shell, *stated)
        self.taken |= {name: self.shell[name] for name in asked}
        return {**self.environment, **{name: self.shell[name] for name in asked}}

    def stated(self, service: Service) -> Mapping[str, str | None]:
        """The environment of a service, with its env files, which are read again where they are faulty."""
        try:
            return filled(service, self.folder, {})
        except InvalidStack:
            return {}

    def with_environment(self, service: Service, environment: Mapping[str, str]) -> Service:
        """The service with its environment filled in, which env files and the shell take part in."""
        if not service.environment and not service.env_file:
            return service
        try:
            return altered(service, environment=FrozenDict(filled(service, self.folder, environment)))
        except InvalidStack as error:
            self.findings += [finding.below(self.path) for finding in error.findings]
            return service

    def warn(self, summary: str, *steps: str, help: str) -> None:
        """Note something that the files say and that gets lost."""
        path = KeyPath(*self.path, *steps)
        self.findings.append(Diagnostic(severity=Severity.WARNING, summary=summary, help=help, path=path))

    def refused(self, name: str, old: Any) -> Any:
        """Note a list in an extension field that Docker cannot append to what is there."""
        what = "a mapping" if isinstance(old, dict) else "one value"
        summary = f"{name} is a list here and {what} in the earlier file, which Docker cannot merge"
        path = KeyPath(*self.path[:-1], name) if name[:2] == "x-" else KeyPath(*self.path[:-1])
        self.findings.append(Diagnostic(summary=summary, help="make both lists, or both mappings", path=path))
        return old

    def values(self, base: Value, override: Value) -> Any:
        """Two values of one class, merged field by field."""
        special = _CLASSES.get(type(base))
        return altered(base, **self.fields(base, override)) if special is None else special(self, base, override)

    def fields(self, base: Value, override: Value) -> dict[str, Any]:
        """The fields of two values of one class, merged."""
        merged = {}
        path = self.path
        for field, (key, _) in keys_of(type(base)).items():
            one, other = base.__dict__.get(field), override.__dict__.get(field)
            if one is None and other is None:
                continue
            self.path = (*path, key.name)
            rule = _CONVERTED.get(key.converter)
            merged[field] = rule(self, one, other) if rule else self.plain(one, other, key)
        self.path = path
        return merged

    def plain(self, base: Any, override: Any, key: Key) -> Any:
        """A field without a rule of its own, by the type of its value."""
        if override is None or base is None:
            return base if override is None else override
        if isinstance(base, Value) and not isinstance(base, Resource):
            return self.values(base, override)
        if isinstance(base, Mapping):
            return FrozenDict(self.extensions(base, override) if key.name == "x-*" else {**base, **override})
        if type(base) is tuple:
            return base + override
        if not _is_zero(override) or (key.zero and type(override) is int):
            return override
        if not _is_zero(base):
            spelled = {"": "an empty text", False: "false"}.get(override, str(override))
            self.warn(f"{spelled} does not replace what the earlier file says", help="change the earlier file")
        return base

    def extensions(self, base: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
        """Extension fields, or mappings in them: lists are joined, mappings merged, the rest replaced."""
        merged = dict(base)
        for name, item in override.items():
            old = base.get(name)
            if isinstance(item, dict) and isinstance(old, dict):
                merged[name] = self.extensions(old, item)
            elif isinstance(item, list) and old is not None:
                merged[name] = [*old, *item] if isinstance(old, list) else self.refused(name, old)
            else:
                merged[name] = item
        return merged


def _is_zero(value: Any) -> bool:
    if isinstance(value, Quantity):
        return value.number == 0 and not isinstance(value, Cpus)
    return isinstance(value, (str, int, float)) and not value


def _command(_merge: Merge, base: Any, override: Any) -> Any:
    words = split_command(override) if isinstance(override, str) else override
    return override if words else base


def _environment(_merge: Merge, base: Any, override: Any) -> Any:
    """By name; an empty or absent value does not replace one that is there."""
    if base is None or override is None:
        return base if override is None else override
    return FrozenDict({**base, **{name: value for name, value in override.items() if value or not base.get(name)}})


def _ports(merge: Merge, base: Any, override: Any) -> Any:
    """By published port, sorted; what is not published is one entry."""
    if base is None:
        return override
    ports = list(_single(base))
    count = len(ports)
    ports += _single(override or ())
    published = [_published(port) for port in ports]
    by_published = dict(zip(published, ports, strict=True))
    both = {*published[:count]} & {*published[count:]}
    if len(by_published) + len(both - {0}) < len(ports):
        merge.warn(
            "Docker keeps one entry for each published port when it merges files, and one for all that are not "
            "published: other entries get lost here",
            help="give all ports of this service in one file that alone has the service, or publish them under "
            "different numbers",
        )
    return tuple(port for _, port in sorted(by_published.items(), key=lambda pair: (str(type(pair[0])), pair[0])))


def _published(port: Any) -> Any:
    if type(port) is not Port:
        return port.text
    if port.published is None:
        return 0
    published: Any = port.published
    return published.first if type(published) is PortRange else published.text


def _single(ports: Iterable[Any]) -> Iterable[Any]:
    """Ranges as one entry a port."""
    for port in ports:
        if type(port) is not Port or not isinstance(port.target, PortRange) or not _is_range(port):
            yield port
            continue
        for published, target in port.pairs():
            yield altered(port, published=_one(published), target=_one(target))


def _is_range(port: Port) -> bool:
    return any(type(each) is PortRange and each.size > 1 for each in (port.target, port.published))


def _one(number: int | None) -> PortRange | None:
    return None if number is None else PortRange(number, number)


def _mounts(_merge: Merge, base: Any, override: Any) -> Any:
    """By target, sorted."""
    if base is None:
        return override
    by_target = {_target(mount): mount for mount in (*base, *(override or ()))}
    return tuple(mount for _, mount in sorted(by_target.items(), key=lambda pair: pair[0].encode()))


def _target(mount: Any) -> str:
    return mount.target or "" if type(mount) is Mount else mount.text


def _grants(merge: Merge, base: Any, override: Any) -> Any:
    """By source, sorted."""
    if base is None:
        return override
    by_source = {merge.key_of(grant.granted): grant for grant in (*base, *(override or ()))}
    for grants in (base, override or ()):
        keys = [merge.key_of(grant.granted) for grant in grants]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            merge.warn(
                f"{key} is given to this service twice, and Docker keeps one of the two when it merges files",
                help="give the second under another key of the top level",
            )
    return tuple(grant for _, grant in sorted(by_source.items(), key=lambda pair: pair[0].encode()))


def _networks(_merge: Merge, base: Any, override: Any) -> Any:
    """By network, in the order in which they are first named."""
    if base is None or override is None:
        return base if override is None else override
    found = {id(attachment.network): attachment for attachment in base}
    for attachment in override:
        old = found.get(id(attachment.network))
        found[id(attachment.network)] = attachment if old is None else _attachment(old, attachment)
    return tuple(found.values())


def _attachment(base: NetworkAttachment, override: NetworkAttachment) -> NetworkAttachment:
    if not override.has_options or not base.has_options:
        return override if override.has_options else base
    return altered(
        base,
        aliases=override.aliases or (),
        ipv4_address=override.ipv4_address or base.ipv4_address,
        ipv6_address=override.ipv6_address or base.ipv6_address,
    )


def _ulimits(_merge: Merge, base: Any, override: Any) -> Any:
    return FrozenDict({**(base or {}), **(override or {})})


def _logging(merge: Merge, base: Logging, override: Logging) -> Logging:
    """The same driver, or one side without: options by key, if the first file has any; else the later block."""
    if base.driver and override.driver and base.driver != override.driver:
        return override
    if override.options and base.options is None:
        merge.warn(
            "Docker drops these options when it merges files, because the earlier file has none",
            "options",
            help="give the earlier file an option too, or give the whole block in one file",
        )
    options = None if base.options is None else FrozenDict({**base.options, **(override.options or {})})
    return altered(base, driver=base.driver or override.driver, options=options)


def _test(merge: Merge, base: Any, override: Any) -> Any:
    """A test is appended to the one that is there."""
    tests = [("CMD-SHELL", test) if isinstance(test, str) else test for test in (base, override) if test is not None]
    if len(tests) == 2 and all(tests):
        merge.warn(
            "Docker appends this test to the one of the earlier file, which makes one command of both",
            help="give the test in one of the files",
        )
    return sum(tests, ())


_CLASSES: Final[Mapping[type, Rule]] = {Logging: _logging}
_CONVERTED: Final[Mapping[Any, Rule]] = {
    as_command: _command,
    as_test: _test,
    as_environment: _environment,
    as_ports: _ports,
    as_mounts: _mounts,
    as_secret_grants: _grants,
    as_config_grants: _grants,
    as_attachments: _networks,
    as_ulimits: _ulimits,
}
"""How a field is merged, by its converter."""
