"""Rules about resources, placement and data on nodes: what they find, and what they leave alone."""

from __future__ import annotations

import attrs
import pytest
from lint.asking import Case, cases, found, service
from lint.swarm import MANAGER, SWARM

RESOURCES = "services.web.deploy.resources"
CONSTRAINT = "services.web.deploy.placement.constraints[0]"
VOLUME = "services.web.volumes[0]"
DATA = "data = Volume()"
AT = 'volumes=[data.at("/data")]'


def deploy(said: str, more: str = "", before: str = "", name: str = "example/app:1") -> str:
    return service(f'image="{name}", deploy=Deploy({said}), {more}', before)


def placed(*constraints: str, more: str = "", before: str = "", name: str = "example/app:1", said: str = "") -> str:
    return deploy(f"placement=Placement(constraints=[{', '.join(constraints)}]), {said}", more, before, name)


def reserve(said: str) -> str:
    return deploy(f"resources=Resources(reservations=Reservations({said}))")


def data(volume: str, said: str = "", more: str = AT) -> str:
    return deploy(said, more, f"data = {volume}")


CASES = [
    *cases(
        "no-memory-limit",
        finds={
            service('image="a:1"'): "services.web",
            deploy("resources=Resources(limits=Limits(cpus=0.5))"): "services.web",
            reserve('memory="1G"'): "services.web",
        },
        silent=(
            deploy('resources=Resources(limits=Limits(memory="64M"))'),
            deploy('resources=Resources(limits=Limits(memory=var("M", default="64M")))'),
        ),
    ),
    *cases(
        "oversized-reservation",
        finds={
            reserve('memory="256G"'): f"{RESOURCES}.reservations.memory",
            reserve("cpus=500"): f"{RESOURCES}.reservations.cpus",
        },
        silent=(reserve('memory="255G"'), reserve("cpus=64"), reserve('memory=var("M", default="512G")')),
    ),
    *cases(
        "unpinned-local-volume",
        finds={
            service(f'image="a:1", {AT}', DATA): VOLUME,
            data('Volume(driver="local")'): VOLUME,
            data('Volume(driver_opts={"type": "none", "o": "bind", "device": "/srv/data"})'): VOLUME,
            placed("node.platform.os == 'linux'", more=AT, before=DATA): VOLUME,
            placed("node.hostname != 'b'", more=AT, before=DATA): VOLUME,
        },
        silent=(
            service('image="a:1", volumes=[data.at("/data", read_only=True)]', DATA),
            data("Volume(external=True)"),
            data('Volume(driver="rexray/ebs")'),
            data('Volume(driver_opts={"type": "nfs", "o": "addr=10.0.0.1,rw", "device": ":/x"})'),
            data('Volume(driver_opts={"type": "cifs", "o": "username=u", "device": "//nas/x"})'),
            data('Volume(driver_opts={"type": "tmpfs", "device": "tmpfs"})'),
            data('Volume(driver_opts={"type": "none", "o": "bind", "device": "/mnt/nfs/data"})'),
            data('Volume(name="data-{{.Node.Hostname}}")'),
            data('Volume(driver_opts={"type": "none", "o": "bind", "device": var("D", default="/srv")})'),
            placed("node.labels.db == 'yes'", more=AT, before=DATA),
            placed("node.role == 'manager'", more=AT, before=DATA),
            placed("node.hostname == var('H', default='a')", more=AT, before=DATA),
            data("Volume()", 'mode="global"'),
            data("Volume()", 'mode="replicated-job"'),
            data("Volume()", "replicas=0"),
            service('image="a:1", volumes=["/data"]'),
        ),
    ),
    *cases(
        "replicated-local-volume",
        finds={
            data("Volume()", "replicas=2"): VOLUME,
            placed("node.role == 'manager'", more=AT, before=DATA, said="replicas=2"): VOLUME,
        },
        silent=(
            data("Volume()"),
            placed("node.hostname == 'a'", more=AT, before=DATA, said="replicas=2"),
            data("Volume()", "replicas=2", 'volumes=[data.at("/data", read_only=True)]'),
            data('Volume(name="data-{{.Task.Slot}}")', "replicas=2"),
            data('Volume(driver="nfs-plugin")', "replicas=2"),
            data("Volume()", 'replicas=var("N", int, default=2)'),
            data("Volume()", 'mode="global"'),
        ),
    ),
    *cases(
        "unpinned-bind-mount",
        finds={
            service('image="a:1", volumes=["./conf:/etc/app:ro"]'): VOLUME,
            service('image="a:1", volumes=["/srv/data:/data"]'): VOLUME,
            deploy("replicas=3", 'volumes=["~/data:/data"]'): VOLUME,
            service(
                'image="a:1", volumes=["/etc/localtime:/etc/localtime:ro", "/opt/a:/a"]'
            ): "services.web.volumes[1]",
        },
        silent=(
            service('image="a:1", volumes=["/var/run/docker.sock:/var/run/docker.sock"]'),
            service('image="a:1", volumes=["/proc:/host/proc:ro", "/:/rootfs:ro", "/dev/snd:/dev/snd"]'),
            service('image="a:1", volumes=["/mnt/nfs/data:/data"]'),
            service('image="a:1", volumes=["/srv/{{.Node.Hostname}}:/data"]'),
            deploy('mode="global"', 'volumes=["/srv/data:/data"]'),
            deploy("replicas=0", 'volumes=["/srv/data:/data"]'),
            placed("node.labels.db == 'yes'", more='volumes=["/srv/data:/data"]'),
        ),
    ),
    *cases(
        "global-host-data",
        finds={deploy('mode="global"', 'volumes=["/srv/data:/data"]'): VOLUME},
        silent=(
            deploy('mode="global"', 'volumes=["/srv/conf:/conf:ro"]'),
            deploy('mode="global"', 'volumes=["/var/log:/var/log", "/mnt/nfs:/data"]'),
            deploy('mode="global-job"', 'volumes=["/srv/data:/data"]'),
            service('image="a:1", volumes=["/srv/data:/data"]'),
        ),
    ),
    *cases(
        "misspelt-node-attribute",
        finds={
            placed("node.labels.role == 'manager'"): CONSTRAINT,
            placed("node.labels['node.role'] != 'worker'"): CONSTRAINT,
            placed("node.labels.hostname == 'a'"): CONSTRAINT,
            placed("node.labels['platform.os'] == 'linux'"): CONSTRAINT,
            placed("node.role == 'managers'"): CONSTRAINT,
        },
        silent=(
            placed("node.role == 'manager'"),
            placed("node.role == 'Worker'"),
            placed("node.labels.role == 'database'"),
            placed("node.labels.zone == 'a'"),
            placed("node.hostname == 'a'"),
            placed("engine.labels.role == 'manager'"),
        ),
    ),
    *cases(
        "unknown-platform",
        finds={
            placed("node.platform.arch == 'amd64'"): CONSTRAINT,
            placed("node.platform.arch != 'ARM64'"): CONSTRAINT,
            placed("node.platform.os == 'ubuntu'"): CONSTRAINT,
        },
        silent=(
            placed("node.platform.arch == 'x86_64'"),
            placed("node.platform.arch == 'riscv64'"),
            placed("node.platform.os == 'windows'"),
            placed("node.labels.arch == 'amd64'"),
        ),
    ),
    *cases(
        "image-of-other-platform",
        finds={
            placed("node.platform.arch == 'x86_64'", name="arm64v8/nginx:1"): CONSTRAINT,
            placed("node.platform.arch != 'aarch64'", name="example/app:1-arm64"): CONSTRAINT,
            placed("node.platform.os == 'linux'", name="mcr.microsoft.com/windows/servercore:ltsc2022"): CONSTRAINT,
            placed("node.platform.os != 'windows'", name="example/app:1-nanoserver"): CONSTRAINT,
        },
        silent=(
            placed("node.platform.arch == 'aarch64'", name="arm64v8/nginx:1"),
            placed("node.platform.arch == 'arm64'", name="arm64v8/nginx:1"),
            placed("node.platform.os == 'linux'", name="nginx:1"),
            placed("node.platform.os == 'windows'", name="example/app:1-windowsservercore"),
            placed("node.platform.arch == 'x86_64'", name="example/arm64v8:1"),
        ),
    ),
    *cases(
        "contradictory-constraints",
        finds={
            placed("node.role == 'manager'", "node.role == 'worker'"): "services.web.deploy.placement.constraints[1]",
            placed("node.labels.a == 'x'", "node.labels.a != 'X'"): "services.web.deploy.placement.constraints[1]",
            placed("node.labels.a != 'x'", "node.labels.a == 'x'"): "services.web.deploy.placement.constraints[1]",
        },
        silent=(
            placed("node.labels.a == 'x'", "node.labels.b == 'y'"),
            placed("node.labels.a == 'x'", "node.labels.a == 'X'"),
            placed("node.labels.a != 'x'", "node.labels.a != 'y'"),
            placed("node.labels.a == 'x'", "node.labels.a != 'y'"),
            placed("node.ip == '10.0.0.0/8'", "node.ip == '10.0.0.0/16'"),
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule(case: Case) -> None:
    assert found(case.rule, case.source) == case.paths


LIVE = [
    *cases(
        "no-suitable-node",
        finds={
            placed("node.labels.zone == 'c'"): CONSTRAINT,
            placed("node.role == 'manager'", "node.labels.zone == 'b'"): "services.web.deploy.placement.constraints[1]",
            placed("node.platform.arch == 'aarch64'"): CONSTRAINT,
            placed("node.ip == '192.168.0.0/16'"): CONSTRAINT,
            reserve('memory="17G"'): f"{RESOURCES}.reservations.memory",
            placed(
                "node.role == 'manager'",
                said='resources=Resources(reservations=Reservations(memory="9G"))',
            ): f"{RESOURCES}.reservations.memory",
            reserve("cpus=9"): f"{RESOURCES}.reservations.cpus",
        },
        silent=(
            service('image="a:1"'),
            placed("node.labels.zone == 'B'"),
            placed("node.labels.zone != 'a'"),
            placed("node.labels.other != 'a'"),
            placed("node.ip == '10.0.1.0/24'"),
            placed("node.hostname == 'worker-2'"),
            placed("node.labels.zone == 'c'", said="replicas=0"),
            placed("node.labels.zone == var('Z', default='c')"),
            reserve('memory="16G"'),
        ),
    ),
    *cases(
        "unpinned-local-volume",
        finds={
            placed("node.labels.zone == 'a'", more=AT, before=DATA): VOLUME,
            placed("node.role == 'worker'", more=AT, before=DATA): VOLUME,
        },
        silent=(
            placed("node.role == 'manager'", more=AT, before=DATA),
            placed("node.labels.db == 'yes'", more=AT, before=DATA),
        ),
    ),
    *cases(
        "misspelt-node-attribute",
        finds={placed("node.labels.role == 'manager'"): CONSTRAINT},
        silent=(placed("node.labels.zone == 'a'"),),
    ),
    *cases("oversized-reservation", finds={}, silent=(reserve('memory="512G"'),)),
]


@pytest.mark.parametrize("case", LIVE, ids=str)
def test_rule_with_a_swarm(case: Case) -> None:
    assert found(case.rule, case.source, facts=SWARM) == case.paths


def test_a_label_that_nodes_bear_is_none_of_theirs() -> None:
    facts = attrs.evolve(SWARM, nodes=(attrs.evolve(MANAGER, labels={"role": "manager"}),))
    assert found("misspelt-node-attribute", placed("node.labels.role == 'manager'"), facts=facts) == ()


def test_a_node_that_takes_no_tasks_does_not_count() -> None:
    facts = attrs.evolve(SWARM, nodes=(MANAGER, attrs.evolve(SWARM.nodes[1], is_ready=False)))
    assert found("no-suitable-node", placed("node.role == 'worker'"), facts=facts) == (CONSTRAINT,)
