"""Resources that live outside the stack, as Compose text says so: `external` with a name in it, and what it excludes.

`reading` comes here for networks, volumes, secrets and configs.
"""

from typing import Any

from pystackdsl.compose import forms
from pystackdsl.compose.misfit import SCHEMA, Gathering, Misfit, misfit
from pystackdsl.compose.reader import Reader
from pystackdsl.diagnostics import Diagnostic, KeyPath, Severity, nearest
from pystackdsl.model.key import declared
from pystackdsl.model.secret import Config, Secret
from pystackdsl.model.storage import Volume
from pystackdsl.model.value import Resource

__all__ = ["external", "refuse_conflicts"]


def external(reader: Reader, cls: type[Resource], tree: dict[str, Any], name_of: str) -> Any:
    """The resource of a mapping whose `external` is a mapping with `name`, as in older files. Raises Misfit."""
    gathering = Gathering()
    name = None
    for key, item in tree["external"].items():
        if key == "name":
            name = gathering.read(reader.below, "external", reader.below, key, forms.text, item)
        elif cls in (Secret, Config):
            _warn(reader, f"Docker drops {key} here, a key that it does not know", KeyPath("external", key))
        else:
            help = "did you mean `name`?" if nearest(key, ["name"]) else ""
            fault = misfit(f"`{key}` is not a key of external", expected="name", help=help, at_key=True)
            gathering.findings += Misfit(fault.below(key)).below("external")
    if name and tree.get("name"):
        gathering.findings += misfit(
            "the name is given twice, in `external` and beside it", help="keep the one beside `external: true`"
        ).below("external")
    resource = gathering.read(reader.resource, cls, {**tree, "external": True}, name_of)
    gathering.settle()
    if name:
        if declared(cls)["name"][0].minor <= reader.minor:
            summary = "a name inside `external` is the older spelling, of which docker stack complains"
            _warn(reader, summary, KeyPath("external", "name"), help=f"write  external: true  and  name: {name}")
        resource.__dict__["name"] = name
    return resource


def _warn(reader: Reader, summary: str, path: KeyPath, *, help: str = "") -> None:
    reader.warnings.append(Diagnostic(severity=Severity.WARNING, summary=summary, help=help, path=path, at_key=True))


def refuse_conflicts(resource: Resource) -> None:
    """Raise Misfit for keys that Docker does not take together."""
    if isinstance(resource, Volume) and resource.external is True:
        for name in ("driver", "driver_opts", "labels"):
            if getattr(resource, name):
                raise _beside(name, "a volume that is external", "it is not made by this stack: leave the key out")
    if isinstance(resource, Secret) and resource.external is not True and resource.driver and resource.file:
        raise _beside("file", "a secret that has a driver", "the driver provides the content: leave the file out")


def _beside(name: str, whose: str, help: str) -> Misfit:
    return Misfit(misfit(f"`{name}` cannot be a key of {whose}", help=help, rule=SCHEMA, at_key=True).below(name))
