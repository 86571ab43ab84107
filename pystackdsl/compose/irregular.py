"""How the irregular values of Compose text are read: ports, mounts, networks, grants and their kin.

Each function takes the reader and a node of the tree and gives a model value; what does not fit raises Misfit.
"""

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from pystackdsl.compose import forms
from pystackdsl.compose.misfit import COMPOSE, DEPLOY, SCHEMA, Gathering, Misfit, is_name, misfit, shown, too_old
from pystackdsl.compose.short_mounts import short_mount
from pystackdsl.diagnostics import StackError
from pystackdsl.model.mounts import Mount, as_mounts
from pystackdsl.model.network import NetworkAttachment, as_attachments, default_network
from pystackdsl.model.ports import LAST, Port, PortRange, as_port_range, as_ports
from pystackdsl.model.secret import as_config_grants, as_secret_grants
from pystackdsl.model.service import as_build, as_service_names
from pystackdsl.model.swarm_service import as_ulimits
from pystackdsl.model.units import Bytes, FileMode, as_bytes, as_file_mode
from pystackdsl.model.value import FrozenDict, Resource
from pystackdsl.model.variable import OPEN, Open

if TYPE_CHECKING:
    from pystackdsl.compose.reader import Reader
    from pystackdsl.model.grants import ConfigGrant, Grant, SecretGrant

__all__ = ["IRREGULAR"]


def _ports(reader: "Reader", tree: Any) -> tuple[Any, ...]:
    found = reader.each(tree, lambda item: _port(reader, item), noun="a list of ports", may_pair=True)
    if len(found) > 1:
        forms.distinct(tree)
    return found


def _port(reader: "Reader", item: Any) -> Any:
    if type(item) is dict and reader.minor >= 2:
        return reader.value(Port, item)
    if type(item) is int:
        item = str(item)
    if type(item) is dict:
        raise too_old("a port as a mapping", "3.2", reader.minor)
    if type(item) is not str:
        expected = 'a number, text such as "8080:80", or a mapping'
        help = f"write {int(item)}" if isinstance(item, float) and item.is_integer() else ""
        raise misfit(f"{shown(item)} is not a port", expected=expected, help=help)
    if OPEN in item:
        return Open(item)
    try:
        port = Port.parse(item.removesuffix("/"))
    except StackError as error:
        raise Misfit([attrs.evolve(finding, rule=SCHEMA) for finding in error.findings]) from None
    if port.host_ip in ("0.0.0.0", "::"):  # noqa: S104 - the words for every address
        return attrs.evolve(port, host_ip=None)
    return port


def _port_number(_reader: "Reader", tree: Any) -> Any:
    first, dash, last = tree.partition("-") if type(tree) is str else ("", "", "")
    if dash and first.isdecimal() and last.isdecimal():
        raise misfit(
            f"{shown(tree)} is not a whole number",
            expected="one port: Swarm takes none out of a range",
            help=f"write one of them: {first}",
        )
    number = forms.count(tree)
    if type(number) is not int:
        return number
    if number > LAST:
        raise misfit(f"{number} is no port", expected=f"a number up to {LAST}", rule=DEPLOY)
    return PortRange(number, number)


def _mounts(reader: "Reader", tree: Any) -> tuple[Any, ...]:
    found = reader.each(tree, lambda item: _mount(reader, item), noun="a list of mounts", may_pair=True)
    if len(found) > 1 and reader.minor < 2:
        forms.distinct(tree)
    return found


def _mount(reader: "Reader", item: Any) -> Any:
    if type(item) is str:
        return reader.once(short_mount, item)
    if type(item) is dict and reader.minor < 2:
        raise too_old("a mount as a mapping", "3.2", reader.minor)
    if type(item) is not dict:
        raise misfit(f"{shown(item)} is not a mount", expected="text such as data:/var/lib/data, or a mapping")
    if "type" not in item:
        from pystackdsl.compose.strangers import mount_meant

        expected, meant = "type: volume, bind, tmpfs, npipe or cluster", mount_meant(item)
        fault = misfit("this mount has no type", expected=expected, help=meant)
        gathering = Gathering()
        if not meant:
            gathering.read(reader.value, Mount, item)
        raise Misfit([*fault.findings, *gathering.findings])
    kind = item["type"]
    if type(kind) is str and OPEN in kind:
        item = item | {"type": reader.resolve(kind)}
    mount = reader.value(Mount, item)
    if mount.type is None:
        mount.__dict__["type"] = "volume"
    source = mount.source
    if mount.type == "bind" and not source:
        raise misfit('this mount of type "bind" has no source', expected="source: a path of the node")
    is_named = mount.type == "volume" or (mount.type == "cluster" and not str(source).startswith("group:"))
    if is_named and source:
        mount.__dict__["source"] = reader.below("source", reader.refer, "volumes", source)
    return mount


