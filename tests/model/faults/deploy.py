"""Faults of `deploy`."""

from __future__ import annotations

from model.faults.case import deployed, fault, web

from pystackdsl import (
    Deploy,
    DiscreteResourceSpec,
    GenericResource,
    Limits,
    OnFailure,
    Placement,
    Reservations,
    Resources,
    RollbackConfig,
    Stack,
    UpdateConfig,
    spread,
)

for mode in ("global", "global-job"):
    fault(
        "deploy",
        f"replicas with {mode}",
        lambda mode=mode: web(deploy=Deploy(mode=mode, replicas=2)),  # type: ignore[misc]
        "services.web.deploy.replicas",
        f"service web runs on every node (mode {mode}) and says how many replicas",
    )
fault(
    "deploy",
    "update of a job",
    lambda: deployed(mode="replicated-job", update_config=UpdateConfig()),
    "services.web.deploy.update_config",
    "service web is a job, and jobs have no update_config",
)
fault(
    "taken",
    "rollback of a job",
    lambda: deployed(mode="replicated-job", rollback_config=RollbackConfig(parallelism=1)),
    "services.web.deploy.rollback_config",
    "service web is a job, and jobs are not rolled back",
)
fault(
    "taken",
    "most replicas of a global service",
    lambda: deployed(mode="global", placement=Placement(max_replicas_per_node=1)),
    "services.web.deploy.placement.max_replicas_per_node",
    "service web runs once on every node, so max_replicas_per_node changes nothing",
)
for name, said in (
    ("replicas", {"replicas": -1}),
    ("update_config.parallelism", {"update_config": UpdateConfig(parallelism=-1)}),
    ("rollback_config.parallelism", {"rollback_config": RollbackConfig(parallelism=-1)}),
    ("restart_policy.max_attempts", {"restart": OnFailure(max_attempts=-1)}),
    ("placement.max_replicas_per_node", {"placement": Placement(max_replicas_per_node=-1)}),
):
    fault(
        "config",
        f"negative {name}",
        lambda said=said: deployed(**said),  # type: ignore[misc]
        f"services.web.deploy.{name}",
        f"{name} of service web is -1",
    )
fault(
    "deploy",
    "too many replicas",
    lambda: deployed(replicas=1 << 63),
    "services.web.deploy.replicas",
    "replicas of service web is 9223372036854775808",
)
for name, said in (
    ("update_config.delay", {"update_config": UpdateConfig(delay="-1s")}),
    ("update_config.monitor", {"update_config": UpdateConfig(monitor="-1s")}),
    ("restart_policy.delay", {"restart": OnFailure(delay="-1s")}),
    ("restart_policy.window", {"restart": OnFailure(window="-1s")}),
):
    fault(
        "deploy",
        f"negative {name}",
        lambda said=said: deployed(**said),  # type: ignore[misc]
        f"services.web.deploy.{name}",
        f"{name} of service web is -1s",
    )
fault(
    "taken",
    "negative rollback delay",
    lambda: deployed(rollback_config=RollbackConfig(delay="-1s")),
    "services.web.deploy.rollback_config.delay",
    "rollback_config.delay of service web is -1s",
)
for ratio in (1.5, -0.25):
    fault(
        "deploy",
        f"failure ratio {ratio}",
        lambda ratio=ratio: deployed(update_config=UpdateConfig(max_failure_ratio=ratio)),  # type: ignore[misc]
        "services.web.deploy.update_config.max_failure_ratio",
        f"update_config.max_failure_ratio of service web is {ratio}",
    )
fault(
    "taken",
    "failure ratio of a rollback",
    lambda: deployed(rollback_config=RollbackConfig(max_failure_ratio=25)),
    "services.web.deploy.rollback_config.max_failure_ratio",
    "rollback_config.max_failure_ratio of service web is 25",
)


def resources(limits: Limits | None = None, reservations: Reservations | None = None) -> Stack:
    return deployed(resources=Resources(limits=limits, reservations=reservations))


RESOURCES = "services.web.deploy.resources"
for cpus in ("0.0001", "-1"):
    fault(
        "deploy",
        f"cpus {cpus}",
        lambda cpus=cpus: resources(Limits(cpus=cpus)),  # type: ignore[misc]
        f"{RESOURCES}.limits.cpus",
        f"limits.cpus of service web is {cpus}, less than any Engine takes",
    )
fault(
    "deploy",
    "little memory",
    lambda: resources(Limits(memory="3M")),
    f"{RESOURCES}.limits.memory",
    "limits.memory of service web is 3M, less than any Engine takes",
)
fault(
    "deploy",
    "little memory reserved",
    lambda: resources(None, Reservations(memory="1k")),
    f"{RESOURCES}.reservations.memory",
    "reservations.memory of service web is 1K, less than any Engine takes",
)
fault(
    "taken",
    "memory reserved over the limit",
    lambda: resources(Limits(memory="10M"), Reservations(memory="20M")),
    f"{RESOURCES}.reservations.memory",
    "service web reserves 20M memory, more than its limit of 10M",
)
fault(
    "taken",
    "cpus reserved over the limit",
    lambda: resources(Limits(cpus=0.25), Reservations(cpus="1/2")),
    f"{RESOURCES}.reservations.cpus",
    "service web reserves 1/2 cpus, more than its limit of 0.25",
)
fault(
    "deploy",
    "empty generic resource",
    lambda: resources(None, Reservations(generic_resources=[GenericResource()])),
    f"{RESOURCES}.reservations.generic_resources[0]",
    "a generic resource of service web says nothing, and no Engine survives the request",
)
fault(
    "taken",
    "no generic resources",
    lambda: resources(None, Reservations(generic_resources=[GenericResource.of("gpu", 0)])),
    f"{RESOURCES}.reservations.generic_resources[0]",
    "service web reserves 0 gpu: no node will run it",
)
fault(
    "taken",
    "generic resource without a kind",
    lambda: resources(
        None, Reservations(generic_resources=[GenericResource(discrete_resource_spec=DiscreteResourceSpec(value=1))])
    ),
    f"{RESOURCES}.reservations.generic_resources[0]",
    "a generic resource of service web has no kind",
)
fault(
    "taken",
    "spread over no label",
    lambda: deployed(placement=Placement(preferences=[spread("zone")])),
    "services.web.deploy.placement.preferences[0]",
    "service web is spread over zone, which is no label of a node",
)
