"""The cure for a mapping where an object belongs: the object, as Python spells it, and nothing of a secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from pystackdsl import Deploy, Healthcheck, Ipam, Network, Secret, Service
from pystackdsl.diagnostics import InvalidType

CURES: list[tuple[Callable[[], object], str]] = [
    (lambda: Service(deploy=cast("Any", {"replicas": 2})), "write Deploy(replicas=2)"),
    (
        lambda: Service(deploy=cast("Any", {"restart_policy": {"condition": "any"}})),
        'write Deploy(restart=RestartPolicy(condition="any"))',
    ),
    (lambda: Ipam(config=cast("Any", [{"subnet": "10.1.0.0/16"}])), 'write IpamConfig(subnet="10.1.0.0/16")'),
    (
        lambda: Network(ipam=cast("Any", {"config": [{"subnet": "10.1.0.0/16"}]})),
        'write Ipam(config=[IpamConfig(subnet="10.1.0.0/16")])',
    ),
    (lambda: Service(healthcheck=cast("Any", {"test": ["CMD", "true"]})), 'write Healthcheck(test=["CMD", "true"])'),
    (lambda: Service(deploy=cast("Any", {"replica": 2})), "write Deploy(…)"),
    (
        lambda: Service(deploy=cast("Any", {"labels": {f"label-{n}": "x" * 20 for n in range(9)}})),
        "write Deploy(labels=…)",
    ),
]


@pytest.mark.parametrize(("make", "cure"), CURES, ids=[cure for _, cure in CURES])
def test_a_mapping_is_cured_by_the_object(make: Callable[[], object], cure: str) -> None:
    with pytest.raises(InvalidType) as caught:
        make()
    assert [finding.help for finding in caught.value.findings] == [cure]


@pytest.mark.parametrize("grant", [{"content": "hunter2"}, {"source": "hunter2", "mode": "hunter2"}])
def test_a_mapping_for_a_secret_is_not_shown(grant: dict[str, str]) -> None:
    with pytest.raises(InvalidType, match="the_secret") as caught:
        Service(secrets=cast("Any", [grant]))
    assert "hunter2" not in str(caught.value)


def test_a_secret_in_a_mapping_is_not_shown() -> None:
    with pytest.raises(InvalidType) as caught:
        Secret(values=cast("Any", ["hunter2"]), template="x")
    assert "hunter2" not in str(caught.value)


def test_what_is_right_is_taken() -> None:
    service = Service(deploy=Deploy(replicas=2), healthcheck=Healthcheck(test=["CMD", "true"]))
    assert (service.deploy, service.healthcheck) == (Deploy(replicas=2), Healthcheck(test=["CMD", "true"]))
