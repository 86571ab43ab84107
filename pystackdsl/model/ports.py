"""Published ports, one entry or a whole range.

port  = [ [ address ":" ] [ range ] ":" ] range [ "/" [ "tcp" | "udp" | "sctp" ] ]
range = number [ "-" number ]
Docker ignores what follows a second slash.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import attrs

from pystackdsl.model.frozen import Frozen
from pystackdsl.model.key import Shape, key
from pystackdsl.model.names import Names
from pystackdsl.model.texts import as_list
from pystackdsl.model.units import lenient
from pystackdsl.model.value import Value

if TYPE_CHECKING:
    from pystackdsl.model.crossing import Lifting, Lowering

__all__ = ["PORTS", "Port", "PortRange", "as_port_range", "as_ports"]

LAST: Final = 65535
_GRAMMAR: Final = "[PUBLISHED:]TARGET[/tcp|udp|sctp], numbers or ranges of equal length"
_RANGE: Final = f'a port number or range such as "8000" or "8000-8010", up to {LAST}'


class PortRange(Frozen):
    """One port or several in a row, both ends included."""

    __slots__ = ("first", "last")
    first: int
    last: int

    def __init__(self, first: int, last: int) -> None:
        if not 0 <= first <= last <= LAST:
            raise _no_range(f"{first}-{last}", None, first, last)
        object.__setattr__(self, "first", first)
        object.__setattr__(self, "last", last)

    @classmethod
    def parse(cls, text: str) -> "PortRange":
        """Read `"8000"` or `"8000-8010"`. Raises InvalidText."""
        return _parse_range(text, 0, len(text))

    @classmethod
    def mistaken(cls, value: object) -> tuple[str, str, str] | None:
        """A number out of range is the common mistake."""
        if type(value) is int:
            return f"{value} is no port", _RANGE, f"ports are 0 to {LAST}"
        return None

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    @property
    def size(self) -> int:
        """How many ports."""
        return self.last - self.first + 1


def as_port_range(value: int | str | PortRange | None) -> PortRange | None:
    """Take a port number, a range as text, or a PortRange."""
    if type(value) is int and 0 <= value <= LAST:
        return PortRange(value, value)
    return lenient(PortRange, value) if isinstance(value, str) else cast("PortRange | None", value)


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Port(Value):
    """A published port (Compose `services.<key>.ports[]`, Engine `EndpointSpec.Ports[]`).

    `Port(target=80, published=8080, mode="host")` in full, or as text `"8080:80/udp"`, which says `ingress` mode and
    a protocol. Both numbers may be ranges of equal length. Raises InvalidType and InvalidText.
    """

    target: PortRange | None = attrs.field(
        default=None,
        converter=as_port_range,
        metadata=key("TargetPort", since="3.2", cast="int", doc="The port inside the container."),
    )
    """The port inside the container. Since 3.2."""
    published: PortRange | None = attrs.field(
        default=None,
        converter=as_port_range,
        metadata=key("PublishedPort", since="3.2", cast="int", doc="The port outside; absent, the Engine chooses one."),
    )
    """The port outside; absent, the Engine chooses one. Since 3.2."""
    protocol: Literal["tcp", "udp", "sctp"] | None = attrs.field(
        default=None, metadata=key("Protocol", since="3.2", default="tcp", doc="`tcp`, `udp` or `sctp`.")
    )
    """`tcp`, `udp` or `sctp`. Default: tcp. Since 3.2."""
    mode: Literal["ingress", "host"] | None = attrs.field(
        default=None,
        metadata=key(
            "PublishMode",
            since="3.2",
            default="ingress",
            doc="`ingress` for every node of the swarm, `host` for a task's own.",
        ),
    )
    """`ingress` for every node of the swarm, `host` for a task's own. Default: ingress. Since 3.2."""
    host_ip: str | None = attrs.field(
        default=None,
        metadata=key(None, local=True, doc="The address of the short form, which Swarm ignores.", instead=
                     "publish on every address, and guard the port by a firewall"),
    )  # fmt: skip
    """The address of the short form, which Swarm ignores."""

    @classmethod
    def parse(cls, text: str) -> "Port":
        """Read the short form, whose grammar this module's docstring gives. Raises InvalidText."""
        return _parse(text)

    @classmethod
    def mistaken(cls, value: object) -> tuple[str, str, str] | None:
        """A mapping as in YAML is the common mistake."""
        if isinstance(value, dict) and all(isinstance(name, str) for name in value):
            said = ", ".join(f"{name}={item!r}" for name, item in value.items())
            return "a mapping is not a port", f'a Port, or text such as "8080:80" ({_GRAMMAR})', f"write Port({said})"
        return None

    def pairs(self) -> Iterator[tuple[int | None, int | None]]:
        """Each (published, target) of a range, in Docker's order: by target's digits, as text."""
        target = self.target or PortRange(0, 0)
        published = self.published
        count = max(target.size, published.size if published else 1)
        found = []
        for i in range(count):
            inside = target.first + i if target.size > 1 else target.first
            found.append((published.first + i if published else None, inside if self.target else None))
        yield from sorted(found, key=lambda pair: str(pair[1])) if target.size > 1 else found

    @property
    def is_short(self) -> bool:
        """Whether the short form says exactly this."""
        known = type(self.target) is PortRange and isinstance(self.published, PortRange | None)
        return known and self.mode == "ingress" and self.protocol is not None

    def spoken(self, _names: Names) -> Mapping[str, Any]:
        """The keys that Compose text spells out: none in the short form, whose address counts as one."""
        return {"host_ip": self.host_ip} if self.is_short else self.__dict__

    def __str__(self) -> str:
        """The short form; exact only where `is_short`."""
        address = self.host_ip or ""
        address = f"[{address}]:" if ":" in address else f"{address}:" if address else ""
        published = f"{self.published}:" if self.published else ":" if address else ""
        protocol = f"/{self.protocol}" if self.protocol not in (None, "tcp") else ""
        return f"{address}{published}{self.target or ''}{protocol}"


