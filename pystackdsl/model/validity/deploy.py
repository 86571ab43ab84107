"""The `deploy` of a service: combinations and numbers that the client or every Engine refuses, and doubtful ones."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from pystackdsl.model.placement import Constraint
from pystackdsl.model.service import Service
from pystackdsl.model.units import Bytes, Cpus, Duration
from pystackdsl.model.validity.containers import no_key
from pystackdsl.model.validity.finding import Findings, at, is_plain
from pystackdsl.model.validity.holdings import Held
from pystackdsl.model.variable import OPEN

if TYPE_CHECKING:
    from pystackdsl.model.deploy import Deploy, Resources, RestartPolicy, UpdateConfig
    from pystackdsl.model.placement import Placement
    from pystackdsl.model.rollback import RollbackConfig

__all__ = ["check"]


def check(key: str, service: Service, deploy: "Deploy", held: Held) -> None:
    """Check one service's `deploy`."""
    found, said = held.found, deploy.__dict__
    replicas, labels = said["replicas"], said["labels"]
    if type(replicas) is int and not 0 <= replicas < 1 << 63:
        _negative(key, service, "replicas", replicas, found)
    if said["mode"] not in (None, "replicated"):
        _mode(key, service, deploy, found)
    if labels is not None:
        if "" in labels:
            no_key(found, "services", key, service, "deploy", "labels")
        if not is_plain(labels):
            found.odd = True
    for name, part in _PARTS:
        value = said[name]
        if value is not None:
            part(key, service, name, value, found)


def _negative(key: str, service: Service, path: str, value: object, found: Findings, *, refused: bool = True) -> None:
    told = found.error if refused else found.warning
    told(
        f"{path.replace('restart.', 'restart_policy.')} of service {key} is {value}",
        at("services", key, service, "deploy", *path.split(".")),
        expected="a duration from 0s" if isinstance(value, Duration) else "a number from 0",
    )


def _mode(key: str, service: Service, deploy: "Deploy", found: Findings) -> None:
    """What the modes other than `replicated` do not go with."""
    mode = deploy.mode
    place = at("services", key, service, "deploy", "mode", note="because of this")
    if deploy.replicas is not None and mode in ("global", "global-job"):
        found.error(
            f"service {key} runs on every node (mode {mode}) and says how many replicas",
            at("services", key, service, "deploy", "replicas"),
            place,
            help=f'leave out replicas, or write the mode "{"replicated" if mode == "global" else "replicated-job"}"',
        )
    if deploy.update_config is not None and mode in ("replicated-job", "global-job"):
        found.error(
            f"service {key} is a job, and jobs have no update_config",
            at("services", key, service, "deploy", "update_config"),
            place,
            help="leave it out: an update starts a job anew",
        )
    if deploy.rollback_config is not None and mode in ("replicated-job", "global-job"):
        found.warning(
            f"service {key} is a job, and jobs are not rolled back",
            at("services", key, service, "deploy", "rollback_config"),
            help="leave it out",
        )
    placement = deploy.placement
    if placement is not None and placement.max_replicas_per_node and mode in ("global", "global-job"):
        found.warning(
            f"service {key} runs once on every node, so max_replicas_per_node changes nothing",
            at("services", key, service, "deploy", "placement", "max_replicas_per_node"),
            help="leave it out",
        )


def _restart(key: str, service: Service, _name: str, policy: "RestartPolicy", found: Findings) -> None:
    attempts = policy.max_attempts
    if type(attempts) is int and attempts < 0:
        _negative(key, service, "restart.max_attempts", attempts, found)
    for name in ("delay", "window"):
        span = policy.__dict__[name]
        if type(span) is Duration and span.number < 0:
            _negative(key, service, f"restart.{name}", span, found)


def _update(key: str, service: Service, name: str, config: "UpdateConfig | RollbackConfig", found: Findings) -> None:
    """The Engine checks an update_config; a rollback_config it takes as it comes."""
    said = config.__dict__
    refused = name == "update_config"
    if type(said["parallelism"]) is int and said["parallelism"] < 0:
        _negative(key, service, f"{name}.parallelism", said["parallelism"], found)
    for part in ("delay", "monitor"):
        if type(said[part]) is Duration and said[part].number < 0:
            _negative(key, service, f"{name}.{part}", said[part], found, refused=refused)
    ratio = said["max_failure_ratio"]
    if type(ratio) in (int, float) and not 0 <= ratio <= 1:
        told = found.error if refused else found.warning
        told(
            f"{name}.max_failure_ratio of service {key} is {ratio}",
            at("services", key, service, "deploy", name, "max_failure_ratio"),
            expected="a share from 0 to 1, such as 0.25",
            help=f"for {ratio:g} per cent write {ratio / 100:g}" if 1 < ratio <= 100 else "",
        )


