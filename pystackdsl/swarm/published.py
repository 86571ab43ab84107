"""Published ports in the few words of a table: ports of the API come in, `*:8080-8082->80/tcp` goes out."""

from collections.abc import Iterable, Iterator

from pystackdsl.swarm.specs import Raw

__all__ = ["in_runs"]

Run = tuple[str, tuple[int, int], tuple[int, int]]
"""A protocol, the first and last published port, and the first and last port in the container."""


def in_runs(ports: Iterable[Raw]) -> str:
    """The ports at which every node answers, those that follow one another drawn together as the Docker CLI does."""
    ingress = [
        (port.get("Protocol", ""), port.get("PublishedPort", 0), port.get("TargetPort", 0))
        for port in ports
        if port.get("PublishMode") == "ingress"
    ]
    ingress.sort(key=lambda port: port[:2])
    return ", ".join(_spelled(*run) for run in _runs(ingress) if run[1][0])


def _runs(ports: Iterable[tuple[str, int, int]]) -> Iterator[Run]:
    """Ports that follow one another on both sides, or on the published side alone while the other stays."""
    run: Run | None = None
    for protocol, published, target in ports:
        if run is not None:
            before, (first, last), (start, end) = run
            follows = protocol == before and published - last <= 1 and 0 <= target - end <= 1
            if follows and (start == end or target > end):
                run = before, (first, published), (start, target)
                continue
            yield run
        run = protocol, (published, published), (target, target)
    if run is not None:
        yield run


def _spelled(protocol: str, published: tuple[int, int], target: tuple[int, int]) -> str:
    outside, inside = (f"{first}-{last}" if last > first else f"{first}" for first, last in (published, target))
    return f"*:{outside}->{inside}/{protocol}"
