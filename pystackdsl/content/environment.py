"""The environment of a service as Docker fills it: from its env files, its own entries and the deployer's shell."""

from collections.abc import Mapping
from pathlib import Path

from pystackdsl.content import env_file
from pystackdsl.diagnostics import Diagnostic, InvalidStack, Severity
from pystackdsl.model.service import Service
from pystackdsl.model.stack import Stack

__all__ = ["environments", "filled"]


def environments(stack: Stack, shell: Mapping[str, str]) -> dict[str, dict[str, str | None]]:
    """The filled environments of all services by key. Raises InvalidStack for env files that cannot be read."""
    found: dict[str, dict[str, str | None]] = {}
    faults: list[Diagnostic] = []
    for each, service in stack.services.items():
        try:
            found[each] = filled(service, stack.base or Path(), shell)
        except InvalidStack as error:
            faults += [finding.below(("services", each)) for finding in error.findings]
    if faults:
        raise InvalidStack(faults)
    names = stack.names()
    return {
        each: {name: None if value is None else names.plain(value) for name, value in environment.items()}
        for each, environment in found.items()
    }


def filled(service: Service, base: Path, shell: Mapping[str, str]) -> dict[str, str | None]:
    """A service's environment: its env files in order, then its entries; what is empty is taken from the shell.

    Raises InvalidStack for env files that cannot be read.
    """
    found: dict[str, str | None] = {}
    faults: list[Diagnostic] = []
    for position, name in enumerate(service.env_file or ()):
        file = env_file.read(base / name, shell)
        faults += [finding.below(("env_file", position)) for finding in file.findings]
        found |= {each: value or shell.get(each, value) for each, value in file.values.items()}
    if any(fault.severity is Severity.ERROR for fault in faults):
        raise InvalidStack(faults)
    for each, value in (service.environment or {}).items():
        found[each] = value or shell.get(each, value)
    return found