def _networks(reader: "Reader", tree: Any) -> tuple[NetworkAttachment, ...]:
    if type(tree) is list:
        gathering = reader.gathering()
        gathering.read(_names, tree)
        found = gathering.read(reader.each, tree, functools.partial(_named, reader))
        gathering.settle()
        return found  # type: ignore[no-any-return]
    if type(tree) is not dict:
        raise misfit(
            f"{shown(tree)} is not a list of networks",
            expected="a list of names, or a mapping",
            help=forms.as_list(tree),
        )
    gathering = reader.gathering()
    held = [gathering.read(reader.below, name, _attachment, reader, name, options) for name, options in tree.items()]
    gathering.settle()
    return tuple(held)


def _names(items: list[Any]) -> None:
    """Raise Misfit for what is no name in a list of networks, or is there twice."""
    at = next((at for at, item in enumerate(items) if type(item) is dict and any(item.values())), None)
    if at is None:
        forms.texts(items)
        return
    from pystackdsl.compose.strangers import attachments_meant

    raise Misfit(misfit("a mapping is not text", expected="text", help=attachments_meant(items)).below(at))


def _named(reader: "Reader", name: Any) -> NetworkAttachment | None:
    return reader.once(_plain_attachment, name) if type(name) is str else None


def _plain_attachment(reader: "Reader", name: str) -> NetworkAttachment:
    return NetworkAttachment(network=_network(reader, name))  # type: ignore[arg-type]


def _attachment(reader: "Reader", name: str, options: Any) -> NetworkAttachment:
    if options is None and is_name(name):
        return reader.once(_plain_attachment, name)  # type: ignore[no-any-return]
    # An empty mapping is not the same as none: in a later file, it takes the aliases away.
    options = {} if options is None else {"aliases": []} if options == {} else options
    gathering = reader.gathering()
    gathering.read(_check_name, name)
    network = gathering.read(_network, reader, name)
    found = gathering.read(reader.value, NetworkAttachment, options)
    gathering.settle()
    found.__dict__["network"] = network
    return found  # type: ignore[no-any-return]


def _check_name(name: str) -> None:
    if not is_name(name):
        raise misfit(f'"{name}" cannot be a name here', expected="letters, digits, and . _ -", at_key=True)


def _network(reader: "Reader", name: str) -> Resource:
    if OPEN in name:
        name = reader.resolve(name)
    if name == "default" and name not in reader.held.get("networks", {}):
        return default_network
    return reader.refer("networks", name)


def _secret_grants(reader: "Reader", tree: Any) -> "tuple[SecretGrant, ...]":
    from pystackdsl.model.grants import SecretGrant

    return reader.each(tree, lambda item: _grant(reader, SecretGrant, _plain_secret, item), noun="a list of secrets")


def _config_grants(reader: "Reader", tree: Any) -> "tuple[ConfigGrant, ...]":
    from pystackdsl.model.grants import ConfigGrant

    return reader.each(tree, lambda item: _grant(reader, ConfigGrant, _plain_config, item), noun="a list of configs")


def _plain_secret(reader: "Reader", name: str) -> "SecretGrant":
    from pystackdsl.model.grants import SecretGrant

    return SecretGrant(secret=reader.refer("secrets", name))  # type: ignore[arg-type]


def _plain_config(reader: "Reader", name: str) -> "ConfigGrant":
    from pystackdsl.model.grants import ConfigGrant

    return ConfigGrant(config=reader.refer("configs", name))  # type: ignore[arg-type]


def _grant(reader: "Reader", cls: "type[Grant]", plain: Callable[["Reader", str], Any], item: Any) -> Any:
    if type(item) is str:
        return reader.once(plain, item)
    if type(item) is not dict:
        raise misfit(f"{shown(item)} is not a {cls.KIND}", expected="a name, or a mapping with source")
    meant = ""
    if "source" not in item:
        from pystackdsl.compose.strangers import grant_meant

        meant = grant_meant(item)
    grant = None if meant else reader.value(cls, item)
    if grant is None or grant.granted is None:
        expected = f"source: a key of the top-level {cls.KIND}s"
        raise misfit(f"this {cls.KIND} has no source", expected=expected, help=meant, rule=DEPLOY)
    return grant


