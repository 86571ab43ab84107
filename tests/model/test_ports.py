"""Published ports: the short form as Docker reads it, ranges, and the long form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rig.judge import Judge

from pystackdsl.diagnostics import InvalidText, InvalidType, StackError
from pystackdsl.model.ports import Port, PortRange, as_ports
from pystackdsl.model.service import Service
from pystackdsl.model.variable import Open, environment, var

SHORT = """
    80|80:80|80:80/tcp|80:80/TCP|80:80/udp|80/sctp|80:80/foo|80:80/|80/|/tcp|a|:80|80:|::80|:::80|1:2:3|127.0.0.1:80:80
    127.0.0.1::80|127.0.0.1:80|[::1]:80:80|::1:80:80|[::1]::80|[::]:80:80|0.0.0.0:80:80|256.0.0.1:80:80|foo:80:80
    80-81:80-81|80-81:80|80:80-81|80-81|81-80|80-80|80-80:80|80-82:80-81|80-81:90-91/udp|0|0:0|65535|65536|65536:80|80:65536
    0080:80|080:080| 80:80|80:80 |80 :80|+80:80|-80:80|80:-80|80-:80|80-|-80|80--81|80:80/tcp/udp|80/tcp:80|80:80/tcp |1e1
    0x50|8_0|٨٠|80:80:80:80|127.0.0.1:80-81:80-81|127.0.0.1:80-82:80-81|[127.0.0.1]:80:80|[::1:80:80|::1]:80:80|[]:80:80
    [foo]:80:80|[fe80::1%eth0]:80:80|fe80::1%eth0:80:80|01.2.3.4:80:80|1.2.3:80:80|0:80|0-1:80-81|80:0|80-81:0-1
    65530-65540|65530-65540:1|80,81|98-101:98-101|8-11:8-11|9000-9002:92|99999999999999999999|80:80/SCTP|80:80/ udp
    ::ffff:1.2.3.4:80:80|[::ffff:1.2.3.4]:80:80|localhost:80:80|:80/udp|1.2.3.4:|1.2.3.4:80:|::|::1|80:eighty|eighty:80
