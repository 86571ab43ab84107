"""How the irregular values of Compose text are read: ports, mounts, networks, grants and their kin.

Each function takes the reader and a node of the tree and gives a model value; what does not fit raises Misfit.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from pystackdsl.compose import forms
from pystackdsl.compose.misfit import DEPLOY, SCHEMA, Misfit, misfit, shown
from pystackdsl.diagnostics import Diagnostic, Severity, StackError
from pystackdsl.model.build import Build
from pystackdsl.model.grants import ConfigGrant, Grant, SecretGrant
from pystackdsl.model.mount_options import BindOptions, VolumeOptions
from pystackdsl.model.mounts import Mount, as_mounts, split_mount
from pystackdsl.model.network import NetworkAttachment, as_attachments, default_network
from pystackdsl.model.ports import Port, as_port_range, as_ports
from pystackdsl.model.secret import as_config_grants, as_secret_grants
from pystackdsl.model.service import as_build, as_service_names, as_ulimits
from pystackdsl.model.ulimit import Ulimit
from pystackdsl.model.units import as_file_mode
from pystackdsl.model.variable import OPEN, Open

if TYPE_CHECKING:
    from pystackdsl.compose.reader import Reader

__all__ = ["IRREGULAR"]


def _parsed(parse: Callable[[str], Any], text: str, rule: str) -> Any:
    if OPEN in text:
        return Open(text)
    try:
        return parse(text)
    except StackError as error:
        raise Misfit([attrs.evolve(finding, rule=rule) for finding in error.findings]) from None


def _ports(reader: "Reader", tree: Any) -> list[Port]:
    return forms.each(tree, lambda item: _port(reader, item))


def _port(reader: "Reader", item: Any) -> Any:
    if type(item) is dict:
        return reader.value(Port, item)
    if type(item) is float and not item.is_integer():
        raise misfit(f"{item} is not a port", expected="a whole number")
    if type(item) in (int, float):
        item = str(int(item))
    if type(item) is not str:
        raise misfit(f"{shown(item)} is not a port", expected='a number, text such as "8080:80", or a mapping')
    port = _parsed(Port.parse, item.removesuffix("/"), SCHEMA)
    if type(port) is Port and port.host_ip in ("0.0.0.0", "::"):  # noqa: S104 - the words for every address
        return attrs.evolve(port, host_ip=None)
    return port


def _mounts(reader: "Reader", tree: Any) -> list[Mount]:
    return forms.each(tree, lambda item: _mount(reader, item), distinct=reader.minor < 2)


def _mount(reader: "Reader", item: Any) -> Any:
    if type(item) is str:
        return _short_mount(reader, item)
    if type(item) is not dict or reader.minor < 2:
        raise misfit(f"{shown(item)} is not a mount", expected="text such as data:/var/lib/data, or a mapping")
    if "type" not in item:
        raise misfit("this mount has no type", expected="type: volume, bind, tmpfs, npipe or cluster")
    mount = reader.value(Mount, item)
    source = mount.source
    if mount.type == "bind" and not source:
        raise misfit("this bind mount has no source", expected="source: a path of the node")
    named = mount.type == "volume" or (mount.type == "cluster" and not str(source).startswith("group:"))
    if named and source:
        return attrs.evolve(mount, source=reader.below("source", reader.refer, "volumes", source))
    return mount


def _short_mount(reader: "Reader", text: str) -> Any:
    if OPEN in text:
        return Open(text)
    short = _parsed(split_mount, text, SCHEMA)
    named = short.type == "volume" and short.source is not None
    return Mount(
        type=short.type,
        source=reader.refer("volumes", short.source) if named else short.source,  # type: ignore[arg-type]
        target=short.target,
        read_only=True if short.read_only else None,
        volume=VolumeOptions(nocopy=True) if short.nocopy else None,
        bind=BindOptions(propagation=short.propagation) if short.propagation else None,
    )


def _networks(reader: "Reader", tree: Any) -> list[NetworkAttachment]:
    if type(tree) is list:
        return forms.each(tree, lambda item: NetworkAttachment(network=_network(reader, forms.text(item))))
    if type(tree) is not dict:
        raise misfit(f"{shown(tree)} is not a list of networks", expected="a list of names, or a mapping")
    found, faults = [], []
    for name, options in tree.items():
        try:
            found.append(reader.below(name, _attachment, reader, name, options))
        except Misfit as fault:
            faults += fault.findings
    if faults:
        raise Misfit(faults)
    return found


def _network(reader: "Reader", name: str) -> Any:
    return (
        default_network if name == "default" and name not in reader.held["networks"] else reader.refer("networks", name)
    )


def _attachment(reader: "Reader", name: str, options: Any) -> NetworkAttachment:
    network = _network(reader, name)
    said = reader.fields(NetworkAttachment, {} if options is None else options)
    return NetworkAttachment(network=network, **said)


def _secret_grants(reader: "Reader", tree: Any) -> list[SecretGrant]:
    return forms.each(tree, lambda item: _grant(reader, SecretGrant, item), distinct=False)


def _config_grants(reader: "Reader", tree: Any) -> list[ConfigGrant]:
    return forms.each(tree, lambda item: _grant(reader, ConfigGrant, item), distinct=False)


def _grant(reader: "Reader", cls: type[Grant], item: Any) -> Any:
    if type(item) is str:
        return cls(**{cls.KIND: reader.refer(f"{cls.KIND}s", item)})
    if type(item) is not dict:
        raise misfit(f"{shown(item)} is not a {cls.KIND}", expected="a name, or a mapping with source")
    if "source" not in item:
        raise misfit(
            f"this {cls.KIND} has no source", expected=f"source: a key of the top-level {cls.KIND}s", rule=DEPLOY
        )
    return reader.value(cls, item)


def _ulimits(reader: "Reader", tree: Any) -> dict[str, Any]:
    def limit(item: Any) -> Any:
        if type(item) is not dict:
            if type(item) is float:
                raise misfit(f"{shown(item)} is not a limit", expected="a whole number, without a point")
            return forms.whole(item)
        missing = [name for name in ("soft", "hard") if name not in item]
        if missing:
            raise misfit(f"this limit has no {missing[0]}", expected="both soft and hard")
        return reader.value(Ulimit, item)

    return {name: reader.below(name, limit, item) for name, item in forms.mapping(tree).items()}


def _build(reader: "Reader", tree: Any) -> Any:
    if type(tree) is str:
        return tree
    if type(tree) is not dict:
        raise misfit(f"{shown(tree)} is not a build", expected="a folder, or a mapping")
    return reader.value(Build, tree)


def _file_mode(reader: "Reader", tree: Any) -> Any:
    if type(tree) is float and not tree.is_integer():
        reader.warnings.append(Diagnostic(severity=Severity.WARNING, summary=f"Docker cuts {tree} off to {int(tree)}"))
    return forms.number(tree)


def _service_names(_reader: "Reader", tree: Any) -> list[str]:
    return forms.each(tree, forms.text)


def _port_number(_reader: "Reader", tree: Any) -> Any:
    return forms.whole(tree)


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
