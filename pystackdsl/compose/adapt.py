"""Docker Compose files made into stack files, as far as Swarm has the same thing: a tree comes in, a tree goes out.

`front` comes here for `--from-compose`, after variables have their values. What has an exact meaning in Swarm is
converted and listed; what does nothing there is left out with a warning; everything else stays as it is, for the
reader to refuse.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from pystackdsl.compose.foreign import FOREIGN
from pystackdsl.compose.goscalar import go_text
from pystackdsl.compose.lenient import suited
from pystackdsl.diagnostics import Diagnostic, KeyPath, Severity, StackError
from pystackdsl.model.grants import ConfigGrant, SecretGrant
from pystackdsl.model.names import KINDS
from pystackdsl.model.network import Network, NetworkAttachment
from pystackdsl.model.ports import Port, PortRange
from pystackdsl.model.stack import CLASSES
from pystackdsl.model.units import Bytes
from pystackdsl.model.variable import OPEN, Open

__all__ = ["Adapted", "adapted"]

Tree = dict[str, Any]
Path = tuple[str | int, ...]


class Adapted(NamedTuple):
    """What came of a Compose file's tree.

    `conversions` tell what reads otherwise now (their severity is INFO), `findings` warn of what got lost. `moved` has
    the path in the file, by the new path, of what stands elsewhere now. `name` is the stack's name, and `contents` the
    inline contents of secrets and configs by kind and key.
    """

    tree: Tree
    conversions: list[Diagnostic]
    findings: list[Diagnostic]
    moved: dict[KeyPath, KeyPath]
    name: str | None
    contents: dict[tuple[str, str], str]


def adapted(tree: Tree, environment: Mapping[str, str]) -> Adapted:
    """A Compose file's tree as a stack file's; `environment` has the contents that secrets and configs take from it."""
    run = _Run(environment)
    return Adapted(run.root(tree), run.conversions, run.findings, run.moved, run.name, run.contents)


class _Run:
    """One adaptation, and what it has come upon so far."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.conversions: list[Diagnostic] = []
        self.findings: list[Diagnostic] = []
        self.moved: dict[KeyPath, KeyPath] = {}
        self.name: str | None = None
        self.contents: dict[tuple[str, str], str] = {}

    def converted(self, path: Path, summary: str) -> None:
        """Note a conversion of the key at a path."""
        self.conversions.append(
            Diagnostic(severity=Severity.INFO, summary=summary, path=KeyPath(*path), rule="compose", at_key=True)
        )

    def lost(self, path: Path, summary: str, help: str = "") -> None:
        """Warn of something that Compose does and Swarm will not."""
        self.findings.append(
            Diagnostic(
                severity=Severity.WARNING, summary=summary, help=help, path=KeyPath(*path), rule="compose", at_key=True
            )
        )

    def moves(self, old: Path, new: Path, said: str) -> None:
        """Note that what stood at one path stands at another."""
        self.moved[KeyPath(*new)] = KeyPath(*old)
        self.converted(old, f"{old[-1]} is read as {said}")

    def root(self, tree: Tree) -> Tree:
        tree = dict(tree)
        if "version" in tree:
            del tree["version"]
            self.converted(("version",), "version is left out: Compose makes nothing of it")
        if isinstance(tree.get("name"), str):
            self.name = tree.pop("name")
            self.converted(("name",), f"name is read as the stack's name: {self.name}")
        for kind in KINDS:
            held = tree.get(kind)
            if held is None and kind in tree:
                del tree[kind]
                self.converted((kind,), f"{kind} is empty and left out")
            elif isinstance(held, dict):
                tree[kind] = {name: self.resource(kind, name, item) for name, item in held.items()}
        return tree

    def resource(self, kind: str, name: str, item: Any) -> Any:
        if not isinstance(item, dict):
            return item
        path: Path = (kind, name)
        found = suited(CLASSES[kind], self.without_idle(CLASSES[kind], item, path), path, self.converted)
        if kind == "services":
            for key, convert in _SERVICE.items():
                if key in found:
                    convert(self, found, path)
        elif kind in ("secrets", "configs"):
            self.content(kind, name, found)
        elif CLASSES[kind] is Network:
            for key, idle in (("enable_ipv6", False), ("enable_ipv4", True)):
                if found.get(key) is idle:
                    del found[key]
                    self.converted((*path, key), f"{key} is left out: it is so in Swarm")
        return found

    def without_idle(self, cls: type, tree: Tree, path: Path) -> Tree:
        """A mapping without the keys that do nothing where Swarm runs a service."""
        table = FOREIGN.get(cls.__name__, {})
        found = {}
        for key, item in tree.items():
            if key in table and table[key].is_idle:
                self.lost((*path, key), f"{key} is left out: it does nothing in Swarm", table[key].instead)
            else:
                found[key] = item
        return found

    def content(self, kind: str, name: str, tree: Tree) -> None:
        """Content that stands in the file itself, or in a variable."""
        if isinstance(tree.get("content"), str):
            self.contents[kind, name] = tree.pop("content")
            where = "will be a file beside the stack file" if kind == "configs" else "goes from this file to the swarm"
            self.converted((kind, name, "content"), f"the content of {name} {where}")
        variable = tree.get("environment")
        if isinstance(variable, str) and variable in self.environment:
            del tree["environment"]
            self.contents[kind, name] = self.environment[variable]
            self.converted((kind, name, "environment"), f"the content of {name} is taken from {variable}")

    # Keys of services, each taken out of its mapping and put where Swarm has it ------------------------------------

    def put(self, tree: Tree, path: Path, key: str, value: Any, *steps: str) -> None:
        """Move a key's value to nested mappings of the service, unless something stands there that says otherwise."""
        place: Any = tree
        trail = [tree]
        for step in steps[:-1]:
            place = place.get(step, {}) if place.get(step) is not None else {}
            if not isinstance(place, dict):
                return
            trail.append(place)
        if steps[-1] in place:
            if place[steps[-1]] == value:
                del tree[key]
                self.converted((*path, key), f"{key} is left out: {'.'.join(steps)} says the same")
            return
        for step, above in reversed(list(zip(steps, trail, strict=True))):
            value = {**above, step: value}
        del value[key]
        tree.clear()
        tree.update(value)
        self.moves((*path, key), (*path, *steps), ".".join(steps))

    def scale(self, tree: Tree, path: Path) -> None:
        value = _number(tree["scale"])
        if value is not None:
            self.put(tree, path, "scale", value, "deploy", "replicas")

    def pids_limit(self, tree: Tree, path: Path) -> None:
        value = _number(tree["pids_limit"])
        if value is not None:
            value = 0 if value == -1 else value  # both are without limit
            self.put(tree, path, "pids_limit", value, "deploy", "resources", "limits", "pids")

    def cpus(self, tree: Tree, path: Path) -> None:
        self.amount(tree, path, "cpus", "limits", "cpus")

    def mem_limit(self, tree: Tree, path: Path) -> None:
        self.amount(tree, path, "mem_limit", "limits", "memory")

    def mem_reservation(self, tree: Tree, path: Path) -> None:
        self.amount(tree, path, "mem_reservation", "reservations", "memory")

    def amount(self, tree: Tree, path: Path, key: str, side: str, name: str) -> None:
        value = tree[key]
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            text = value if isinstance(value, str) else str(value) if isinstance(value, int) else go_text(value)
            self.put(tree, path, key, text, "deploy", "resources", side, name)

    def depends_on(self, tree: Tree, path: Path) -> None:
        value = tree["depends_on"]
        if isinstance(value, dict):
            tree["depends_on"] = list(value)  # that Swarm ignores it, the stack's own notices tell
            self.converted((*path, "depends_on"), "depends_on is read as a list")

    def env_file(self, tree: Tree, path: Path) -> None:
        entries = tree["env_file"] if isinstance(tree["env_file"], list) else [tree["env_file"]]
        if any(not isinstance(entry, dict) or "path" not in entry for entry in entries if type(entry) is not str):
            return
        found = []
        for position, entry in enumerate(entries):
            found.append(entry if isinstance(entry, str) else entry["path"])
            if isinstance(entry, dict):
                where: Path = (*path, "env_file", position)
                self.converted(where, f"the env file {entry['path']} is read as its path alone")
                if entry.get("required") is False:
                    self.lost(where, f"docker stack requires the env file {entry['path']}", "make sure that it exists")
        tree["env_file"] = found

    def ports(self, tree: Tree, path: Path) -> None:
        if isinstance(tree["ports"], list):
            tree["ports"] = [self.port(item, (*path, "ports", at)) for at, item in enumerate(tree["ports"])]

    def port(self, item: Any, path: Path) -> Any:
        if not isinstance(item, dict):
            return item
        found = suited(Port, self.without_idle(Port, item, path), path, self.converted)
        if "host_ip" in found:
            address = found.pop("host_ip")
            self.lost((*path, "host_ip"), f"the port is published on every address, not on {address} alone",
                      "guard the port by a firewall")  # fmt: skip
        published, target = found.get("published"), found.get("target")
        if isinstance(published, str) and isinstance(target, int) and "-" in published:
            try:
                numbers = PortRange.parse(published)
            except StackError:
                return found
            if numbers.first == numbers.last:
                self.converted((*path, "published"), f"the range {published} is read as its one port")
                return {**found, "published": numbers.first}
        return found

    def networks(self, tree: Tree, path: Path) -> None:
        if isinstance(tree["networks"], dict):
            each = tree["networks"].items()
            tree["networks"] = {name: self.attachment(item, (*path, "networks", name)) for name, item in each}

    def attachment(self, item: Any, path: Path) -> Any:
        """The options of a network; None where nothing is left of them."""
        return (self.without_idle(NetworkAttachment, item, path) or None) if isinstance(item, dict) else item

    def tmpfs(self, tree: Tree, path: Path) -> None:
        """Memory file systems, which Swarm has as mounts."""
        entries = tree["tmpfs"] if isinstance(tree["tmpfs"], list) else [tree["tmpfs"]]
        mounts = tree.get("volumes", [])
        if any(type(entry) is not str or OPEN in entry for entry in entries) or not isinstance(mounts, list):
            return
        made = [self.tmpfs_mount(entry, (*path, "tmpfs")) for entry in entries]
        if all(made):
            del tree["tmpfs"]
            tree["volumes"] = [*mounts, *made]
            self.moves((*path, "tmpfs"), (*path, "volumes", len(mounts)), "volumes of type tmpfs")

    def tmpfs_mount(self, entry: str, path: Path) -> Tree | None:
        target, _, options = entry.partition(":")
        mount: Tree = {"type": "tmpfs", "target": target}
        for option in filter(None, options.split(",")):
            name, _, value = option.partition("=")
            if name != "size":
                self.lost(path, f"the option {option} of tmpfs is left out", "Swarm takes a size, and nothing else")
                continue
            try:
                mount["tmpfs"] = {"size": Bytes.parse(value).number}
            except StackError:
                return None
        return mount

    def volumes(self, tree: Tree, path: Path) -> None:
        if not isinstance(tree["volumes"], list):
            return
        tree["volumes"] = [
            self.mount(item, (*path, "volumes", at)) if isinstance(item, dict) else item
            for at, item in enumerate(tree["volumes"])
        ]

    def mount(self, item: Tree, path: Path) -> Tree:
        item = self.without_creation(item, path)
        item = {key: value for key, value in item.items() if value != {} or key not in ("bind", "volume", "tmpfs")}
        options = item.get("tmpfs")
        size = options.get("size") if isinstance(options, dict) else None
        if not isinstance(size, str) or options is None:
            return item
        try:
            number = Bytes.parse(size).number
        except StackError:
            return item
        self.converted((*path, "tmpfs", "size"), f"the size {size} is read as {number} bytes")
        return {**item, "tmpfs": {**options, "size": number}}

    def without_creation(self, item: Tree, path: Path) -> Tree:
        """A bind mount without the word on what is not there: Swarm never creates it."""
        bind = item.get("bind")
        if not isinstance(bind, dict) or type(bind.get("create_host_path")) is not bool:
            return item
        where: Path = (*path, "bind", "create_host_path")
        if bind["create_host_path"]:
            self.lost(where, "create_host_path is left out: Swarm mounts what is there, and creates nothing",
                      "make sure that the path is there on every node")  # fmt: skip
        else:
            self.converted(where, "create_host_path is left out: it is so in Swarm")
        return {**item, "bind": {key: value for key, value in bind.items() if key != "create_host_path"}}

    def grants(self, tree: Tree, path: Path) -> None:
        for kind, cls in (("secrets", SecretGrant), ("configs", ConfigGrant)):
            if isinstance(tree.get(kind), list):
                tree[kind] = [
                    suited(cls, item, (*path, kind, at), self.converted) if isinstance(item, dict) else item
                    for at, item in enumerate(tree[kind])
                ]


def _number(value: Any) -> Any:
    """A whole number, also in a text, or one that stays open; None for anything else."""
    if isinstance(value, str) and OPEN in value:
        return Open(value)
    if isinstance(value, str) and value.lstrip("-").isdecimal():
        return int(value)
    return value if type(value) is int else None


_SERVICE: Final[Mapping[str, Callable[[_Run, Tree, Path], None]]] = {
    "scale": _Run.scale,
    "cpus": _Run.cpus,
    "mem_limit": _Run.mem_limit,
    "mem_reservation": _Run.mem_reservation,
    "pids_limit": _Run.pids_limit,
    "depends_on": _Run.depends_on,
    "env_file": _Run.env_file,
    "ports": _Run.ports,
    "networks": _Run.networks,
    "volumes": _Run.volumes,
    "tmpfs": _Run.tmpfs,
    "secrets": _Run.grants,
    "configs": _Run.grants,
}
"""What is done about a key of a service; the order counts where two meet."""