def _resources(key: str, service: Service, _name: str, resources: "Resources", found: Findings) -> None:
    limits, reserved = resources.limits, resources.reservations
    most = _NOTHING if limits is None else limits.__dict__
    least = _NOTHING if reserved is None else reserved.__dict__
    for name, kind, smallest in _AMOUNTS:
        high, low = most[name], least[name]
        if type(high) is kind and high.number < smallest and high.number:
            _too_little(key, service, "limits", name, high, found)
        if type(low) is kind:
            if low.number < smallest and low.number:
                _too_little(key, service, "reservations", name, low, found)
            if type(high) is kind and 0 < high.number < low.number:
                _over_limit(key, service, name, low, high, found)
    if least["generic_resources"]:
        found.odd = True
        _generic(key, service, least["generic_resources"], found)


_AMOUNTS: Final = (("cpus", Cpus, 1_000_000), ("memory", Bytes, 4 << 20))
"""The amounts that tasks use, with the least that an Engine takes; 0 is none."""
_NOTHING: Final[Mapping[str, Any]] = {"cpus": None, "memory": None, "generic_resources": None}


def _over_limit(key: str, service: Service, name: str, low: object, high: object, found: Findings) -> None:
    found.warning(
        f"service {key} reserves {low} {name}, more than its limit of {high}",
        at("services", key, service, "deploy", "resources", "reservations", name),
        at("services", key, service, "deploy", "resources", "limits", name, note="the limit"),
        help="reserve what it needs as a rule, and limit it to more",
        kind="reservation-over-limit",
    )


def _too_little(key: str, service: Service, part: str, name: str, value: object, found: Findings) -> None:
    found.error(
        f"{part}.{name} of service {key} is {value}, less than any Engine takes",
        at("services", key, service, "deploy", "resources", part, name),
        expected="at least 0.001, or 0 for no limit" if name == "cpus" else 'at least "4M", or 0 for no limit',
        help=f'for {value} megabytes write "{value}M"' if name == "memory" and str(value).isdecimal() else "",
    )


def _generic(key: str, service: Service, resources: tuple[Any, ...], found: Findings) -> None:
    for i, resource in enumerate(resources):
        spec = resource.discrete_resource_spec
        place = at("services", key, service, "deploy", "resources", "reservations", "generic_resources", i)
        if spec is None:
            found.error(
                f"a generic resource of service {key} says nothing, and no Engine survives the request",
                place,
                help='write GenericResource.of("gpu", 1)',
                yaml="write  discrete_resource_spec: {kind: gpu, value: 1}",
            )
        elif not spec.kind:
            found.warning(
                f"a generic resource of service {key} has no kind", place, expected="a kind, as nodes announce it"
            )
        elif type(spec.value) is not int:
            found.warning(
                f"service {key} reserves no number of {spec.kind}", place, expected="a value: a number from 1"
            )
        elif spec.value < 1:
            found.warning(
                f"service {key} reserves {spec.value} {spec.kind}: no node will run it",
                place,
                expected="a number from 1",
            )


def _placement(key: str, service: Service, _name: str, placement: "Placement", found: Findings) -> None:
    most = placement.max_replicas_per_node
    if type(most) is int and most < 0:
        _negative(key, service, "placement.max_replicas_per_node", most, found)
    for i, constraint in enumerate(placement.constraints or ()):
        if ".role" in str(constraint).lower():
            _role(key, service, i, str(constraint), found)
    for i, preference in enumerate(placement.preferences or ()):
        over = preference.spread
        if over is not None:
            found.odd |= not over.isascii()
        if type(over) is not str or not over.lower().startswith(("node.labels.", "engine.labels.")):
            _preference(key, service, i, over, found)


def _role(key: str, service: Service, i: int, text: str, found: Findings) -> None:
    """The Engine takes any role, and compares it in any case: no node, or every node, has one that is misspelt."""
    name, operator, role = Constraint(text).parts
    if name != "node.role" or role.lower() in _ROLES or OPEN in text:
        return
    from pystackdsl.diagnostics import nearest

    guess = nearest(role.lower(), _ROLES)
    found.warning(
        f'service {key} asks for nodes whose role is {"" if operator == "==" else "not "}"{role}", '
        f"as {'none' if operator == '==' else 'all'} are",
        at("services", key, service, "deploy", "placement", "constraints", i),
        expected="manager or worker",
        help=f'did you mean node.role {operator} "{guess}"?' if guess else "",
        kind="misspelt-node-attribute",
    )


_ROLES: Final = ("manager", "worker")


def _preference(key: str, service: Service, i: int, over: object, found: Findings) -> None:
    found.odd = True
    if type(over) is str and OPEN in over:
        return
    found.warning(
        f"service {key} is spread over {over or 'nothing'}, which is no label of a node",
        at("services", key, service, "deploy", "placement", "preferences", i),
        expected="node.labels.NAME or engine.labels.NAME",
        help="write spread(node.labels.zone), with a label that your nodes have",
        yaml="write  spread: node.labels.zone, with a label that your nodes have",
    )


_PARTS: Final[tuple[tuple[str, Callable[[str, Service, str, Any, Findings], None]], ...]] = (
    ("update_config", _update),
    ("rollback_config", _update),
    ("resources", _resources),
    ("restart", _restart),
    ("placement", _placement),
)
