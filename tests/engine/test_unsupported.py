"""Which keys `docker stack deploy` itself says it ignores: our list of them is held against its own."""

from __future__ import annotations

import re

from conformance.every_key import STACK
from rig.engine import Engine

from pystackdsl import Deploy, Service, Stack, evolve
from pystackdsl.compose import dump, ignored

UNTOLD = {"depends_on", "tmpfs", "oom_score_adj"}
"""What it drops without a word."""


def test_docker_warns_of_no_key_that_we_keep_quiet_about(engine: Engine, stack_name: str) -> None:
    legacy = evolve(
        STACK.services["legacy"],
        image="busybox",
        credential_spec=None,
        depends_on=["legacy"],
        deploy=Deploy(replicas=0, endpoint_mode="dnsrr"),
    )
    stack = Stack(services={"legacy": legacy, "told": Service(image="busybox", expose=[80], deploy=legacy.deploy)})
    run = engine.docker("stack", "deploy", "--detach=true", "-c", "-", stack_name, input=dump(stack))
    (listed,) = re.findall("^Ignoring unsupported options: (.*)$", run.stderr, re.MULTILINE)
    deprecated = re.findall("^([a-z_]+): ", run.stderr.partition("deprecated options")[2], re.MULTILINE)
    ours = {str(finding.path[2]) for finding in ignored(stack)}
    assert ours == {*listed.split(", "), *deprecated, *UNTOLD}
