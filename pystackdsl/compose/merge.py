"""Services of several files made one, by Docker's rules: the later file wins, field by field.

Top-level networks, volumes, secrets and configs need no rules: a later entry replaces an earlier one as a whole.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from pystackdsl.compose.exchange import altered
from pystackdsl.model.container import Healthcheck, Logging
from pystackdsl.model.key import keys_of
from pystackdsl.model.mounts import Mount, as_mounts
from pystackdsl.model.network import NetworkAttachment, as_attachments
from pystackdsl.model.ports import Port, PortRange, as_ports
from pystackdsl.model.secret import as_config_grants, as_secret_grants
from pystackdsl.model.service import Service, as_ulimits
from pystackdsl.model.texts import as_command, as_environment
from pystackdsl.model.units import Quantity
from pystackdsl.model.value import FrozenDict, Resource, Value

__all__ = ["merged_services"]


def merged_services(
    first: Mapping[str, Service], later: Mapping[str, Service], key_of: Callable[[Resource], str]
) -> dict[str, Service]:
    """The services of two files by key, sorted by key. `key_of` tells the key of a secret or config."""
    both = {**first, **later}
    for name in first.keys() & later.keys():
        both[name] = _sorted(_merged(first[name], later[name]), first[name], key_of)
    return dict(sorted(both.items(), key=lambda pair: pair[0].encode()))


def _sorted(service: Service, base: Service, key_of: Callable[[Resource], str]) -> Service:
    """Grants in the order of their sources, as Docker leaves them once the first file has any."""
    changes = {
        field: tuple(sorted(getattr(service, field), key=lambda grant: key_of(grant.granted).encode()))
        for field in ("secrets", "configs")
        if getattr(base, field)
    }
    return altered(service, **changes)


def _merged(base: Value, override: Value) -> Any:
    """Two values of one class, merged field by field."""
    special = _CLASSES.get(type(base))
    if special is not None:
        return special(base, override)
    return altered(base, **_fields(base, override))


def _fields(base: Value, override: Value) -> dict[str, Any]:
    return {
        field: _CONVERTED.get(key.converter, _plain)(getattr(base, field), getattr(override, field), pointer=key.zero)
        for field, (key, _) in keys_of(type(base)).items()
    }


def _plain(base: Any, override: Any, *, pointer: bool) -> Any:
    """A field without a rule of its own, by the type of its value."""
    if override is None or base is None:
        return base if override is None else override
    if isinstance(base, Value) and not isinstance(base, Resource):
        return _merged(base, override)
    if isinstance(base, Mapping):
        return FrozenDict(_deep(base, override))
    if type(base) is tuple:
        return base + override
    zero = override.number == 0 if isinstance(override, Quantity) else override in (0, "", False)
    kept = zero and not (pointer and type(override) is int)
    return base if kept else override


def _deep(base: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _deep(base[name], override[name])
        if isinstance(base.get(name), Mapping) and isinstance(override.get(name), Mapping)
        else override.get(name, base.get(name))
        for name in {**base, **override}
    }


def _command(base: Any, override: Any, *, pointer: bool) -> Any:
    del pointer
    return override or base


def _environment(base: Any, override: Any, *, pointer: bool) -> Any:
    """By name; an empty or absent value does not replace one that is there."""
    del pointer
    if base is None or override is None:
        return base if override is None else override
    return FrozenDict({name: override.get(name) or base.get(name, override.get(name)) for name in {**base, **override}})


def _ports(base: Any, override: Any, *, pointer: bool) -> Any:
    """By published port, sorted; what is not published is one entry."""
    del pointer
    if not base:
        return base if override is None else override
    by_published = {_published(port): port for port in _single([*base, *(override or ())])}
    return tuple(port for _, port in sorted(by_published.items(), key=lambda pair: pair[0]))


def _published(port: Any) -> int:
    return port.published.first if type(port) is Port and port.published else 0


def _single(ports: Iterable[Any]) -> Iterable[Any]:
    """Ranges as one entry a port."""
    for port in ports:
        if type(port) is not Port or not isinstance(port.target, PortRange):
            yield port
            continue
        for published, target in port.pairs():
            yield altered(port, published=_one(published), target=_one(target))


def _one(number: int | None) -> PortRange | None:
    return None if number is None else PortRange(number, number)


def _keyed(key: Callable[[Any], str]) -> Callable[..., Any]:
    """Lists whose items have a key: a later item replaces the whole earlier one, and the result is sorted."""

    def merge(base: Any, override: Any, *, pointer: bool) -> Any:
        del pointer
        if not base:
            return base if override is None else override
        by_key = {key(item): item for item in (*base, *(override or ()))}
        return tuple(item for _, item in sorted(by_key.items(), key=lambda pair: pair[0].encode()))

    return merge


def _target(mount: Any) -> str:
    return (mount.target or "") if type(mount) is Mount else ""


def _granted(grant: Any) -> str:
    return str(grant.granted.token)


def _networks(base: Any, override: Any, *, pointer: bool) -> Any:
    """By network, in the order of their names' first use."""
    del pointer
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
        aliases=override.aliases,
        ipv4_address=override.ipv4_address or base.ipv4_address,
        ipv6_address=override.ipv6_address or base.ipv6_address,
    )


def _ulimits(base: Any, override: Any, *, pointer: bool) -> Any:
    del pointer
    return FrozenDict({**(base or {}), **(override or {})}) if base or override else base


def _logging(base: Logging, override: Logging) -> Logging:
    """The same driver, or one side without: options by key, if the first file has any; else the later block."""
    if base.driver and override.driver and base.driver != override.driver:
        return override
    options = FrozenDict({**base.options, **(override.options or {})}) if base.options else base.options
    return altered(base, driver=base.driver or override.driver, options=options)


def _healthcheck(base: Healthcheck, override: Healthcheck) -> Healthcheck:
    """Field by field; tests are appended, as Docker does."""
    tests = [(("CMD-SHELL", test) if isinstance(test, str) else test) for test in (base.test, override.test) if test]
    return altered(
        base, **_fields(base, override) | {"test": sum(tests, ()) if len(tests) == 2 else base.test or override.test}
    )


_CLASSES: Final[Mapping[type, Callable[[Any, Any], Any]]] = {Logging: _logging, Healthcheck: _healthcheck}
_CONVERTED: Final[Mapping[Any, Callable[..., Any]]] = {
    as_command: _command,
    as_environment: _environment,
    as_ports: _ports,
    as_mounts: _keyed(_target),
    as_secret_grants: _keyed(_granted),
    as_config_grants: _keyed(_granted),
    as_attachments: _networks,
    as_ulimits: _ulimits,
}
"""How a field is merged, by its converter."""
