"""Published ports: what one service may publish, and what two services of a stack may not both publish.

The Engine refuses a port of the swarm that is published twice, whether by one service or by two, and in whatever mode;
only two services that publish it on their own nodes (`mode: host`) may share it.
"""

from typing import Any

from pystackdsl.model.ports import Port, PortRange
from pystackdsl.model.service import Service
from pystackdsl.model.validity.finding import Findings, at
from pystackdsl.model.validity.holdings import Claim, Held
from pystackdsl.model.variable import Open

__all__ = ["check"]

_KNOWN = (PortRange, type(None))


def check(key: str, service: Service, ports: tuple[Port, ...], held: Held) -> None:
    """Check the ports of one service, and note what it publishes."""
    deploy = service.deploy
    dnsrr = deploy is not None and deploy.endpoint_mode == "dnsrr"
    bare = 0
    for i, port in enumerate(ports):
        if type(port) is not Port:
            continue
        outside, inside = port.published, port.target
        if dnsrr and port.mode in (None, "ingress"):
            _needs_host_mode(key, service, i, port, held.found)
        if type(inside) is not PortRange or not inside.last:
            _no_target(key, service, i, port, held.found)
        elif inside.first != inside.last and type(outside) is PortRange:
            _compare(key, service, i, outside, inside, held.found)
        if type(outside) is not PortRange or not outside.last:
            bare += 1
        else:
            _claim((key, service, i, port), outside, held)
    if bare > 1:
        _repeated(key, service, ports, held.found)


def _claim(claim: Claim, outside: PortRange, held: Held) -> None:
    """Note what a port publishes, unless its protocol or mode is left open."""
    port, claims = claim[3], held.claims
    protocol: Any = port.protocol or "tcp"
    mode: Any = port.mode
    if type(mode) is Open or type(protocol) is Open:
        return
    for number in (outside.first,) if outside.first == outside.last else range(outside.first, outside.last + 1):
        first = claims.setdefault((number, protocol), claim)
        if first is not claim and number:
            _clash(first, claim, number, protocol, held)


def _no_target(key: str, service: Service, i: int, port: Port, found: Findings) -> None:
    if port.target is None or (type(port.target) is PortRange and not port.target.last):
        found.warning(
            f"service {key} publishes port {port.target or 0} of its containers, which is none",
            at("services", key, service, "ports", i),
            expected="a target: the port inside the container",
        )


def _needs_host_mode(key: str, service: Service, i: int, port: Port, found: Findings) -> None:
    found.error(
        f"service {key} has no address of its own (endpoint_mode dnsrr), so it cannot publish a port on every node",
        at("services", key, service, "ports", i),
        at("services", key, service, "deploy", "endpoint_mode", note="because of this"),
        help=f'publish it on the tasks\' own nodes: {_spelled(port)}, or leave out endpoint_mode="dnsrr"',
        yaml=f"publish it on the tasks' own nodes:  {_spelled_in_yaml(port)}, or leave out endpoint_mode",
        kind="ingress-port-with-dnsrr",
    )


def _spelled(port: Port) -> str:
    words = [f'{name}="{text}"' if name == "protocol" else f"{name}={text}" for name, text in _said(port).items()]
    return f'Port({", ".join(words)}, mode="host")'


def _spelled_in_yaml(port: Port) -> str:
    words = "".join(f"{name}: {text}, " for name, text in _said(port).items())
    return f"{{{words}mode: host}}"


def _said(port: Port) -> dict[str, str]:
    said = {name: getattr(port, name) for name in ("target", "published")}
    found = {name: _number(number) for name, number in said.items() if number is not None}
    return found if port.protocol in (None, "tcp") else {**found, "protocol": str(port.protocol)}


def _number(ports: object) -> str:
    text = str(ports)
    return text if text.isdigit() else f'"{text}"'


def _compare(key: str, service: Service, i: int, outside: PortRange, inside: PortRange, found: Findings) -> None:
    if inside.size == outside.size:
        return
    found.error(
        f"service {key} publishes {inside.size} ports of its containers as {outside.size}",
        at("services", key, service, "ports", i),
        expected="ranges of equal length, or one port inside",
        help=f"publish them as {outside.first}-{outside.first + inside.size - 1}"
        if outside.first
        else "leave published out: the Engine chooses",
    )


def _clash(first: Claim, second: Claim, number: int, protocol: str, held: Held) -> None:
    found = held.found
    (key, service, i, port), (other, other_service, j, other_port) = second, first
    if (key, i, other, j) in held.told:
        return
    held.told.add((key, i, other, j))
    here = at("services", key, service, "ports", i)
    there = at("services", other, other_service, "ports", j, note=f"{other} published it first")
    if key == other:
        words = f"service {key} publishes port {number}/{protocol} twice"
        found.error(words, here, help="leave one of them out", kind="port-published-twice")
    elif port.mode == other_port.mode == "host":
        if _everywhere(service) and _everywhere(other_service):
            found.warning(
                f"services {other} and {key} both need port {number}/{protocol} of every node",
                here,
                there,
                help="give one of them another port, or keep them on different nodes by placement constraints",
                kind="port-published-twice",
            )
    else:
        where = "the ingress network" if "host" not in (port.mode, other_port.mode) else "the nodes"
        found.error(
            f"services {other} and {key} both publish port {number}/{protocol} on {where}",
            here,
            there,
            help='give one of them another port, or publish both with mode="host" and keep them on different nodes',
            yaml="give one of them another port, or publish both with mode: host and keep them on different nodes",
            kind="port-published-twice",
        )


def _everywhere(service: Service) -> bool:
    """Whether a service runs on every node."""
    deploy = service.deploy
    return deploy is not None and deploy.mode == "global" and not (deploy.placement and deploy.placement.constraints)


def _repeated(key: str, service: Service, ports: tuple[Port, ...], found: Findings) -> None:
    """Ports that the Engine gives a number may be many, but Compose wants the items of a list to differ."""
    seen: dict[object, int] = {}
    for i, port in enumerate(ports):
        if type(port) is not Port or type(port.target) not in _KNOWN or type(port.published) not in _KNOWN:
            continue
        if port.published is not None and port.published.last:
            continue
        items = [str(port)] if port.is_short else [(*pair, port.protocol, port.mode) for pair in port.pairs()]
        if any(seen.setdefault(item, i) != i for item in items):
            found.error(
                f"service {key} lists port {port} twice",
                at("services", key, service, "ports", i),
                help="leave one of them out",
            )
