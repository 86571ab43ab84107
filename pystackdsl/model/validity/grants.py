"""Secrets and configs: where their content comes from, and what services are given.

Docker refuses two grants of a service with one target text; two texts for one path go through, and one file hides the
other.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pystackdsl.model.secret import Config, Secret
from pystackdsl.model.service import Service
from pystackdsl.model.stack import Stack
from pystackdsl.model.units import FileMode
from pystackdsl.model.validity.finding import Findings, at, listed, spelled
from pystackdsl.model.validity.holdings import Held
from pystackdsl.model.validity.references import unheld
from pystackdsl.model.variable import OPEN

if TYPE_CHECKING:
    from pystackdsl.model.credential import CredentialSpec
    from pystackdsl.model.grants import Grant

__all__ = ["check_configs", "check_credential", "check_definitions", "check_secrets"]

_DECIMAL_SLIPS = frozenset({400, 440, 444, 600, 640, 644, 660, 664, 700, 750, 755, 770, 775, 777})


def check_secrets(key: str, service: Service, grants: "Sequence[Grant]", held: Held) -> None:
    """Check the secrets that a service is given."""
    _check(key, service, "secrets", "secret", grants, held.secrets, held)


def check_configs(key: str, service: Service, grants: "Sequence[Grant]", held: Held) -> None:
    """Check the configs that a service is given."""
    _check(key, service, "configs", "config", grants, held.configs, held)


def _check(
    key: str, service: Service, kind: str, noun: str, grants: "Sequence[Grant]", known: Mapping[int, str], held: Held
) -> None:
    found = held.found
    targets: dict[str, int] = {}
    for i, grant in enumerate(grants):
        said = grant.__dict__
        name = known.get(id(said[noun]))
        if name is None:
            unheld(key, service, held, kind, grant.granted, (kind, i))
        else:
            target = said["target"] or name
            found.odd |= not target.isascii()
            if targets.setdefault(target, i) != i:
                _same_target(key, service, kind, i, target, targets[target], found)
        if said["mode"] is not None or said["uid"] is not None or said["gid"] is not None:
            _owner(key, service, kind, i, grant, found)
    if len(targets) > 1 and any(target[0] == "/" for target in targets):
        _hidden(key, service, kind, targets, found)


def _same_target(key: str, service: Service, kind: str, i: int, target: str, first: int, found: Findings) -> None:
    found.error(
        f"service {key} is given two {kind} as {spelled(target)}",
        at("services", key, service, kind, i),
        at("services", key, service, kind, first, note="the other one"),
        help=f'give one of them another file name: {kind[:-1]}.at("…")',
        yaml="give one of them another file name:  {source: …, target: …}",
    )


def _hidden(key: str, service: Service, kind: str, targets: dict[str, int], found: Findings) -> None:
    folder = "/run/secrets/" if kind == "secrets" else "/"
    paths: dict[str, str] = {}
    for target, i in targets.items():
        path = target if target[0] == "/" else folder + target
        other = paths.setdefault(path, target)
        if other != target:
            found.warning(
                f"service {key} is given two {kind} at {spelled(path)}: one hides the other",
                at("services", key, service, kind, i),
                at("services", key, service, kind, targets[other], note="the other one"),
                help="give one of them another file name",
            )


def _owner(key: str, service: Service, kind: str, i: int, grant: "Grant", found: Findings) -> None:
    said = grant.__dict__
    mode = said["mode"]
    if type(mode) is FileMode and mode.number < 0:
        found.error(
            f"service {key} gives a {kind[:-1]} the mode {mode.number}",
            at("services", key, service, kind, i, "mode"),
            expected=FileMode.expected,
        )
    elif type(mode) is FileMode and mode.number in _DECIMAL_SLIPS:
        found.warning(
            f"the mode {mode.number} is {mode} in octal",
            at("services", key, service, kind, i, "mode"),
            help=f"for the permissions {mode.number} write 0o{mode.number}",
            yaml=f"for the permissions {mode.number} write 0{mode.number}",
            kind="decimal-file-mode",
        )
    for name in ("uid", "gid"):
        text = said[name]
        if text and not text.isdecimal():
            found.odd |= not text.isascii()
            if OPEN in text:
                continue
            found.warning(
                f'service {key} gives a {kind[:-1]} the {name} "{text}", which is no number: its tasks will fail',
                at("services", key, service, kind, i, name),
                expected="a number as text: nodes do not look names up",
            )


def check_credential(key: str, service: Service, spec: "CredentialSpec", held: Held) -> None:
    """Check a service's `credential_spec`: one source, and a config that the stack holds."""
    found = held.found
    found.odd = True
    said = [name for name in ("config", "file", "registry") if getattr(spec, name)]
    if len(said) > 1:
        found.error(
            f"the credential_spec of service {key} has {listed(said)}",
            at("services", key, service, "credential_spec", said[1]),
            expected="one of config, file and registry",
        )
    elif not said:
        found.warning(
            f"the credential_spec of service {key} says nothing",
            at("services", key, service, "credential_spec"),
            expected="one of config, file and registry",
        )
    if spec.config is not None and type(spec.config) is Config and id(spec.config) not in held.configs:
        unheld(key, service, held, "configs", spec.config, ("credential_spec", "config"))