@cache
def _pattern() -> re.Pattern[str]:
    number = "[0-9]+(?:-[0-9]+)?"
    return re.compile(
        rf"(?:(?:(?P<ip>\[[^]]*\]|[0-9a-fA-F.:]*?):)?(?P<published>{number})?:)?(?P<target>{number})(?:/(?P<protocol>[^/]*)(?:/.*)?)?",
        re.ASCII | re.DOTALL,
    )


def _parse_range(text: str, start: int, end: int, noun: str = "a port number or range") -> PortRange:
    """The range that stands in `text` from `start` to `end`."""
    part = text[start:end]
    if part.isascii() and part.isdigit() and len(part) < 5:
        return PortRange(number := int(part), number)
    match = re.fullmatch("([0-9]+)(?:-([0-9]+))?", part, re.ASCII)
    if match is None:
        raise _misspelt(text, noun, (start, end), "", _RANGE)
    first, last = int(match[1]), int(match[2] or match[1])
    if not first <= last <= LAST:
        raise _no_range(text, (start, end), first, last, noun)
    return PortRange(first, last)


def _no_range(
    text: str, span: tuple[int, int] | None, first: int, last: int, noun: str = "a port number or range"
) -> ValueError:
    backwards = 0 <= last < first <= LAST
    help = f"the range runs backwards: {last}-{first}" if backwards else f"ports are 0 to {LAST}"
    return _misspelt(text, noun, span, help, _RANGE)


@lru_cache(4096)
def _parse(text: str) -> Port:
    match = _pattern().fullmatch(text)
    if match is None:
        raise _misspelt(text, "a port mapping", None, _cure(text))
    target = _parse_range(text, *match.span("target"), "a port mapping")
    published = _parse_range(text, *match.span("published"), "a port mapping") if match["published"] else None
    protocol = (match["protocol"] or "tcp").lower()
    if protocol not in ("tcp", "udp", "sctp"):
        raise _misspelt(text, "a port mapping", match.span("protocol"), 'the protocol is "tcp", "udp" or "sctp"')
    if published and published.size != target.size and target.size > 1:
        counts = f"{published.size} published, {target.size} in the container"
        raise _misspelt(text, "a port mapping", None, f"the ranges differ in length: {counts}")
    return Port(
        target=target,
        published=published,
        protocol=cast("Any", protocol),
        mode="ingress",
        host_ip=_address(text, match["ip"]),
    )


