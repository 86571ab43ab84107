"""What Compose text would lose or change in silence: keys that Swarm ignores, and values that Docker fills in.

`notices` gives warnings and, for variables that Docker would not read as a number or truth value, errors.
"""

import typing
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pystackdsl.compose.survey import Pairs, said_keys
from pystackdsl.model.key import Key, declared, keys_of
from pystackdsl.model.names import Names
from pystackdsl.model.stack import Stack
from pystackdsl.model.variable import Open

if TYPE_CHECKING:
    from pystackdsl.compose.uses import Use
    from pystackdsl.diagnostics import Diagnostic

__all__ = ["notices"]


def notices(stack: Stack) -> "list[Diagnostic]":
    """Findings about what would be lost or changed on the way through `docker stack`, each at its key's place."""
    names = stack.names()
    said = said_keys(stack, names)
    ignored = {(cls, field) for cls, field in said.keys if _is_ignored(cls, field)}
    found = _ignored_uses(stack, names, ignored) if ignored else []
    return [*found, *_from_shell(stack), *(_uncast(stack, names, said.open) if said.open else ())]


def _ignored_uses(stack: Stack, names: Names, ignored: Pairs) -> "list[Diagnostic]":
    from pystackdsl.compose.uses import uses

    return [_ignored(use, names) for use in uses(stack, names, ignored)]


def _is_ignored(cls: type, field: str) -> bool:
    found = declared(cls).get(field)
    return found is not None and bool(found[0].instead)


def _ignored(use: "Use", names: Names) -> "Diagnostic":
    from pystackdsl.diagnostics import Diagnostic, Severity

    path, resource, _ = use.where
    used = use.key.api is not None and getattr(getattr(resource, "deploy", None), "restart", None) is None
    if used:
        summary = f"docker stack calls {use.key.name} unsupported, though it uses it"
    elif use.key.api is not None:
        summary = f"Swarm ignores {use.key.name} beside deploy.restart_policy"
    else:
        summary = f"Swarm ignores {use.key.name}" + _consequence(use, names)
    return Diagnostic(
        severity=Severity.WARNING,
        summary=summary,
        help=use.key.instead,
        path=path,
        subjects=(use.where.subject(),),
    )


def _consequence(use: "Use", names: Names) -> str:
    if use.key.name == "depends_on":
        others = [item if isinstance(item, str) else names.key(item) for item in use.value]
        return f": {use.where.path[1]} starts without waiting for {', '.join(others)}"
    return ""


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
                        path=path,
                        subjects=(subject,),
                    )


def _uncast(stack: Stack, names: Names, open_keys: Pairs) -> "Iterator[Diagnostic]":
    """Variables where Docker expects a number or truth value and would find text."""
    from pystackdsl.compose.uses import uses

    numbers = {pair for pair in open_keys if _is_number(*keys_of(pair[0])[pair[1]])}
    for use in uses(stack, names, numbers):
        dotted = "." in str(use.where.path[1])
        if type(use.value) is Open and (use.key.cast is None or dotted):
            from pystackdsl.diagnostics import Diagnostic

            why = "in a service whose name holds a dot" if dotted and use.key.cast else f"for {use.key.name}"
            yield Diagnostic(
                summary=f"Docker reads no variable as a number or truth value {why}",
                help="give the value itself, or make it a parameter of a function that returns the Stack (--set)",
                path=use.where.path,
                subjects=(use.where.subject(),),
            )


def _is_number(key: Key, hint: Any) -> bool:
    wanted = (hint, *typing.get_args(hint))
    return key.cast is not None or any(kind in wanted for kind in (int, float, bool)) or key.number
