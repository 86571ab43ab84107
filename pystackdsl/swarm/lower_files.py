"""The files that a stack needs to be deployed: those of secrets, configs and environments, read before anything else.

A stack and the deployer's shell come in; contents and environments go out, and a finding for every file that is not as
it should be. Called by `lower`.
"""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import attrs

from pystackdsl.content.environment import filled
from pystackdsl.content.source import Contents
from pystackdsl.diagnostics import Diagnostic, InvalidStack, KeyPath, Severity, Subject
from pystackdsl.model.names import Names
from pystackdsl.model.secret import Config, Secret
from pystackdsl.model.service import Service
from pystackdsl.model.stack import Stack
from pystackdsl.swarm.specs import Kind

__all__ = ["Files", "made"]

_KINDS: tuple[Kind, ...] = ("secrets", "configs")


def made(stack: Stack) -> Iterator[tuple[Kind, str, Secret | Config]]:
    """The secrets and configs that the stack makes, as (kind, key, resource)."""
    for kind in _KINDS:
        for key, resource in getattr(stack, kind).items():
            if resource.external is not True:
                yield kind, key, resource


class Files:
    """What is in the files of a stack: `contents` by kind and key, `environments` of services by key, and `faults`.

    What belongs to a resource in `faulty`, by identity, is left alone: it has been told of.
    """

    def __init__(self, stack: Stack, names: Names, shell: Mapping[str, str], faulty: Collection[int]) -> None:
        self.contents: dict[tuple[Kind, str], bytes] = {}
        self.environments: dict[str, Mapping[str, str | None]] = {}
        self.faults: list[Diagnostic] = []
        base = stack.base or Path()
        for key, service in stack.services.items():
            if id(service) not in faulty and (service.environment or service.env_file):
                self._fill(key, service, base, shell)
        reader = Contents(stack.base, names)
        for kind, key, resource in made(stack):
            if id(resource) in faulty or (isinstance(resource, Secret) and resource.driver):
                continue
            content = reader.of(resource)
            if isinstance(content, bytes):
                self.contents[kind, key] = content
            else:
                self.faults += content

    def _fill(self, key: str, service: Service, base: Path, shell: Mapping[str, str]) -> None:
        try:
            self.environments[key] = filled(service, base, shell)
        except InvalidStack as error:
            self.faults += [_placed(each, key, service) for each in error.findings if each.severity is Severity.ERROR]


def _placed(finding: Diagnostic, key: str, service: Service) -> Diagnostic:
    path = KeyPath("services", key, *finding.path)
    subject = Subject(path=path, resource=service, within=finding.path)
    return attrs.evolve(finding, path=path, subjects=(subject,))
