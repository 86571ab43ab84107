"""Mounts and volumes: what stands where in a service's file system, and definitions that Docker refuses."""

import posixpath

from pystackdsl.model.mounts import Mount
from pystackdsl.model.service import Service
from pystackdsl.model.stack import Stack
from pystackdsl.model.storage import Volume
from pystackdsl.model.units import Bytes
from pystackdsl.model.validity.finding import Findings, at, listed, spelled
from pystackdsl.model.validity.holdings import Held
from pystackdsl.model.validity.references import unheld
from pystackdsl.model.variable import OPEN

__all__ = ["check", "check_definitions"]

_OPTIONS = {"bind": "bind", "volume": "volume", "tmpfs": "tmpfs", "npipe": "bind", "cluster": "", "image": ""}
"""The options that a type of mount may have."""
_SOURCES = {
    "bind": "a path of the node",
    "npipe": "a named pipe",
    "cluster": "the volume",
    "image": "an image's name",
}
"""What a type of mount needs as its source."""


def check(key: str, service: Service, mounts: tuple[Mount, ...], held: Held) -> None:
    """Check what a service mounts."""
    targets: dict[str, int] = {}
    untidy = False
    for i, mount in enumerate(mounts):
        if type(mount) is not Mount:
            continue
        said = mount.__dict__
        kind, source, target = said["type"], said["source"], said["target"]
        known = (kind == "volume" and id(source) in held.volumes) or (
            kind == "bind" and type(source) is str and source and source.isascii() and "{{" not in source
        )
        if not known:
            _source(key, service, i, mount, held)
        if not target or target[0] != "/" or target == "/" or not target.isascii() or "{{" in target:
            _target(key, service, i, target, held)
        elif "/." in target or "//" in target or target[-1] == "/":
            untidy = True
        if target and targets.setdefault(target, i) != i:
            _same_target(key, service, i, target, targets[target], held.found)
        if said["bind"] is not None or said["volume"] is not None or said["tmpfs"] is not None:
            held.found.odd = True
            _options(key, service, i, mount, held.found)
    if untidy and len(targets) > 1:
        _same_place(key, service, targets, held.found)


def _source(key: str, service: Service, i: int, mount: Mount, held: Held) -> None:
    """Check the source of a mount that is neither a held volume nor a plain path of the node."""
    found, kind, source = held.found, mount.type, mount.source
    found.odd = True
    if kind not in _OPTIONS or (type(source) is str and _is_filled_in(key, service, i, "source", source, found)):
        return
    place = at("services", key, service, "volumes", i, *(() if source is None else ("source",)))
    if kind == "tmpfs":
        if source:
            cure = "leave source out: a tmpfs begins empty"
            found.error(f"service {key} mounts a tmpfs from somewhere", place, help=cure)
    elif isinstance(source, Volume):
        _volume(key, service, i, kind, source, held)
    elif not source and kind != "volume":
        found.error(f"service {key} has a {kind} mount without a source", place, expected=f"a source: {_SOURCES[kind]}")
    elif source and (kind == "volume" or (kind == "cluster" and not source.startswith("group:"))):
        _by_name(key, service, i, source, held)
    elif kind == "image":
        found.warning(
            f"service {key} mounts an image, which Engines before 29 refuse for services",
            at("services", key, service, "volumes", i, "type"),
            help="put the files into the service's own image, or into a volume",
        )


def _volume(key: str, service: Service, i: int, kind: str, volume: Volume, held: Held) -> None:
    if kind not in ("volume", "cluster"):
        held.found.error(
            f"service {key} has a {kind} mount of a volume",
            at("services", key, service, "volumes", i, "source"),
            expected=_SOURCES[kind],
            help='mount the volume by volume.at("/path/in/the/container")',
        )
    elif id(volume) not in held.volumes:
        unheld(key, service, held, "volumes", volume, ("volumes", i, "source"))


