"""What Compose text would lose or change in silence: keys that Swarm ignores, and values that Docker fills in.

`notices` gives warnings and, for variables that Docker would not read as a number or truth value, errors.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pystackdsl.compose.survey import Pairs, Said, said_keys
from pystackdsl.model.key import declared
from pystackdsl.model.names import Names
from pystackdsl.model.stack import Stack

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic
    from pystackdsl.model.uses import Use

__all__ = ["notices"]


def notices(stack: Stack, said: Said | None = None) -> "list[Diagnostic]":
    """Findings about what would be lost or changed on the way through `docker stack`, each at its key's place.

    `said` is what the stack says in the newest schema, if somebody has looked already.
    """
    names = stack.names()
    said = said_keys(stack, names) if said is None else said
    ignored = {(cls, field) for cls, field in said.keys if _is_ignored(cls, field)}
    found = _ignored_uses(stack, names, ignored) if ignored else []
    found += _from_shell(stack)
    found += _kept(stack)
    if said.open or said.unusual or any(field == "x" for _, field in said.keys):
        from pystackdsl.compose.variables import unread_variables

        found += unread_variables(stack, names, said)
    return found


def _ignored_uses(stack: Stack, names: Names, ignored: Pairs) -> "list[Diagnostic]":
    from pystackdsl.model.uses import uses

    return [_ignored(use, names) for use in uses(stack, names, ignored) if use.value not in _EVERY_ADDRESS]


_EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - what a port listens on in any case


def _is_ignored(cls: type, field: str) -> bool:
    found = declared(cls).get(field)
    return found is not None and bool(found[0].instead)


def _ignored(use: "Use", names: Names) -> "Diagnostic":
    from pystackdsl.diagnostics import Diagnostic, Severity

    if use.key.local:
        return _address(use)
    path, resource, _ = use.where
    used = use.key.api is not None and getattr(getattr(resource, "deploy", None), "restart", None) is None
    kind = "ignored-key"
    if used and _is_no(use.value):
        summary = f"Swarm makes nothing of restart: {use.value}, and starts the tasks of {path[1]} again when they end"
        kind = "ignored-restart-policy"
    elif used:
        summary = f"docker stack calls {use.key.name} unsupported, though it uses it"
    elif use.key.api is not None:
        summary = f"Swarm ignores {use.key.name} beside deploy.restart_policy"
    else:
        summary = f"Swarm ignores {use.key.name}" + _consequence(use, names)
    return Diagnostic(
        severity=Severity.WARNING,
        summary=summary,
        help=use.key.instead,
        help_in_yaml=use.key.instead_in_yaml,
        path=path,
        subjects=(use.where.subject(),),
        kind=kind,
    )


def _is_no(policy: object) -> bool:
    """Whether a short restart policy is the one that asks for no restart."""
    return isinstance(policy, str) and policy.partition(":")[0] == "no"


def _address(use: "Use") -> "Diagnostic":
    """The address of a published port, told of the port, as it is written there."""
    from pystackdsl.diagnostics import Diagnostic, Severity
    from pystackdsl.model.uses import Where

    port = Where(use.where.path.parent, use.where.resource, use.where.within.parent)
    return Diagnostic(
        severity=Severity.WARNING,
        summary=f"Swarm ignores the address {use.value}: the port is published on every address of every node",
        help=use.key.instead,
        path=port.path,
        subjects=(port.subject(),),
        kind="ignored-port-address",
    )


def _consequence(use: "Use", names: Names) -> str:
    if use.key.name == "depends_on":
        others = [item if isinstance(item, str) else names.key(item) for item in use.value if _is_named(item, names)]
        return f": {use.where.path[1]} starts without waiting for {', '.join(others)}" if others else ""
    return ""


def _is_named(item: object, names: Names) -> bool:
    """Whether a service is known by name: one that the stack does not hold is told of elsewhere."""
    return isinstance(item, str) or names.holds(item)


def _kept(stack: Stack) -> "Iterator[Diagnostic]":
    """Numbers of tasks that somebody else decides: Docker sets them back to one."""
    for each, service in stack.services.items():
        replicas = service.deploy.replicas if service.deploy is not None else None
        if replicas is None or type(replicas) is int:
            continue
        from pystackdsl.model.deploy import Keep

        if isinstance(replicas, Keep):
            from pystackdsl.diagnostics import Diagnostic, KeyPath, Severity, Subject

            path = KeyPath("services", each, "deploy", "replicas")
            yield Diagnostic(
                severity=Severity.WARNING,
                summary=f"docker stack cannot leave the replicas of {each} as they are: each deploy sets them to 1",
                help="state a number, or apply the stack with `pystackdsl apply`",
                path=path,
                subjects=(Subject(path=path, resource=service, within=KeyPath("deploy", "replicas")),),
            )


def _from_shell(stack: Stack) -> "Iterator[Diagnostic]":
    """Empty environment values: Docker fills them from the shell of whoever deploys."""
    for each, service in stack.services.items():
        environment: Any = service.environment
        if environment and "" in environment.values():
            from pystackdsl.diagnostics import Diagnostic, KeyPath, Severity, Subject

            for name, value in environment.items():
                if value == "":
                    path = KeyPath("services", each, "environment", name)
                    subject = Subject(path=path, resource=service, within=KeyPath("environment", name))
                    yield Diagnostic(
                        severity=Severity.WARNING,
                        summary=f"docker stack fills the empty {name} from the deployer's shell, if it is set there",
                        help=f"write None to ask for that; to keep it empty, unset {name} where you deploy",
                        help_in_yaml=f"write `{name}:` to ask for it; to keep it empty, unset {name} where you deploy",
                        path=path,
                        subjects=(subject,),
                        kind="shell-filled-variable",
                    )
