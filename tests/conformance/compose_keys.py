"""Every key that the Compose schemas 3.0 to 3.13 have between them, with the first version that has it.

Written down from Docker's schemas, not from the model, so that the two can be compared. A key counts once, wherever
it stands in a list; `*` stands for a name of the user's, `x-*` for an extension field. A key whose value is a mapping
with keys of its own is no leaf. `external` is a truth value or, from of old, such a mapping with `name`; the leaf in
it is what counts here.
"""

from __future__ import annotations

ROOT = """
version 3.0
x-* 3.4
"""

SERVICE = """
build.args 3.0
build.cache_from 3.2
build.context 3.0
build.dockerfile 3.0
build.extra_hosts 3.9
build.labels 3.3
build.network 3.4
build.shm_size 3.5
build.target 3.4
cap_add 3.0
cap_drop 3.0
cgroup_parent 3.0
cgroupns_mode 3.9
command 3.0
configs.gid 3.3
configs.mode 3.3
configs.source 3.3
configs.target 3.3
configs.uid 3.3
container_name 3.0
credential_spec.config 3.8
credential_spec.file 3.3
credential_spec.registry 3.3
depends_on 3.0
deploy.endpoint_mode 3.2
deploy.labels 3.0
deploy.mode 3.0
deploy.placement.constraints 3.0
deploy.placement.max_replicas_per_node 3.8
deploy.placement.preferences.spread 3.3
deploy.replicas 3.0
deploy.resources.limits.cpus 3.0
deploy.resources.limits.memory 3.0
deploy.resources.limits.pids 3.9
deploy.resources.reservations.cpus 3.0
deploy.resources.reservations.generic_resources.discrete_resource_spec.kind 3.5
deploy.resources.reservations.generic_resources.discrete_resource_spec.value 3.5
deploy.resources.reservations.memory 3.0
deploy.restart_policy.condition 3.0
deploy.restart_policy.delay 3.0
deploy.restart_policy.max_attempts 3.0
deploy.restart_policy.window 3.0
deploy.rollback_config.delay 3.7
deploy.rollback_config.failure_action 3.7
deploy.rollback_config.max_failure_ratio 3.7
deploy.rollback_config.monitor 3.7
deploy.rollback_config.order 3.7
deploy.rollback_config.parallelism 3.7
deploy.update_config.delay 3.0
deploy.update_config.failure_action 3.0
deploy.update_config.max_failure_ratio 3.0
deploy.update_config.monitor 3.0
deploy.update_config.order 3.4
deploy.update_config.parallelism 3.0
devices 3.0
dns 3.0
dns_search 3.0
domainname 3.0
entrypoint 3.0
env_file 3.0
environment 3.0
expose 3.0
external_links 3.0
extra_hosts 3.0
healthcheck.disable 3.0
healthcheck.interval 3.0
healthcheck.retries 3.0
healthcheck.start_interval 3.12
healthcheck.start_period 3.4
healthcheck.test 3.0
healthcheck.timeout 3.0
hostname 3.0
image 3.0
init 3.7
ipc 3.0
isolation 3.5
labels 3.0
links 3.0
logging.driver 3.0
logging.options 3.0
mac_address 3.0
network_mode 3.0
networks.*.aliases 3.0
networks.*.driver_opts 3.13
networks.*.ipv4_address 3.0
networks.*.ipv6_address 3.0
oom_score_adj 3.13
pid 3.0
ports.mode 3.2
ports.protocol 3.2
ports.published 3.2
ports.target 3.2
privileged 3.0
read_only 3.0
restart 3.0
secrets.gid 3.1
secrets.mode 3.1
secrets.source 3.1
secrets.target 3.1
secrets.uid 3.1
security_opt 3.0
shm_size 3.0
stdin_open 3.0
stop_grace_period 3.0
stop_signal 3.0
sysctls 3.0
tmpfs 3.0
tty 3.0
ulimits.*.hard 3.0
ulimits.*.soft 3.0
user 3.0
userns_mode 3.0
volumes.bind.propagation 3.2
volumes.consistency 3.2
volumes.read_only 3.2
volumes.source 3.2
volumes.target 3.2
volumes.tmpfs.size 3.6
volumes.type 3.2
volumes.volume.nocopy 3.2
working_dir 3.0
x-* 3.7
"""

NETWORK = """
attachable 3.2
driver 3.0
driver_opts 3.0
external.name 3.0
internal 3.0
ipam.config.subnet 3.0
ipam.driver 3.0
labels 3.0
name 3.5
x-* 3.7
"""

VOLUME = """
driver 3.0
driver_opts 3.0
external.name 3.0
labels 3.0
name 3.4
x-* 3.7
x-cluster-spec.access_mode.block_volume 3.10
x-cluster-spec.access_mode.mount_volume.fs_type 3.10
x-cluster-spec.access_mode.mount_volume.mount_flags 3.10
x-cluster-spec.access_mode.scope 3.10
x-cluster-spec.access_mode.sharing 3.10
x-cluster-spec.accessibility_requirements.preferred.segments 3.10
x-cluster-spec.accessibility_requirements.requisite.segments 3.10
x-cluster-spec.availability 3.10
x-cluster-spec.capacity_range.limit_bytes 3.10
x-cluster-spec.capacity_range.required_bytes 3.10
x-cluster-spec.group 3.10
"""

SECRET = """
driver 3.8
driver_opts 3.8
external.name 3.1
file 3.1
labels 3.1
name 3.5
template_driver 3.8
x-* 3.7
"""

CONFIG = """
external.name 3.3
file 3.3
labels 3.3
name 3.5
template_driver 3.8
x-* 3.7
"""


def _read(prefix: str, table: str) -> dict[str, int]:
    rows = (line.split() for line in table.split("\n") if line)
    return {prefix + name: int(since.removeprefix("3.")) for name, since in rows}


LEAVES: dict[str, int] = {
    **_read("", ROOT),
    **_read("services.*.", SERVICE),
    **_read("networks.*.", NETWORK),
    **_read("volumes.*.", VOLUME),
    **_read("secrets.*.", SECRET),
    **_read("configs.*.", CONFIG),
}
"""Path of each leaf → the minor version of the first schema that has it."""

COUNTS = {"services": 122, "networks": 10, "volumes": 17, "secrets": 8, "configs": 6, "version": 1, "x-*": 1}
"""How many leaves there are under each key of the root."""

UNSCHEMED = {"services.*.volumes.volume.subpath": 2}
"""What Docker reads though no schema names it: the mapping around it is open."""
