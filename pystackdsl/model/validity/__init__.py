"""What is wrong with a stack as a whole: everything that `docker stack config`, or every deploy, would refuse (errors),
and what is merely doubtful (warnings).

A stack comes in, findings with the places in the stack go out, all at once; `compose.dump` and the commands call this.
Each service is walked once. Values left open are not judged.
"""

from typing import TYPE_CHECKING, Any

from pystackdsl.model.stack import Stack
from pystackdsl.model.validity import containers, definitions, deploy, grants, networks, ports, references, storage
from pystackdsl.model.validity.holdings import Held

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pystackdsl.diagnostics import Diagnostic
    from pystackdsl.model.service import Service

__all__ = ["findings"]

_FIELDS: "Mapping[str, Callable[[str, Service, Any, Held], None]]" = {
    **containers.FIELDS,
    "configs": grants.check_configs,
    "credential_spec": grants.check_credential,
    "depends_on": references.check_depends_on,
    "deploy": deploy.check,
    "networks": networks.check,
    "ports": ports.check,
    "secrets": grants.check_secrets,
    "volumes": storage.check,
}
"""The check of each field of a service: key, service, value and what the stack holds go in."""


def findings(stack: Stack) -> "list[Diagnostic]":
    """All that is wrong or doubtful with a stack, services first. It changes nothing and reads no files."""
    held = Held(stack)
    references.check_holders(stack, held)
    for key, service in stack.services.items():
        _service(key, service, held)
    definitions.check(stack, held)
    return held.found.found


def _service(key: str, service: "Service", held: Held) -> None:
    fields, found = _FIELDS, held.found
    said = service.__dict__
    if said["image"] is None:
        containers.no_image(key, service, found)
    if not said["networks"]:
        held.used.add("default")
    for name, value in said.items():
        if value is not None:
            check = fields.get(name)
            if check is not None:
                check(key, service, value, held)
            if type(value) is str and not value.isascii():
                found.odd = True
    if found.odd:
        found.odd = False
        from pystackdsl.model.validity.texts import check as check_texts

        check_texts("services", key, service, held)