""".strip("\n")
SPELLED = ["", *(text for line in SHORT.splitlines() for text in line[4:].split("|"))]


@pytest.mark.judge
def test_the_short_form_is_docker_s(judge: Judge) -> None:
    """Accepted by one if by the other, and expanded to the same ports in the same order."""
    differences = []
    for text in SPELLED:
        verdict = judge.read("services: {a: {image: a, ports: [%s]}}" % json.dumps(text))  # noqa: UP031 - braces
        try:
            port: Port | None = Port.parse(text)
        except InvalidText:
            port = None
        theirs = ours = None
        if verdict.accepted:
            said = verdict.data["services"]["a"]["ports"]
            theirs = [(p["mode"], p["protocol"], p.get("published", 0), p.get("target", 0)) for p in said]
        if port is not None:
            ours = [(port.mode, port.protocol, published or 0, target) for published, target in port.pairs()]
            assert Port.parse(str(port)) == port
        if ours != theirs:
            differences.append((text, ours, theirs))
    assert differences == []


def test_the_short_form_says_mode_and_protocol() -> None:
    port = Port.parse("8080:80")
    assert port == Port(target=80, published=8080, protocol="tcp", mode="ingress")
    assert port.is_short
    assert str(port) == "8080:80"
    assert not Port(target=80, published=8080).is_short
    assert not Port(target=80, published=8080, mode="host", protocol="tcp").is_short


@pytest.mark.parametrize(
    ("text", "target", "published", "rest"),
    [
        ("53:53/udp", PortRange(53, 53), PortRange(53, 53), ("udp", None)),
        ("80", PortRange(80, 80), None, ("tcp", None)),
        ("8000-8002:80-82", PortRange(80, 82), PortRange(8000, 8002), ("tcp", None)),
        ("127.0.0.1:80:80", PortRange(80, 80), PortRange(80, 80), ("tcp", "127.0.0.1")),
        ("[::1]:80:80", PortRange(80, 80), PortRange(80, 80), ("tcp", "::1")),
        ("[]:80:80", PortRange(80, 80), PortRange(80, 80), ("tcp", None)),
        ("80/udp/what", PortRange(80, 80), None, ("udp", None)),
        ("80/", PortRange(80, 80), None, ("tcp", None)),
    ],
)
def test_parts(text: str, target: PortRange, published: PortRange | None, rest: tuple[str, str | None]) -> None:
    port = Port.parse(text)
    assert (port.target, port.published, (port.protocol, port.host_ip)) == (target, published, rest)


def test_what_a_list_of_ports_takes() -> None:
    ports = as_ports([80, "8080:80", Port(target=443, published="443", mode="host")])
    assert ports is not None
    assert [str(port) for port in ports] == ["80", "8080:80", "443:443"]
    assert Service(ports=(80,)).ports == as_ports([80])
    assert as_ports(None) is None


def test_a_range_has_both_ends() -> None:
    assert PortRange.parse("8000-8010").size == 11
    assert PortRange.parse("80-80") == PortRange.parse("80") == PortRange(80, 80)
    assert list(Port(target=80, published="9000-9002").pairs()) == [(9000, 80), (9001, 80), (9002, 80)]
    assert list(Port(target="90-91").pairs()) == [(None, 90), (None, 91)]
    assert list(Port().pairs()) == [(None, None)]


@pytest.mark.parametrize(
    ("make", "words", "cure"),
    [
        (
            lambda: Service(ports=["80:eighty"]),
            '"80:eighty" is not a port mapping',
            'to publish container port 8000 on 80 write "80:8000"',
        ),
        (
            lambda: Service(ports=["http:80"]),
            '"http:80" is not a port mapping',
            'to publish container port 80 on 8000 write "8000:80"',
        ),
        (lambda: Service(ports=["80 : 80"]), "is not a port mapping", 'leave out the blanks: "80:80"'),
        (
            lambda: Service(ports=["80-82:80-81"]),
            "is not a port mapping",
            "the ranges differ in length: 3 published, 2 in the container",
        ),
        (lambda: Service(ports=["80/http"]), "is not a port mapping", 'the protocol is "tcp", "udp" or "sctp"'),
        (lambda: Service(ports=["a.b:80:80"]), "is not a port mapping", "the part before the ports is an IP address"),
        (lambda: Service(ports=["70000:80"]), "70000", "ports are 0 to 65535"),
        (lambda: Port(target=70000), "70000 is no port", "ports are 0 to 65535"),
        (lambda: Port(published=-1), "-1 is no port", "ports are 0 to 65535"),
        (lambda: Port(target=PortRange(90, 80)), "90-80", "the range runs backwards: 80-90"),
        (lambda: Service(ports=[70000]), "70000", "ports are 0 to 65535"),
        (
            lambda: Service(ports=[{"target": 80, "published": 8080}]),
            "a mapping is not a port",
            "write Port(target=80, published=8080)",
        ),
        (lambda: Port(protocol="TCP"), '"TCP" is not a known value', 'did you mean "tcp"?'),
        (lambda: Port(mode="hots"), '"hots" is not a known value', 'did you mean "host"?'),
        (lambda: Service(ports="80:80"), "'80:80' has the wrong type", "put it in a list: ['80:80']"),
    ],
)
def test_common_mistakes_have_a_cure(make: Any, words: str, cure: str) -> None:
    with pytest.raises(StackError) as caught:
        make()
    finding = caught.value.findings[0]
    assert words in finding.summary
    assert finding.help == cure
    assert finding.expected


@pytest.mark.parametrize("value", [True, 80.5, b"80", ("80", "81")])
def test_other_types_are_refused(value: Any) -> None:
    for make in (lambda: Port(target=value), lambda: Service(ports=[value])):
        with pytest.raises(InvalidType):
            make()


def test_variables_stay_open() -> None:
    reset = environment.set(None)
    try:
        port = Port(target=80, published=var("PORT", int, default=8080))
        service = Service(ports=[f"{var('PORT')}:80", var("PORTS")])
    finally:
        environment.reset(reset)
    assert isinstance(port.published, Open)
    assert service.ports is not None
    assert [type(each) for each in service.ports] == [Open, Open]
