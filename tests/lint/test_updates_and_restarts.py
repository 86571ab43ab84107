"""Rules about updates and restarts: what they find, and what they leave alone."""

from __future__ import annotations

import attrs
import pytest
from lint.asking import Case, cases, found, service
from lint.swarm import SWARM

UPDATE = "services.web.deploy.update_config"
RESTART = "services.web.deploy.restart_policy"
HOST = 'ports=[Port(target=80, published=80, mode="host")]'
DATA = 'data = Volume(driver="nfs-plugin")'


def deploy(said: str, more: str = "", name: str = "example/app:1", before: str = "") -> str:
    return service(f'image="{name}", deploy=Deploy({said}), {more}', before)


def update(said: str, deployed: str = "", more: str = "", name: str = "example/app:1", before: str = "") -> str:
    return deploy(f"update_config=UpdateConfig({said}), {deployed}", more, name, before)


def restart(said: str, deployed: str = "", more: str = "", name: str = "example/app:1") -> str:
    return deploy(f"restart={said}, {deployed}", more, name)


FIRST = 'order="start-first"'
HEALTH = 'healthcheck=Healthcheck(test="true", interval="10s", retries=3)'

CASES = [
    *cases(
        "start-first-with-host-port",
        finds={
            update(FIRST, "", HOST): f"{UPDATE}.order",
            update(FIRST, 'mode="global"', HOST): f"{UPDATE}.order",
            update(FIRST, "", 'ports=["8080:80", Port(target=53, published=53, protocol="udp", mode="host")]'): (
                f"{UPDATE}.order"
            ),
        },
        silent=(
            update('order="stop-first"', "", HOST),
            update("parallelism=1", "", HOST),
            update(FIRST, "", 'ports=["80:80"]'),
            update(FIRST, "", 'ports=[Port(target=80, mode="host")]'),
            update(FIRST, "replicas=0", HOST),
            update('order=var("ORDER", default="start-first")', "", HOST),
        ),
    ),
    *cases(
        "start-first-on-full-nodes",
        finds={
            update(FIRST, "replicas=3, placement=Placement(max_replicas_per_node=1)"): (
                "services.web.deploy.placement.max_replicas_per_node"
            ),
            update(
                FIRST,
                'replicas=2, placement=Placement(max_replicas_per_node=2, constraints=[node.hostname == "a"])',
            ): "services.web.deploy.placement.max_replicas_per_node",
        },
        silent=(
            update(FIRST, "replicas=1, placement=Placement(max_replicas_per_node=1)"),
            update(FIRST, "replicas=3, placement=Placement(max_replicas_per_node=2)"),
            update(FIRST, "replicas=3, placement=Placement(max_replicas_per_node=0)"),
            update('order="stop-first"', "replicas=3, placement=Placement(max_replicas_per_node=1)"),
            update(FIRST, 'replicas=var("N", int, default=3), placement=Placement(max_replicas_per_node=1)'),
        ),
    ),
    *cases(
        "start-first-with-single-writer",
        finds={
            update(FIRST, "", 'volumes=[data.at("/var/lib/postgresql/data")]', "postgres:16", DATA): f"{UPDATE}.order",
            update(FIRST, "", 'volumes=["/srv/db:/var/lib/mysql"]', "mariadb:11"): f"{UPDATE}.order",
        },
        silent=(
            update('order="stop-first"', "", 'volumes=[data.at("/data")]', "postgres:16", DATA),
            update(FIRST, "", 'volumes=[data.at("/init", read_only=True)]', "postgres:16", DATA),
            update(FIRST, "", 'volumes=["/etc/localtime:/etc/localtime"]', "postgres:16"),
            update(FIRST, "", 'volumes=[Mount(type="tmpfs", target="/run")]', "postgres:16"),
            update(FIRST, "", 'volumes=[data.at("/data")]', "nginx:1.27", DATA),
            update(FIRST, "", "", "postgres:16"),
        ),
    ),
    *cases(
        "update-with-downtime",
        finds={
            service('image="a:1", ports=["80:80"]'): "services.web",
            update("parallelism=2", "replicas=2", 'ports=["80:80"]'): UPDATE,
            update("parallelism=3", "replicas=2", 'ports=["80:80"]'): UPDATE,
            deploy('labels={"traefik.enable": "true"}'): "services.web",
        },
        silent=(
            service('image="a:1"'),
            deploy("replicas=2", 'ports=["80:80"]'),
            deploy("replicas=0", 'ports=["80:80"]'),
            update(FIRST, "", 'ports=["80:80"]'),
            service(f'image="a:1", {HOST}'),
            deploy('mode="global"', 'ports=["80:80"]'),
            deploy('replicas=var("N", int, default=1)', 'ports=["80:80"]'),
            service('image="postgres:16", ports=["5432:5432"], volumes=[data.at("/data")]', DATA),
        ),
    ),
    *cases(
        "update-all-at-once",
        finds={
            update("parallelism=0", "replicas=2"): f"{UPDATE}.parallelism",
            update("parallelism=0", 'mode="global"'): f"{UPDATE}.parallelism",
            update("parallelism=0", 'replicas=var("N", int, default=2)'): f"{UPDATE}.parallelism",
        },
        silent=(update("parallelism=0"), update("parallelism=1", "replicas=2"), update('delay="1s"', "replicas=2")),
    ),
    *cases(
        "update-without-failure-action",
        finds={update("parallelism=2", "replicas=4"): UPDATE, update("parallelism=2", 'mode="global"'): UPDATE},
        silent=(
            update("parallelism=2"),
            update('failure_action="continue"', "replicas=4"),
            deploy("replicas=4"),
        ),
    ),
    *cases(
        "monitor-shorter-than-healthcheck",
        finds={
            update('failure_action="rollback"', "", HEALTH): UPDATE,
            update('failure_action="pause", monitor="29s"', "", HEALTH): f"{UPDATE}.monitor",
        },
        silent=(
            update('failure_action="rollback", monitor="30s"', "", HEALTH),
            update('failure_action="continue"', "", HEALTH),
            update("parallelism=1", "", HEALTH),
            update('failure_action="rollback"', "", 'healthcheck=Healthcheck(test="true", interval="1s")'),
            update('failure_action="rollback"', "", "healthcheck=Healthcheck(disable=True)"),
            update('failure_action="rollback"'),
            update('failure_action="rollback", monitor=var("M", default="1s")', "", HEALTH),
        ),
    ),
    *cases(
        "restart-without-delay",
        finds={restart('Always(delay="0s")'): f"{RESTART}.delay", restart('OnFailure(delay="0s")'): f"{RESTART}.delay"},
        silent=(restart("Always()"), restart('Always(delay="1s")'), restart('Never(delay="0s")')),
    ),
    *cases(
        "max-attempts-without-window",
        finds={
            restart("OnFailure(max_attempts=3)"): f"{RESTART}.max_attempts",
            restart('Always(max_attempts=1, window="0s")'): f"{RESTART}.max_attempts",
        },
        silent=(
            restart('OnFailure(max_attempts=3, window="1m")'),
            restart("OnFailure(max_attempts=0)"),
            restart("OnFailure()"),
            restart("Never(max_attempts=3)"),
            restart("OnFailure(max_attempts=3)", 'mode="replicated-job"'),
            restart('OnFailure(max_attempts=3, window=var("W", default="1m"))'),
        ),
    ),
    *cases(
        "never-restarted-service",
        finds={
            restart("Never()", "", 'ports=["80:80"]'): RESTART,
            restart("Never()", "", HEALTH): RESTART,
            restart("Never()", "replicas=2"): RESTART,
            restart("Never()", 'mode="global"'): RESTART,
            restart("Never()", "", "", "redis:7.2"): RESTART,
            restart("Never()", 'labels={"traefik.http.routers.a.rule": "Host(`a`)"}'): RESTART,
        },
        silent=(
            restart("Never()"),
            restart("Never()", "replicas=0", 'ports=["80:80"]'),
            restart("Never()", 'mode="replicated-job"', HEALTH),
            restart("OnFailure()", "", 'ports=["80:80"]'),
        ),
    ),
    *cases(
        "ignored-restart-policy",
        finds={service('image="a:1", restart="no"'): "services.web.restart"},
        silent=(
            service('image="a:1", restart="always"'),
            service('image="a:1", restart="on-failure:3"'),
            service('image="a:1", restart="no", deploy=Deploy(restart=Never())'),
        ),
    ),
    *cases(
        "cronjob-with-replicas",
        finds={
            deploy('labels={"swarm.cronjob.enable": "true"}, restart=Never()'): "services.web.deploy",
            deploy('labels={"swarm.cronjob.enable": "true"}, replicas=1, restart=OnFailure()'): (
                "services.web.deploy.replicas"
            ),
            deploy('labels={"swarm.cronjob.enable": "true"}, replicas=0'): "services.web.deploy",
            deploy('labels={"swarm.cronjob.enable": "true"}, replicas=1, restart=Always()'): (
                "services.web.deploy.replicas",
                RESTART,
            ),
        },
        silent=(
            deploy('labels={"swarm.cronjob.enable": "true"}, replicas=0, restart=Never()'),
            deploy('labels={"swarm.cronjob.enable": "true"}, replicas=0, restart=OnFailure()'),
            deploy('labels={"swarm.cronjob.enable": "false"}'),
            deploy('labels={"swarm.cronjob.enable": "true"}, mode="replicated-job"'),
            deploy('labels={"swarm.cronjob.enable": "true"}, mode="global"'),
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule(case: Case) -> None:
    assert found(case.rule, case.source) == case.paths


def test_nodes_to_spare_are_no_fault() -> None:
    """Three nodes take two tasks that need a node each, and one more."""
    for rule, source in (
        ("start-first-with-host-port", update(FIRST, "replicas={}", HOST)),
        ("start-first-on-full-nodes", update(FIRST, "replicas={}, placement=Placement(max_replicas_per_node=1)")),
    ):
        assert found(rule, source.format(2), facts=SWARM) == ()
        assert found(rule, source.format(3), facts=SWARM) != ()
        one = attrs.evolve(SWARM, nodes=SWARM.nodes[:1])
        assert found(rule, source.format(1), facts=one) != ()