def _address(text: str, address: str | None) -> str | None:
    bare = (address or "").strip("[]")
    if not address or not bare:
        return None
    import ipaddress

    try:
        ipaddress.ip_address(bare)
        known = "%" not in bare
    except ValueError:
        known = False
    if not known:
        raise _misspelt(text, "a port mapping", (0, len(address)), "the part before the ports is an IP address")
    return bare


def _cure(text: str) -> str:
    numbers = re.findall("[0-9]+", text)
    if text.count(":") == 1 and len(numbers) == 1:
        if text.startswith(numbers[0]):
            return f'to publish container port 8000 on {numbers[0]} write "{numbers[0]}:8000"'
        return f'to publish container port {numbers[0]} on 8000 write "8000:{numbers[0]}"'
    if " " in text:
        return f'leave out the blanks: "{text.replace(" ", "")}"'
    return ""


def _misspelt(text: str, noun: str, span: tuple[int, int] | None, help: str, expected: str = _GRAMMAR) -> ValueError:
    from pystackdsl.diagnostics import InvalidText

    return InvalidText.of(text, noun, expected=expected, help=help, span=span)


def as_ports(value: Sequence[str | int | Port] | None) -> tuple[Port, ...] | None:
    """Take a list of ports, each as text (`"8080:80"`), a container port's number, or a Port."""
    listed = as_list(value)
    if type(listed) is not tuple:
        return cast("tuple[Port, ...] | None", listed)
    return tuple(
        [
            lenient(Port, item if isinstance(item, str) else str(item))
            if type(item) is int or isinstance(item, str)
            else item
            for item in listed
        ]
    )


def _emit_ports(ports: Sequence[Any], _names: Names) -> object:
    entries: list[object] = []
    for port in ports:
        if type(port) is not Port:
            entries.append(port.text)
        elif port.is_short:
            entries.append(str(port))
        else:
            entries += _long(port)
    return _distinct(entries, ports)


def _distinct(entries: list[object], ports: Sequence[Any]) -> list[object]:
    """Short texts spelled in another way where they are the same: Docker refuses a list that has one twice."""
    texts = [entry for entry in entries if isinstance(entry, str)]
    if len(set(texts)) == len(texts) or len(entries) != len(ports):
        return entries
    found: list[object] = []
    for entry, port in zip(entries, ports, strict=True):
        spellings = (
            [entry, f"{entry}/{port.protocol}", *_long(port)] if type(port) is Port and entry in texts else [entry]
        )
        found.append(next((each for each in spellings if each not in found), entry))
    return found


def _long(port: Port) -> list[dict[str, object]]:
    tail = {name: value for name in ("protocol", "mode") if (value := getattr(port, name)) is not None}
    if not isinstance(port.target, PortRange | None) or not isinstance(port.published, PortRange | None):
        head = {name: value for name in ("target", "published") if (value := getattr(port, name)) is not None}
        numbers = {name: value.first if isinstance(value, PortRange) else value for name, value in head.items()}
        return [numbers | tail]
    entries = []
    for published, target in port.pairs():
        entry: dict[str, object] = {"target": target, "published": published}
        entries.append({name: value for name, value in entry.items() if value is not None} | tail)
    return entries


def _lower_ports(ports: Sequence[Any], lowering: "Lowering") -> object:
    entries: list[dict[str, Any]] = []
    for port in ports:
        if type(port) is not Port or not all(
            isinstance(side, PortRange | None) for side in (port.target, port.published)
        ):
            lowering.open()
            continue
        for published, target in port.pairs():
            entry = {
                "Protocol": port.protocol, "TargetPort": target, "PublishedPort": published, "PublishMode": port.mode
            }  # fmt: skip
            entries.append({name: value for name, value in entry.items() if value})
    return sorted(entries, key=lambda entry: entry.get("PublishedPort", 0))


def _lift_ports(entries: Any, lifting: "Lifting") -> tuple[Port, ...]:
    return tuple([lifting.value(Port, entry) for entry in entries])


PORTS: Final = Shape("ports", _emit_ports, lower=_lower_ports, lift=_lift_ports)
"""A list of short texts where they say all, of mappings otherwise; a range in long form becomes one entry a port."""
