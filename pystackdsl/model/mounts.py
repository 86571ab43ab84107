"""Mounts: what a service sees at a path of its file system.

mount = [ source ":" ] target [ ":" option ( "," option )* ]
A source that begins with `.`, `/` or `~` is a path of the node (a bind mount); any other names a volume.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import attrs

from pystackdsl.model.frozen import Frozen
from pystackdsl.model.key import BY_CLASS, Shape, key
from pystackdsl.model.names import Names
from pystackdsl.model.storage import Volume
from pystackdsl.model.texts import as_list
from pystackdsl.model.units import lenient
from pystackdsl.model.value import Value
from pystackdsl.model.variable import OPEN, opaque

if TYPE_CHECKING:
    from pystackdsl.model.crossing import Fields, Lifting, Lowering, Tree
    from pystackdsl.model.mount_options import BindOptions, Propagation, TmpfsOptions, VolumeOptions

__all__ = ["MOUNTS", "Mount", "ShortMount", "as_mounts", "moved", "short_form", "split_mount"]

_PROPAGATIONS: Final = ("rprivate", "private", "rshared", "shared", "rslave", "slave")


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Mount(Value):
    """A mount (Compose `services.<key>.volumes[]`, Engine `ContainerSpec.Mounts[]`).

    A volume is mounted by `volume.at("/path")`, a path of the node by text such as `"./conf:/etc/nginx:ro"`, the rest
    by this class in full: `Mount(type="tmpfs", target="/run", tmpfs=TmpfsOptions(size="64M"))`. Raises InvalidType
    and InvalidText.
    """

    type: Literal["volume", "bind", "tmpfs", "npipe", "cluster", "image"] = attrs.field(
        default="volume",
        metadata=key(
            "Type",
            since="3.2",
            api_since={"cluster": "1.42", "image": "1.48"},
            doc="`volume`, `bind`, `tmpfs`, `npipe`, `cluster` or `image`.",
        ),
    )
    """`volume`, `bind`, `tmpfs`, `npipe`, `cluster` or `image`. Since 3.2."""
    source: Volume | str | None = attrs.field(
        default=None,
        metadata=key("Source", since="3.2", shape=BY_CLASS, doc="A Volume, or a path of the node; none for tmpfs."),
    )
    """A Volume, or a path of the node; none for tmpfs. Since 3.2."""
    target: str | None = attrs.field(
        default=None, metadata=key("Target", since="3.2", doc="The path in the container.")
    )
    """The path in the container. Since 3.2."""
    read_only: bool | None = attrs.field(
        default=None,
        metadata=key("ReadOnly", since="3.2", cast="bool", default="false", doc="Whether tasks may only read."),
    )
    """Whether tasks may only read. Default: false. Since 3.2."""
    consistency: str | None = attrs.field(
        default=None, metadata=key("Consistency", since="3.2", doc="Only used on some desktops.")
    )
    """Only used on some desktops. Since 3.2."""
    bind: "BindOptions | None" = attrs.field(
        default=None, metadata=key("BindOptions", since="3.2", doc="Options of a bind mount.")
    )
    """Options of a bind mount. Since 3.2."""
    volume: "VolumeOptions | None" = attrs.field(
        default=None, metadata=key("VolumeOptions", since="3.2", doc="Options of a volume mount.")
    )
    """Options of a volume mount. Since 3.2."""
    tmpfs: "TmpfsOptions | None" = attrs.field(
        default=None, metadata=key("TmpfsOptions", since="3.6", doc="Options of a tmpfs mount.")
    )
    """Options of a tmpfs mount. Since 3.6."""

    @classmethod
    def parse(cls, text: str) -> "Mount":
        """Read a mount of a path of the node, or of a nameless volume. Raises InvalidText."""
        return _parse(text)

    @classmethod
    def mistaken(cls, value: object) -> tuple[str, str, str] | None:
        """A Volume without its target is the common mistake."""
        if isinstance(value, Volume):
            return "a volume is mounted somewhere", "a mount", 'write volume.at("/path/in/the/container")'
        return None

    def to_api(self, tree: "Tree", lowering: "Lowering") -> None:
        """Add the source, and what a volume says of itself."""
        source = self.source
        if isinstance(source, Volume):
            tree["Source"] = lowering.full_name(source)
            if self.type == "volume":
                options = tree.setdefault("VolumeOptions", {})
                if source.external is not True:
                    options.update(source.as_created(lowering))
        elif source is not None:
            text = lowering.text(source)
            if text:
                tree["Source"] = lowering.node_path(text) if self.type == "bind" else text
        if self.type == "volume" and not source:
            tree.pop("VolumeOptions", None)
        elif self.type == "cluster":
            tree["ClusterOptions"] = {}

    @classmethod
    def from_api(cls, tree: "Tree", lifting: "Lifting") -> "Fields":
        """Take out the source; a volume tells in the mount what it is like."""
        source, kind = tree.pop("Source", None), tree.get("Type")
        if kind == "cluster":
            tree.pop("ClusterOptions", None)
        is_volume = kind == "volume" or (kind == "cluster" and not str(source).startswith("group:"))
        if not source or not is_volume:
            return {"source": source or None}
        return {"source": lifting.volume(source, tree.get("VolumeOptions") or {})}

    def spoken(self, names: Names) -> Mapping[str, Any]:
        """The keys that Compose text spells out: none in the short form."""
        if isinstance(self.source, Volume) and not names.holds(self.source):
            return self.__dict__
        return {} if isinstance(_emit_mount(self, names), str) else self.__dict__


class ShortMount(Frozen):
    """The parts of the short form."""

    __slots__ = ("type", "source", "target", "read_only", "nocopy", "propagation")  # noqa: RUF023 - as the arguments
    type: Literal["volume", "bind"]
    source: str | None
    target: str
    read_only: bool
    nocopy: bool
    propagation: "Propagation | None"

    def __init__(
        self,
        type: Literal["volume", "bind"],
        source: str | None,
        target: str,
        read_only: bool = False,
        nocopy: bool = False,
        propagation: "Propagation | None" = None,
    ) -> None:
        self._set(type, source, target, read_only, nocopy, propagation)


@lru_cache(4096)
def split_mount(text: str) -> ShortMount:
    """Read the short form as Docker does, the name of a volume included. Raises InvalidText.

    A part that is one letter long is taken for a Windows drive and swallows the colon behind it. A variable is one
    unit, whatever its default holds.
    """
    fields = _fields(text)
    if len(text) <= 2 or len(fields) == 1:
        return ShortMount("volume", None, text, read_only=False, nocopy=False, propagation=None)
    source, target, *rest = fields
    options = rest[0].split(",") if rest else []
    propagation = next((option for option in reversed(options) if option in _PROPAGATIONS), None)
    read_only = next((option for option in reversed(options) if option in ("ro", "rw")), "rw") == "ro"
    kind: Literal["volume", "bind"] = "bind" if _is_path(source) else "volume"
    return ShortMount(
        kind,
        source,
        target,
        read_only=read_only,
        nocopy="nocopy" in options,
        propagation=cast("Propagation | None", propagation),
    )


def _fields(text: str) -> list[str]:
    if not text:
        raise _misspelt(text, None, "name a path in the container")
    if len(text) <= 2:
        return [text]
    fields, start = [], 0
    for i, letter in enumerate(opaque(text)):
        if letter != ":" or (i - start == 1 and text[start].isalpha()):
            continue
        if i == start:
            raise _misspelt(text, (i, i + 1), "there is nothing before this colon")
        fields.append(text[start:i])
        start = i + 1
        if len(fields) == 3:
            raise _misspelt(text, (i, len(text)), "there are too many colons")
    if start == len(text):
        raise _misspelt(text, (len(text) - 1, len(text)), "there is nothing after the last colon")
    return [*fields, text[start:]]


def _is_path(source: str) -> bool:
    if len(source) == 1 and source not in "./~":
        return False
    return source[0] in "./~" or source.startswith("\\\\") or (source[0].isalpha() and source[1:2] == ":")


@lru_cache(4096)
def _parse(text: str) -> Mount:
    short = split_mount(text)
    if short.type == "volume" and short.source is not None:
        variable = short.source if short.source.isidentifier() else "volume"
        from pystackdsl.diagnostics import InvalidText

        raise InvalidText.of(
            text,
            "a mount of a path",
            expected="./path:TARGET[:ro] for a path of the node; a volume is mounted by its object",
            help=f'write {variable}.at("{short.target}"), with {variable} = Volume(), or "./{text}" for a folder',
            span=(0, len(short.source)),
        )
    from pystackdsl.model.mount_options import BindOptions, VolumeOptions

    return Mount(
        type=short.type,
        source=short.source,
        target=short.target,
        read_only=True if short.read_only else None,
        volume=VolumeOptions(nocopy=True) if short.nocopy else None,
        bind=BindOptions(propagation=short.propagation) if short.propagation else None,
    )


def _misspelt(text: str, span: tuple[int, int] | None, help: str) -> ValueError:
    from pystackdsl.diagnostics import InvalidText

    return InvalidText.of(text, "a mount", expected="[SOURCE:]TARGET[:ro|rw|nocopy|…]", help=help, span=span)


def as_mounts(value: Sequence[str | Mount] | None) -> tuple[Mount, ...] | None:
    """Take a list of mounts, each a Mount (`volume.at(…)`) or text for a path of the node."""
    listed = as_list(value)
    if type(listed) is not tuple:
        return cast("tuple[Mount, ...] | None", listed)
    return tuple([lenient(Mount, item) if isinstance(item, str) else item for item in listed])


def _emit_mounts(mounts: Sequence[Any], names: Names) -> object:
    return [_emit_mount(mount, names) if type(mount) is Mount else moved(mount.text, names.local) for mount in mounts]


def moved(text: str, rebase: Callable[[str], str]) -> str:
    """A mount in the short form with variables in it, what stands before the first of them rebased if it is a path."""
    head = text.partition(OPEN)[0].partition(":")[0]
    if not head.startswith("."):
        return text
    end = "/" if head.endswith("/") else ""
    return rebase(head).removesuffix("/") + end + text[len(head) :]


def _emit_mount(mount: Mount, names: Names) -> object:
    said = {name: value for name, value in mount.__dict__.items() if value is not None}
    source = mount.source
    if isinstance(source, Volume):
        said["source"] = source = names.key(source)
    elif mount.type == "bind" and source is not None:
        said["source"] = source = names.local(source)
    is_plain = source is not None and said.keys() <= {"type", "source", "target", "read_only"}
    # Before 3.2 there is no other form, though it reads worse for a volume without a name, and for options.
    is_only_form = names.schema < 2
    short = short_form(mount, source, may_be_open=is_only_form) if is_plain or is_only_form else None
    return said if short is None else short


def short_form(mount: Mount, source: str | None, *, may_be_open: bool = False) -> str | None:
    """The short text that says just this mount, its source spelled like this; None where none does.

    With `may_be_open`, variables stand in it, whose values had better hold no colon.
    """
    options = _short_options(mount)
    if options is None or not isinstance(mount.target, str):
        return None
    short = mount.target if source is None else f"{source}:{mount.target}"
    if options:
        short += ":" + ",".join(options)
    try:
        read = split_mount(short)
    except ValueError:
        return None
    propagation = mount.bind.propagation if mount.bind is not None else None
    said = (mount.type, source, mount.target, "ro" in options, "nocopy" in options, propagation)
    same = said == (read.type, read.source, read.target, read.read_only, read.nocopy, read.propagation)
    return short if same and (may_be_open or OPEN not in short) else None


def _short_options(mount: Mount) -> list[str] | None:
    """The options of the short form; None where a mount says what they cannot."""
    said = {name for name, value in mount.__dict__.items() if value is not None} - {"type", "source", "target"}
    options = ["ro"] if mount.read_only is True else []
    if "volume" in said and mount.volume is not None and mount.volume.nocopy is True and mount.volume.subpath is None:
        options.append("nocopy")
        said.remove("volume")
    if "bind" in said and mount.bind is not None and mount.bind.propagation in _PROPAGATIONS:
        options.append(mount.bind.propagation)
        said.remove("bind")
    return options if said <= {"read_only"} and (mount.read_only is None or mount.read_only is True) else None


def _lower_mounts(mounts: Sequence[Any], lowering: "Lowering") -> object:
    found = []
    for mount in mounts:
        if type(mount) is Mount:
            found.append(lowering.value(mount))
        else:
            lowering.open()
    return found


def _lift_mounts(mounts: Any, lifting: "Lifting") -> tuple[Mount, ...]:
    return tuple([lifting.value(Mount, mount) for mount in mounts])


MOUNTS: Final = Shape("mounts", _emit_mounts, lower=_lower_mounts, lift=_lift_mounts)
"""A list of short texts where they say all, of mappings otherwise."""