def _by_name(key: str, service: Service, i: int, name: str, held: Held) -> None:
    from pystackdsl.diagnostics import nearest

    near = nearest(name, held.stack.volumes)
    variable = near or (name if name.isidentifier() else "volume")
    target = (service.volumes or ())[i].target or "/path"
    held.found.error(
        f'service {key} names the volume "{name}"',
        at("services", key, service, "volumes", i, "source"),
        expected="the Volume object",
        help=f'write {variable}.at("{target}")' + ("" if near else f", with {variable} = Volume()"),
    )


def _is_filled_in(key: str, service: Service, i: int, name: str, text: str, found: Findings) -> bool:
    """Whether a text is known only later; placeholders that no Engine can fill in are told."""
    if "{{" in text:
        from pystackdsl.model.validity.templates import check_template

        place = at("services", key, service, "volumes", i, name)
        check_template(f"the {name} of a mount of service {key}", text, place, found)
        return True
    return OPEN in text


def _target(key: str, service: Service, i: int, target: str | None, held: Held) -> None:
    """Check a target that is not plainly an absolute path. Every node rejects tasks with a relative one."""
    found = held.found
    found.odd = True
    text = target or ""
    if _is_filled_in(key, service, i, "target", text, found) or text[1:2] == ":" or text[:1] in ("\\", "\ufdd2"):
        return
    place = at("services", key, service, "volumes", i, *(() if target is None else ("target",)))
    if text == "/":
        found.error(f"service {key} mounts something over its whole file system", place, expected="a path below /")
    elif not text:
        found.error(f"service {key} has a mount without a target", place, expected="a target: a path in the container")
    elif text[0] != "/":
        words = f'service {key} mounts something at "{text}", which is no absolute path'
        found.error(words, place, help=f'write "/{text}"')


def _same_target(key: str, service: Service, i: int, target: str, first: int, found: Findings) -> None:
    found.error(
        f"service {key} mounts two things at {spelled(target)}",
        at("services", key, service, "volumes", i),
        at("services", key, service, "volumes", first, note="the other one"),
        help="give one of them another target",
    )


def _same_place(key: str, service: Service, targets: dict[str, int], found: Findings) -> None:
    """Targets that are one path in two spellings: nodes tidy paths up, and then reject the second."""
    places: dict[str, int] = {}
    for target, i in targets.items():
        if target[0] == "/":
            tidy = posixpath.normpath(target).replace("//", "/")
            if places.setdefault(tidy, i) != i:
                _same_target(key, service, i, tidy, places[tidy], found)


def _options(key: str, service: Service, i: int, mount: Mount, found: Findings) -> None:
    mine = _OPTIONS.get(mount.type)
    size = mount.tmpfs.size if mount.tmpfs is not None else None
    if type(size) is Bytes and size.number < 0:
        found.error(
            f"service {key} has a tmpfs of the size {size}",
            at("services", key, service, "volumes", i, "tmpfs", "size"),
            expected=Bytes.expected,
        )
    for name in ("bind", "volume", "tmpfs"):
        if mine is not None and name != mine and getattr(mount, name) is not None:
            found.error(
                f"service {key} gives {name} options to a {mount.type} mount",
                at("services", key, service, "volumes", i, name),
                expected=f"{mine} options alone" if mine else "no options",
                help="leave them out (`nocopy` is for volumes)" if name == "volume" else "leave them out",
            )


def check_definitions(stack: Stack, found: Findings) -> None:
    """Check the volumes of a stack; Docker checks unused ones too."""
    for key, volume in stack.volumes.items():
        if volume.cluster_spec is not None:
            from pystackdsl.model.validity.clusters import check as check_cluster

            check_cluster(key, volume, volume.cluster_spec, found)
        if volume.external is True:
            said = [name for name in ("driver", "driver_opts", "labels", "cluster_spec") if getattr(volume, name)]
            if said:
                found.error(
                    f"volume {key} is external and says {listed(said)}",
                    at("volumes", key, volume, said[0]),
                    help="leave external out to have the volume made, or the rest to use one that exists",
                )
