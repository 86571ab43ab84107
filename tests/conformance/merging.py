"""Services in several files: for each kind of field, what two files may say of it, absent and zero included.

`fields` has the values by the path of the field, `stacks` makes files of services that say some of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any

__all__ = ["ENV", "TOP", "fields", "merged_trees", "pairs", "said"]

ENV = {"SHELL_A": "from the shell"}
ENV_FILES = {"a.env": "A=file\nE=1\nSHELL_A=\n", "b.env": "A=\nE=2\nF=x\n"}

TOP: Mapping[str, Any] = {
    "networks": {"n": {}, "m": {}},
    "volumes": {"d": {}, "e": {}},
    "secrets": {"s": {"external": True}, "r": {"external": True}},
    "configs": {"s": {"external": True}, "r": {"external": True}},
}
"""What the services refer to, in the first file."""

_TEXTS = ["", "one", "two"]
_DURATIONS = ["0s", "5s", "1m"]
_NUMBERS = [0, 1, 2]
_LISTS = [[], ["a"], ["b", "a"]]
_COMMANDS = ["", [], ["a"], ["b", "c"], "d 'e f'", " ", "# x", [""]]
_PAIRS = [{}, {"A": "1", "B": "2"}, {"A": "", "C": None}, ["A=9", "Z"], []]
_ENVIRONMENTS = [
    {},
    {"A": "1", "B": "2"},
    {"A": "", "C": None},
    {"A": None, "B": "3"},
    ["A=9", "SHELL_A"],
    {"SHELL_A": ""},
    {"B": None},
]
_PORTS = [
    [],
    ["80:80"],
    ["80"],
    ["81"],
    [80, 81],
    ["53:53/udp", "53:53"],
    ["90-92:90-92"],
    [{"target": 5, "published": 91}],
    [{"target": 5}],
    ["8080:80", "443:443"],
    [{"target": 6, "published": 80, "mode": "host"}],
]
_MOUNTS = [
    [],
    ["d:/x"],
    ["e:/x:ro"],
    ["/b:/a", "d:/c"],
    [{"type": "tmpfs", "target": "/c"}],
    ["/anon"],
    ["/anon", "/anon"],
    [{"type": "volume"}],
]
_GRANTS = [
    [],
    ["s"],
    ["r", "s"],
    [{"source": "s", "target": "q"}],
    ["s", {"source": "s", "target": "z"}],
    [{"source": "r", "mode": 256}],
]
_NETWORKS = [
    [],
    ["n"],
    ["m", "n"],
    {},
    {"n": None},
    {"n": {}},
    {"n": {"aliases": ["x"], "driver_opts": {"a": "b"}}, "default": None},
    {"n": {"aliases": ["y", "z"], "ipv4_address": "10.0.0.1"}},
    {"n": {"driver_opts": {"c": "d"}, "ipv6_address": "::1"}},
    {"m": {"aliases": []}},
]
_LOGGINGS = [
    {},
    {"driver": "x"},
    {"driver": "y"},
    {"options": {"a": "1"}},
    {"driver": "x", "options": {"a": "2", "b": "3"}},
    {"driver": "y", "options": {"a": ""}},
    {"driver": ""},
    {"options": {}},
    {"driver": "x", "options": {}},
]
_TESTS = [{}, {"test": "a"}, {"test": ["CMD", "b"]}, {"test": []}, {"test": ""}, {"disable": True}, {"disable": False}]
_EXTENSIONS = [
    None,
    {},
    {"a": 1},
    {"a": {"b": 2}},
    {"a": {"c": 3}},
    [1],
    [2, "x"],
    5,
    "",
    0,
    False,
    "t",
    {"l": [1]},
    {"l": [2]},
    {"l": None},
    {"l": "q"},
]

ABSENT = object()
"""The value of a field that is not said."""

Path_ = tuple[str, ...]


@cache
def fields() -> Mapping[Path_, Sequence[Any]]:
    """Each field of a service, by its path, with the values that files give it."""
    found: dict[Path_, Sequence[Any]] = {}

    def add(names: str, values: Sequence[Any], *above: str) -> None:
        found.update({(*above, name): values for name in names.split()})

    add("hostname image user working_dir stop_signal isolation domainname cgroup_parent cgroupns_mode", _TEXTS)
    add("container_name ipc mac_address network_mode pid restart shm_size userns_mode", _TEXTS)
    add("tty stdin_open read_only init privileged", [True, False])
    add("stop_grace_period", _DURATIONS)
    add("command entrypoint", _COMMANDS)
    add("environment", _ENVIRONMENTS)
    add("env_file", ["a.env", ["b.env"], [], ["a.env", "b.env"]])
    add("labels sysctls", _PAIRS)
    add("cap_add cap_drop devices external_links links security_opt depends_on dns dns_search tmpfs expose", _LISTS)
    add("extra_hosts", [[], ["a:1"], {"b": "2", "a": "3"}])
    add("build", ["x", {}, {"context": "y"}])
    add("context dockerfile network target", _TEXTS, "build")
    add("args", _ENVIRONMENTS, "build")
    add("labels", _PAIRS, "build")
    add("cache_from", _LISTS, "build")
    add("extra_hosts", [["a:1"], {"b": "2"}], "build")
    add("ports", _PORTS)
    add("volumes", _MOUNTS)
    add("secrets configs", _GRANTS)
    add("networks", _NETWORKS)
    add("ulimits", [{}, {"nofile": 5}, {"nofile": 0}, {"nofile": {"soft": 1, "hard": 2}}, {"core": 1}])
    add("logging", _LOGGINGS)
    add("healthcheck", _TESTS)
    add("interval timeout start_period start_interval", _DURATIONS, "healthcheck")
    add("retries", _NUMBERS, "healthcheck")
    add("credential_spec", [{}, {"file": "a"}, {"file": ""}, {"registry": "b"}, {"config": "s"}, {"config": "r"}])
    add("oom_score_adj", _NUMBERS)
    add("x-a", _EXTENSIONS)
    _add_deploy(add)
    return found


def _add_deploy(add: Any) -> None:
    add("deploy", [None, {}])
    add("mode", ["", "global", "replicated"], "deploy")
    add("endpoint_mode", ["", "vip", "dnsrr"], "deploy")
    add("replicas", _NUMBERS, "deploy")
    add("labels", _PAIRS, "deploy")
    for change in ("update_config", "rollback_config"):
        add(change, [{}], "deploy")
        add("parallelism", _NUMBERS, "deploy", change)
        add("delay monitor", _DURATIONS, "deploy", change)
        add("failure_action", ["", "pause", "continue"], "deploy", change)
        add("order", ["start-first", "stop-first"], "deploy", change)
        add("max_failure_ratio", [0, 0.5, 1], "deploy", change)
    add("resources", [{}], "deploy")
    for side in ("limits", "reservations"):
        add(side, [{}], "deploy", "resources")
        add("cpus", ["0", "0.5", "1"], "deploy", "resources", side)
        add("memory", ["0", "5M", "6M"], "deploy", "resources", side)
    add("pids", _NUMBERS, "deploy", "resources", "limits")
    kinds = [[], *([{"discrete_resource_spec": {"kind": kind, "value": 1}}] for kind in "ab"), [{}]]
    add("generic_resources", kinds, "deploy", "resources", "reservations")
    add("restart_policy", [{}], "deploy")
    add("condition", ["", "any", "none"], "deploy", "restart_policy")
    add("delay window", _DURATIONS, "deploy", "restart_policy")
    add("max_attempts", _NUMBERS, "deploy", "restart_policy")
    add("placement", [{}], "deploy")
    add("constraints", [[], ["node.role==manager"], ["node.id==a", "node.id==b"]], "deploy", "placement")
    spread = [[], [{"spread": "node.labels.a"}], [{"spread": "node.labels.b"}, {}]]
    add("preferences", spread, "deploy", "placement")
    add("max_replicas_per_node", _NUMBERS, "deploy", "placement")


def said(path: Path_, value: Any) -> dict[str, Any]:
    """A service that says one field; nothing where the value is absent."""
    tree: Any = value
    for step in reversed(path):
        tree = {step: tree}
    return {} if value is ABSENT else tree


def pairs() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """For each field, a service in two files: every value of the one with every value of the other."""
    for path, values in fields().items():
        for one, other in product([ABSENT, *values], repeat=2):
            if path == ("x-a",) and not _joinable(one, other):
                continue
            yield said(path, one), said(path, other)


def _joinable(one: Any, other: Any) -> bool:
    """Whether Docker joins two extension fields: it refuses to append a list to anything else."""
    if isinstance(other, list):
        return one is ABSENT or one is None or isinstance(one, list)
    if isinstance(one, dict) and isinstance(other, dict):
        return all(_joinable(one[key], other[key]) for key in one.keys() & other.keys())
    return True


def merged_trees(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Two services that say different fields as one that says both; the first wins where they meet."""
    found = {**other, **one}
    for key in one.keys() & other.keys():
        if isinstance(one[key], dict) and isinstance(other[key], dict):
            found[key] = merged_trees(one[key], other[key])
    return found
