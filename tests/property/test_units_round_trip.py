"""The law of values with a spelling of their own: what `str` writes, `parse` reads as the same value."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from pystackdsl.diagnostics import InvalidText
from pystackdsl.model.image import ImageReference
from pystackdsl.model.mounts import split_mount
from pystackdsl.model.placement import KEYS, Constraint
from pystackdsl.model.ports import Port, PortRange
from pystackdsl.model.units import Bytes, Cpus, Duration, FileMode

numbers = st.integers(0, 65535)
ranges = st.one_of(
    numbers.map(lambda number: PortRange(number, number)),
    st.tuples(numbers, st.integers(0, 200)).map(lambda pair: PortRange(pair[0], min(sum(pair), 65535))),
)
alphabet = st.text("0123456789.+-_/eExbopPsmhunµμkKgGtib :,~\\aCé", max_size=9)


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_durations(number: int) -> None:
    duration = Duration(number)
    assert Duration.parse(str(duration)) == duration


@given(
    st.integers(0, 1 << 53) | st.builds(lambda size, power: size * 1024**power, st.integers(0, 8191), st.integers(0, 5))
)
def test_sizes(number: int) -> None:
    assert Bytes.parse(str(Bytes(number))) == Bytes(number)


@given(st.integers(-(1 << 63) + 1, (1 << 63) - 1))
def test_cpus(number: int) -> None:
    cpus = Cpus(number)
    assert Cpus.parse(str(cpus)) == cpus
    assert Fraction(str(cpus)) * 10**9 == number


@given(st.integers(0, 0o7777))
def test_file_modes(number: int) -> None:
    assert FileMode.parse(str(FileMode(number))) == FileMode(number)


@given(ranges)
def test_port_ranges(ports: PortRange) -> None:
    assert PortRange.parse(str(ports)) == ports


addresses = st.none() | st.ip_addresses().map(str)


@given(ranges, st.none() | ranges, st.sampled_from(["tcp", "udp", "sctp"]), addresses)
def test_ports(target: PortRange, published: PortRange | None, protocol: str, address: str | None) -> None:
    assume(published is None or target.size == 1 or published.size == target.size)
    port = Port(target=target, published=published, protocol=protocol, mode="ingress", host_ip=address)  # type: ignore[arg-type]
    assert port.is_short
    assert Port.parse(str(port)) == port


values = st.text("abcXYZ019.-_:/", min_size=1, max_size=12)


@given(st.sampled_from([*KEYS, "node.labels.zone", "engine.labels.a-b.c"]), st.sampled_from(["==", "!="]), values)
def test_constraints(name: str, operator: str, value: str) -> None:
    constraint = Constraint.parse(f"{name} {operator} {value}")
    assert constraint.parts == (name, operator, value)
    assert str(Constraint.parse(str(constraint))) == str(constraint)
    assert Constraint.parse(f"{name.upper()}{operator}{value}").parts[1:] == (operator, value)


def refusal(parse: Callable[[str], object], text: str) -> InvalidText | None:
    try:
        parse(text)
    except InvalidText as error:
        return error
    return None


@given(alphabet)
def test_no_text_breaks_a_parser(text: str) -> None:
    """A text is read or refused as misspelt; nothing else can happen."""
    for parse in (Duration.parse, Bytes.parse, Cpus.parse, FileMode.parse, PortRange.parse, Port.parse):
        if refusal(parse, text) is None:
            assert parse(str(parse(text))) == parse(text)
    for read in (
        Duration.parse,
        Bytes.parse,
        Cpus.parse,
        Port.parse,
        Constraint.parse,
        ImageReference.parse,
        split_mount,
    ):
        refused = refusal(read, text)
        if refused is not None:
            start, end = refused.span
            assert 0 <= start <= end <= len(text)
            assert refused.findings[0].expected
