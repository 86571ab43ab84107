"""Names: the keys that Compose takes, and the full names that every Engine takes."""

import re

from pystackdsl.model.network import Network
from pystackdsl.model.secret import Config, Secret
from pystackdsl.model.service import Service
from pystackdsl.model.stack import Stack
from pystackdsl.model.storage import Volume
from pystackdsl.model.validity.finding import Findings, at, spelled
from pystackdsl.model.validity.holdings import Held
from pystackdsl.model.value import Resource
from pystackdsl.model.variable import OPEN

__all__ = ["check"]

_DNS = 63
_FILES = 64
_DNS_EXPECTED = "letters, digits, - and _, the first and the last a letter or a digit"
_FILE_EXPECTED = "letters, digits, -, _ and ., the first and the last a letter or a digit"


def check(stack: Stack, held: Held) -> None:
    """Find the names of a stack that `docker stack config` or every Engine refuses."""
    found = held.found
    if stack.name is not None and stack.services:
        _stack_name(stack.name, found)
    room = _DNS - (2 if stack.name is None else len(stack.name) + 1)
    for key, service in stack.services.items():
        if not _is_dns(key) or len(key) > room:
            _service(key, service, stack.name, found)
    for key, network in stack.networks.items():
        if key in held.used and not (_is_dns(key) and len(key) <= room and network.name is None):
            _network(key, network, stack, found)
    _files(stack, room + _FILES - _DNS, found)


def _files(stack: Stack, room: int, found: Findings) -> None:
    for key, volume in stack.volumes.items():
        if not _is_dns(key) or volume.name is not None:
            _volume(key, volume, found)
    for key, secret in stack.secrets.items():
        if not (_is_dns(key) and len(key) <= room and secret.name is None):
            _file("secrets", key, secret, stack.name, found)
    for key, config in stack.configs.items():
        if not (_is_dns(key) and len(key) <= room and config.name is None):
            _file("configs", key, config, stack.name, found)


def _is_dns(name: str) -> bool:
    """Whether a name may follow a stack's name and a `_`."""
    return name.isascii() and name.replace("-", "").replace("_", "").isalnum() and name[-1].isalnum()


def _is_key(key: str) -> bool:
    return re.fullmatch("[a-zA-Z0-9._-]+", key) is not None


def _fitting(name: str, *, dots: bool = False) -> str:
    """A name near to `name` that is taken everywhere."""
    near = re.sub("[^a-zA-Z0-9._-]+" if dots else "[^a-zA-Z0-9_-]+", "-", name).strip("-_.")
    return f'call it "{near}"' if near else "give it another name"


def _too_long(
    kind: str, key: str, resource: Resource, stack: str | None, most: int, found: Findings, *, nameable: bool = True
) -> None:
    """Say that a key is too long once the stack's name and a `_` stand before it, if it is."""
    length = len(key) + (2 if stack is None else len(stack) + 1)
    if length > most:
        found.error(
            f"the name of {kind[:-1]} {key} is too long: {length} characters with the stack's name before it",
            at(kind, key, resource),
            expected=f"at most {most}",
            help=f"shorten it by {length - most}" + (", or give a `name`" if nameable else ""),
            at_key=True,
        )


def _stack_name(name: str, found: Findings) -> None:
    from pystackdsl.diagnostics import KeyPath, Subject

    if OPEN not in name and not (_is_dns(name) and name[0].isalnum()):
        found.error(
            f'"{name}" is no name for a stack: every Engine refuses the names it begins',
            Subject(path=KeyPath("name")),
            expected=_DNS_EXPECTED,
            help=_fitting(name),
        )


def _is_bad_key(kind: str, key: str, resource: Resource, found: Findings) -> bool:
    """Say that Compose refuses a key, if it does."""
    if _is_key(key):
        return False
    found.error(
        f'"{spelled(key)}" is no key for a {kind[:-1]}',
        at(kind, key, resource),
        expected="letters, digits, -, _ and . only",
        help=_fitting(key, dots=kind != "services"),
        at_key=True,
    )
    return True


def _refused(kind: str, key: str, resource: Resource, found: Findings) -> None:
    """Say that every Engine refuses a name for its characters."""
    files = kind in ("secrets", "configs")
    found.error(
        f'every Engine refuses "{spelled(key)}" as the name of a {kind[:-1]}',
        at(kind, key, resource),
        expected=_FILE_EXPECTED if files else _DNS_EXPECTED,
        help=_fitting(key, dots=files) + ("" if kind == "services" else ", or give a `name`"),
        at_key=True,
    )


def _service(key: str, service: Service, stack: str | None, found: Findings) -> None:
    if not _is_bad_key("services", key, service, found):
        if not _is_dns(key):
            _refused("services", key, service, found)
        _too_long("services", key, service, stack, _DNS, found, nameable=False)


def _network(key: str, network: Network, stack: Stack, found: Findings) -> None:
    if not _is_key(key) and _is_mapped(network, stack):
        _is_bad_key("networks", key, network, found)
    elif network.external is True:
        return
    elif network.name:
        _full_name("networks", key, network, network.name, _DNS, found)
    elif not _is_dns(key):
        _refused("networks", key, network, found)
    else:
        _too_long("networks", key, network, stack.name, _DNS, found)


def _is_mapped(network: Network, stack: Stack) -> bool:
    """Whether a service names a network in a mapping, whose keys Compose checks, and not in a list."""
    lists = [service.networks or () for service in stack.services.values()]
    return any(
        any(each.network is network for each in attachments) and any(each.has_options for each in attachments)
        for attachments in lists
    )


def _full_name(kind: str, key: str, resource: Network | Secret | Config, name: str, most: int, found: Findings) -> None:
    """Check an explicit `name=`, which stands without the stack's name before it."""
    if OPEN in name:
        return
    dots = most == _FILES
    plain = name.replace(".", "") if dots else name
    fits = plain.isascii() and plain.replace("-", "").replace("_", "").isalnum()
    if fits and name[0].isalnum() and name[-1].isalnum() and len(name) <= most:
        return
    long = len(name) > most
    found.error(
        f'every Engine refuses "{name}" as the name of a {kind[:-1]}',
        at(kind, key, resource, "name"),
        expected=f"at most {most} characters" if long else _FILE_EXPECTED if dots else _DNS_EXPECTED,
        help=f"shorten it by {len(name) - most}" if long else _fitting(name, dots=dots),
    )


def _volume(key: str, volume: Volume, found: Findings) -> None:
    if _is_bad_key("volumes", key, volume, found):
        return
    name = volume.name
    local = volume.driver in (None, "", "local") and volume.external is not True
    if not name or not local or OPEN in name or "{{" in name:
        return
    if re.fullmatch("[a-zA-Z0-9][a-zA-Z0-9_.-]+", name) is None:
        found.warning(
            f'no node can make a volume named "{name}": its tasks will be rejected',
            at("volumes", key, volume, "name"),
            expected="two characters or more: letters, digits, -, _ and ., the first a letter or a digit",
        )


def _file(kind: str, key: str, resource: Secret | Config, stack: str | None, found: Findings) -> None:
    if _is_bad_key(kind, key, resource, found) or resource.external is True:
        return
    if resource.name:
        _full_name(kind, key, resource, resource.name, _FILES, found)
        return
    if not key[-1].isalnum():
        _refused(kind, key, resource, found)
    _too_long(kind, key, resource, stack, _FILES, found)