def _ulimits(reader: "Reader", tree: Any) -> FrozenDict[str, Any]:
    gathering = reader.gathering()
    limits = forms.mapping(tree)
    found = {name: gathering.read(reader.below, name, _ulimit, reader, name, item) for name, item in limits.items()}
    gathering.settle()
    return FrozenDict(found)


def _ulimit(reader: "Reader", name: str, item: Any) -> Any:
    from pystackdsl.model.ulimit import Ulimit

    if item is None and not (name.isascii() and name.isalpha() and name.islower()):
        # Docker checks nothing of a limit with such a name, and breaks down when it deploys none.
        raise misfit("this limit is empty", expected="a whole number, or soft and hard", rule=DEPLOY)
    if type(item) is not dict:
        number = _limit(name, item)
        return reader.value(Ulimit, {}, soft=number, hard=number, _is_one=True)
    gathering = reader.gathering()
    missing = [name for name in ("soft", "hard") if name not in item]
    if missing:
        gathering.read(_incomplete, missing[0])
    for key, number in item.items():
        gathering.below(key, _limit if key in ("soft", "hard") else _no_key, key, number)
    gathering.settle()
    return reader.value(Ulimit, item)


def _no_key(key: str, _item: Any) -> None:
    raise misfit(f"`{key}` is not a key of a limit", expected="soft and hard", at_key=True)


def _limit(_key: str, item: Any) -> Any:
    if type(item) is float or (type(item) is int and item >= 2**63):
        raise misfit(f"{item} is not a limit", expected="a whole number, without a point")
    return forms.whole(item)


def _incomplete(missing: str) -> None:
    raise misfit(f"this limit has no {missing}", expected="both soft and hard")


def _build(reader: "Reader", tree: Any) -> Any:
    from pystackdsl.model.build import Build

    if type(tree) is str:
        return reader.value(Build, {"context": tree})
    if type(tree) is not dict:
        raise misfit(f"{shown(tree)} is not a build", expected="a folder, or a mapping")
    if "shm_size" not in tree or reader.minor < 5:
        return reader.value(Build, tree)
    gathering = reader.gathering()
    size = gathering.read(reader.below, "shm_size", _build_size, reader, tree["shm_size"])
    rest = {name: item for name, item in tree.items() if name != "shm_size"}
    found = gathering.read(lambda: reader.value(Build, rest, shm_size=size))
    gathering.settle()
    return found


def _build_size(reader: "Reader", tree: Any) -> Any:
    """A size as text or in bytes. Docker takes any text here, and makes nothing of it."""
    if type(tree) is not str:
        return Bytes(forms.count(tree))
    try:
        return as_bytes(tree) if OPEN in tree else Bytes.parse(tree)
    except StackError:
        reader.warn(f"{shown(tree)} is not a size, and Docker drops it", help='write a size such as "64M"')
        return None


def _file_mode(reader: "Reader", tree: Any) -> Any:
    if type(tree) is int and 0 <= tree < 2**32:
        return FileMode(tree)
    if type(tree) is float and not tree.is_integer():
        reader.warn(f"Docker cuts {tree} off to {int(tree)}", help="write a whole number, such as 0440")
    mode = forms.number(tree, signed=False)
    if type(mode) is not int:
        return mode
    if mode >= 2**32:
        raise misfit(f"{mode} is beyond what Docker can hold", expected="a file mode such as 0440", rule=DEPLOY)
    return FileMode(mode)


def _service_names(_reader: "Reader", tree: Any) -> tuple[str, ...]:
    if type(tree) is dict:
        raise misfit(
            "docker stack takes no conditions here",
            expected="a list of services",
            help=f"write a list: [{', '.join(tree)}], which Swarm does not wait for; make the program retry",
            kind=COMPOSE,
        )
    return forms.texts(tree)


IRREGULAR: Final[Mapping[Any, Callable[["Reader", Any], Any]]] = {
    as_ports: _ports,
    as_port_range: _port_number,
    as_mounts: _mounts,
    as_attachments: _networks,
    as_secret_grants: _secret_grants,
    as_config_grants: _config_grants,
    as_ulimits: _ulimits,
    as_build: _build,
    as_file_mode: _file_mode,
    as_service_names: _service_names,
}
"""How a field is read, by the converter that takes what is read."""
