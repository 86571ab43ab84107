"""Keys of Docker Compose that `docker stack` refuses, and what Swarm has in their place: a table, and nothing else.

`strangers` tells people what to write instead, `adapt` what it may leave out of a Compose file.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

__all__ = ["FOREIGN", "Foreign"]


class Foreign(NamedTuple):
    """One key: what to write instead, or `into` which key of the same mapping, by its steps, its value goes. `is_idle`
    keys can go, because they do nothing where Swarm runs a service; keys that are not `in_compose` are keys of older
    Compose files, or of nothing at all.
    """

    instead: str = ""
    is_idle: bool = False
    in_compose: bool = True
    into: tuple[str, ...] = ()


_LIMITS = "deploy: {resources: {limits: {%s}}}"
_LIMIT = ("deploy", "resources", "limits")
_RESERVATION = ("deploy", "resources", "reservations")
_NODES = "no service can ask for it: set it on the nodes' Docker daemons"
_HOOKS = "give the image an entrypoint that does it"
_OUTSIDE = "Swarm has no such thing: run that container outside of the stack"
_GPUS = (
    "announce the GPUs on the nodes (node-generic-resources), and reserve them:  "
    "deploy: {resources: {reservations: {generic_resources: [{discrete_resource_spec: {kind: gpu, value: 1}}]}}}"
)
_BUILD = Foreign("build and push the image before the deploy", is_idle=True)

_SERVICE: Final[Mapping[str, Foreign]] = {
    "annotations": Foreign("use labels:  deploy: {labels: {…}}"),
    "attach": Foreign("leave it out: `docker service logs` shows the output", is_idle=True),
    "blkio_config": Foreign(_NODES),
    "cgroup": Foreign(_NODES),
    "cpu_count": Foreign(into=(*_LIMIT, "cpus")),
    "cpu_percent": Foreign("write  " + _LIMITS % 'cpus: "…"'),
    "cpu_period": Foreign("write the share of CPUs:  " + _LIMITS % 'cpus: "0.5"'),
    "cpu_quota": Foreign("write the share of CPUs:  " + _LIMITS % 'cpus: "0.5"'),
    "cpu_rt_period": Foreign(_NODES),
    "cpu_rt_runtime": Foreign(_NODES),
    "cpu_shares": Foreign('write  deploy: {resources: {reservations: {cpus: "…"}}}'),
    "cpus": Foreign(into=(*_LIMIT, "cpus")),
    "cpuset": Foreign("no service can choose CPUs: write  " + _LIMITS % 'cpus: "…"'),
    "develop": Foreign("leave it out: it is for work on one machine", is_idle=True),
    "device_cgroup_rules": Foreign(_NODES),
    "dns_opt": Foreign("mount a resolv.conf as a config:  configs: [{source: resolv, target: /etc/resolv.conf}]"),
    "extends": Foreign(
        "write the keys out, share them by a YAML anchor (<<: *name), or merge files: -c a.yml -c b.yml"
    ),
    "gpus": Foreign(_GPUS),
    "group_add": Foreign('give the group with the user:  user: "1000:44"'),
    "label_file": Foreign("write the labels themselves:  labels: {…}"),
    "log_driver": Foreign(into=("logging", "driver"), in_compose=False),
    "log_opt": Foreign("write  logging: {options: {…}}", in_compose=False),
    "mem_limit": Foreign(into=(*_LIMIT, "memory")),
    "mem_reservation": Foreign(into=(*_RESERVATION, "memory")),
    "mem_swappiness": Foreign(_NODES),
    "memswap_limit": Foreign(_NODES),
    "models": Foreign(_OUTSIDE),
    "net": Foreign("write networks, with a network that is declared at the top level", in_compose=False),
    "oom_kill_disable": Foreign("give memory limits and reservations:  deploy: {resources: {…}}"),
    "pids_limit": Foreign(into=(*_LIMIT, "pids")),
    "platform": Foreign("ask for nodes:  deploy: {placement: {constraints: [node.platform.arch == x86_64]}}"),
    "post_start": Foreign(_HOOKS),
    "pre_start": Foreign(_HOOKS),
    "pre_stop": Foreign(_HOOKS),
    "profiles": Foreign("put these services into a file of their own, and give both:  -c stack.yml -c extra.yml"),
    "provider": Foreign(_OUTSIDE),
    "pull_policy": Foreign("leave it out: every deploy asks the registry for the image's digest", is_idle=True),
    "pull_refresh_after": Foreign("leave it out: every deploy asks the registry for the image's digest", is_idle=True),
    "runtime": Foreign(_NODES + " (default-runtime)"),
    "scale": Foreign(into=("deploy", "replicas")),
    "storage_opt": Foreign(_NODES + " (storage-opts)"),
    "use_api_socket": Foreign("mount it:  volumes: [/var/run/docker.sock:/var/run/docker.sock]"),
    "uts": Foreign(_NODES),
    "volume_driver": Foreign("declare a volume at the top level, with its driver, and mount that"),
    "volumes_from": Foreign("declare a volume at the top level, and mount it in each service"),
}

FOREIGN: Final[Mapping[str, Mapping[str, Foreign]]] = {
    "Stack": {
        "name": Foreign("name the stack when it is deployed:  docker stack deploy -c FILE NAME"),
        "include": Foreign("give several files:  -c a.yml -c b.yml"),
        "models": Foreign(_OUTSIDE),
    },
    "Service": _SERVICE,
    "Port": {
        "app_protocol": Foreign("leave it out", is_idle=True),
        "host_ip": Foreign("leave it out: Swarm publishes on every address; guard the port by a firewall"),
        "name": Foreign("leave it out, or make it a comment", is_idle=True),
    },
    "NetworkAttachment": {
        "gw_priority": Foreign("leave it out: Swarm routes out by docker_gwbridge"),
        "interface_name": Foreign("leave it out: Swarm names the interfaces itself"),
        "link_local_ips": Foreign("leave it out: Swarm assigns addresses itself"),
        "mac_address": Foreign("leave it out: Swarm assigns addresses itself"),
        "priority": Foreign("leave it out: the order of networks means nothing in Swarm", is_idle=True),
    },
    "Network": {
        "enable_ipv4": Foreign("leave it out: overlay networks have IPv4"),
        "enable_ipv6": Foreign("create the network outside, with --ipv6, and declare it external"),
        "scope": Foreign("leave it out: overlay networks reach over the whole swarm", in_compose=False),
        "subnet": Foreign('write  ipam: {config: [{subnet: "10.1.0.0/24"}]}', in_compose=False),
    },
    "Ipam": {"options": Foreign("create the network outside, with --ipam-opt, and declare it external")},
    "IpamConfig": {
        "aux_addresses": Foreign("create the network outside, with --aux-address, and declare it external"),
        "gateway": Foreign("leave it out, and Swarm takes the first address; or create the network outside"),
        "ip_range": Foreign("create the network outside, with --ip-range, and declare it external"),
    },
    "Secret": {
        "content": Foreign("put the content into a file:  file: ./secret.txt"),
        "environment": Foreign("put the content into a file:  file: ./secret.txt, or declare it external"),
    },
    "Config": {
        "content": Foreign("put the content into a file:  file: ./config.txt"),
        "environment": Foreign("put the content into a file:  file: ./config.txt"),
    },
    "Deploy": {
        "restart": Foreign(
            "write restart_policy:  {condition: any}, {condition: on-failure} or {condition: none}", in_compose=False
        ),
    },
    "Limits": {"devices": Foreign(_GPUS)},
    "Reservations": {
        "devices": Foreign(_GPUS),
        "pids": Foreign("write it as a limit:  " + _LIMITS % "pids: …"),
    },
    "Mount": {"image": Foreign("leave it out: Swarm mounts the whole image")},
    "Build": dict.fromkeys(
        (
            "additional_contexts", "dockerfile_inline", "entitlements", "isolation", "no_cache", "platforms",
            "privileged", "provenance", "pull", "sbom", "secrets", "ssh", "tags", "ulimits",
        ),
        _BUILD,
    ),
}  # fmt: skip
"""By the name of the model class whose mapping would hold the key, and by the key."""
