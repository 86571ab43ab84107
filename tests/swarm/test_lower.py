"""What a stack asks of the Engine, against what the Docker CLI sent for the same stack."""

from __future__ import annotations

import json

from rig import ROOT

from pystackdsl.compose import load
from pystackdsl.swarm.lower import lower

GOLDEN = ROOT / "tests" / "golden" / "lowered"


def test_one_stack_with_many_keys_asks_what_docker_sent() -> None:
    sent = json.loads((GOLDEN / "bodies.json").read_text())
    specs = lower(load(GOLDEN / "stack.yml", environment={}), "ref1", environment={})
    assert dict(specs.services) == {"web": sent["service"]}
    assert dict(specs.networks) == sent["networks"]
    assert dict(specs.secrets) == {"s1": sent["secret"]}
    assert dict(specs.configs) == {"c1": sent["config"]}
    assert specs.contents == {("secrets", "s1"): b"sec1\n", ("configs", "c1"): b"cfg1\n"}