def check_definitions(stack: Stack, found: Findings) -> None:
    """Check where the secrets and configs of a stack get their content."""
    for kind, resources in (("secrets", stack.secrets), ("configs", stack.configs)):
        names: dict[str, str] = {}
        for key, resource in resources.items():
            said = resource.__dict__
            sources = [name for name in ("file", "content", "template", "driver") if said.get(name) is not None]
            if len(sources) != 1 or said["external"] is not None or not (said["file"] or sources != ["file"]):
                _sources(
                    kind, key, resource, [name for name in sources if said[name] != "" or name == "content"], found
                )
            if said["values"] is not None and said["template"] is None:
                found.error(
                    f"{kind[:-1]} {key} has values and no template to fill in",
                    at(kind, key, resource, "values"),
                    help="say template=, the jinja2 file that uses them",
                )
            if said.get("driver_opts") and not said["driver"]:
                found.warning(
                    f"secret {key} has driver_opts and no driver to take them",
                    at(kind, key, resource, "driver_opts"),
                    help="say the driver, or leave them out",
                )
            if said["template_driver"] not in (None, "", "golang") and OPEN not in said["template_driver"]:
                found.warning(
                    f'no Engine has a template driver "{said["template_driver"]}"',
                    at(kind, key, resource, "template_driver"),
                    expected='"golang"',
                )
            if said["name"] and said["external"] is not True:
                _same_name(kind, key, resource, names, resources, found)


def _sources(kind: str, key: str, resource: Secret | Config, sources: list[str], found: Findings) -> None:
    noun = kind[:-1]
    if type(resource.external) is not bool and resource.external is not None:
        return
    if resource.external is True:
        _outside(kind, key, resource, sources, found)
    elif not sources:
        found.error(
            f"{noun} {key} has no content",
            at(kind, key, resource),
            expected="where its content comes from, or that it is external",
            help=f'such as file="./{key}.txt", content=, template='
            + (", driver=" if kind == "secrets" else "")
            + " or external=True",
            yaml=f"write  file: ./{key}.txt,  or  external: true",
        )
    elif len(sources) > 1:
        found.error(
            f"{noun} {key} gets its content from {listed(sources)} at once",
            at(kind, key, resource, sources[1]),
            expected="one of them",
        )


def _outside(kind: str, key: str, resource: Secret | Config, sources: list[str], found: Findings) -> None:
    said = sources + [name for name in ("labels", "driver_opts", "template_driver") if resource.__dict__.get(name)]
    ours = [name for name in sources if name in ("content", "template")]
    if ours:
        found.error(
            f"{kind[:-1]} {key} is external and has {listed(ours)}",
            at(kind, key, resource, ours[0]),
            help=f"leave external out to have the {kind[:-1]} made, or the rest to use one that exists",
        )
    elif said:
        found.warning(
            f"{kind[:-1]} {key} is external, so its {listed(said)} will not be used",
            at(kind, key, resource, said[0]),
            help=f"leave external out to have the {kind[:-1]} made",
        )


def _same_name(
    kind: str,
    key: str,
    resource: Secret | Config,
    names: dict[str, str],
    resources: "dict[str, Secret] | dict[str, Config]",
    found: Findings,
) -> None:
    name = resource.name or ""
    other = names.setdefault(name, key)
    if other != key:
        found.warning(
            f'{kind} {other} and {key} are both "{name}" in the swarm: unless they hold the same, every deploy fails',
            at(kind, key, resource, "name"),
            at(kind, other, resources[other], "name", note=f"{other} has it first"),
            help="give one of them another name",
        )
