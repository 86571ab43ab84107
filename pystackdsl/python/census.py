"""Nothing made is lost in silence: which of the resources made while a file loaded are held by nothing.

The resources, the file's namespace and its stack come in; what is lost, and what is doubtful, goes out as resources
and names. Called by `loader` when something is not in the stack itself; `losses` puts it into words.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from pystackdsl.model.holding import names_in
from pystackdsl.model.names import path_tokens
from pystackdsl.model.service import Service
from pystackdsl.model.stack import Stack
from pystackdsl.model.value import Resource, Value
from pystackdsl.python.selection import PSEUDO, candidates

__all__ = ["Load", "deployed_templates", "is_doubtful", "lost", "made_by", "unused_modules"]


class Load(NamedTuple):
    """What is known when a file has run: its name and namespace, the modules beside it that it imported, every
    resource made meanwhile, the stack, and whether loose resources made it.
    """

    file: str
    namespace: Mapping[str, Any]
    modules: Mapping[str, ModuleType]
    made: Sequence[Resource]
    stack: Stack
    loose: bool


def lost(load: Load) -> list[list[Resource]]:
    """The resources that nothing holds, those made in one place together.

    What counts is what the file itself, its calls, or the modules beside it made. A resource is held in the stack, by
    another stack or class of the file, under a private name, in a module beside it, or by a resource that is held;
    and what others are evolved from is no loss. What only a lost resource refers to is not told apart from it.
    """
    held = {id(resource) for _, _, resource in load.stack.resources()}
    held |= {id(each.origin.evolved_from) for each in load.made if each.origin is not None}
    theirs = {load.file, PSEUDO, *(str(module.__file__) for module in load.modules.values())}
    suspects = [each for each in load.made if id(each) not in held and made_by(each) in theirs]
    if not suspects:
        return []
    walk = _Walk(load.made)
    _hold_named(walk, load)
    suspects = [each for each in suspects if not walk.found(each)]
    if suspects:
        for _, _, resource in load.stack.resources():
            walk.add(resource)
    gone = [each for each in suspects if not walk.found(each)]
    below = _Walk(load.made)
    for resource in gone:
        below.add_parts(resource)
    groups: dict[Any, list[Resource]] = {}
    for resource in gone:
        if not below.found(resource):
            groups.setdefault(resource.origin.frames if resource.origin else (), []).append(resource)
    return list(groups.values())


def made_by(resource: Resource) -> str:
    """The file whose running made a resource; empty where that is not known."""
    frames = resource.origin.frames if resource.origin is not None else ()
    return frames[-1][0].co_filename if frames else ""


def _hold_named(walk: "_Walk", load: Load) -> None:
    """Hold what the names of the file hold, but for the stack's own, and all that the modules beside it do."""
    for name, value in load.namespace.items():
        if name[:1] == "_":
            if not name.startswith("__"):
                walk.add(value)
        elif load.loose:
            walk.add_stacks(value)  # what else the public names hold is the stack
        else:
            walk.add(value)  # another stack of the file, or what it is made from
    for candidate in candidates(load.namespace):
        if candidate.kind == "class":
            walk.add(candidate.value)
    for module in load.modules.values():
        walk.add([value for name, value in vars(module).items() if not name.startswith("__")])


class _Walk:
    """What is found by walking from what holds it: containers, classes, objects, references, paths in texts."""

    def __init__(self, made: Iterable[Resource]) -> None:
        self._seen: dict[int, Any] = {}
        self._tokens = {resource.token: resource for resource in made if hasattr(type(resource), "path")}

    def found(self, resource: Resource) -> bool:
        return id(resource) in self._seen

    def add(self, root: Any) -> None:
        """Find everything that `root` leads to."""
        waiting = [root]
        while waiting:
            value = waiting.pop()
            if isinstance(value, str):
                waiting += filter(None, map(self._tokens.get, path_tokens(value)))
            elif id(value) not in self._seen:
                self._seen[id(value)] = value
                waiting += _inside(value)

    def add_parts(self, resource: Resource) -> None:
        """Find what a resource leads to, but not the resource."""
        for value in _inside(resource):
            self.add(value)

    def add_stacks(self, root: Any) -> None:
        """Find the stacks, and only these, in a container."""
        waiting, seen = [root], set()
        while waiting:
            value = waiting.pop()
            if isinstance(value, Stack):
                self.add(value)
            elif isinstance(value, Mapping | list | tuple | set | frozenset) and id(value) not in seen:
                seen.add(id(value))
                waiting += value.values() if isinstance(value, Mapping) else value


def _inside(value: Any) -> Iterable[Any]:
    """What a value holds."""
    if isinstance(value, Value):
        return [item for name, item in vars(value).items() if name[:1] != "_"]
    if isinstance(value, Mapping):
        return value.values()
    if isinstance(value, list | tuple | set | frozenset):
        return value
    if isinstance(value, type):
        is_theirs = value.__module__.partition(".")[0] not in ("builtins", "pystackdsl")
        return [item for cls in value.__mro__[:-1] for item in vars(cls).values()] if is_theirs else ()
    if isinstance(value, ModuleType | FunctionType) or type(value).__module__ == "builtins":
        return ()
    slots = (getattr(value, name, None) for name in getattr(type(value), "__slots__", ()) if isinstance(name, str))
    return [*getattr(value, "__dict__", {}).values(), *slots]


def is_doubtful(load: Load) -> bool:
    """Whether a stack that loose resources make leaves out what was probably meant, or deploys a template."""
    if not load.loose:
        return False
    alone = not load.stack.services and bool(candidates(load.namespace))
    return alone or bool(deployed_templates(load)) or any(unused_modules(load))


def deployed_templates(load: Load) -> dict[str, list[str]]:
    """The services of the stack that were imported and that others in it are evolved from, with the names of these."""
    evolved: dict[int, list[str]] = {}
    for name, service in load.stack.services.items():
        for template in _lineage(service):
            evolved.setdefault(id(template), []).append(name)
    own = (load.file, PSEUDO, "")
    return {
        name: evolved[id(service)]
        for name, service in load.stack.services.items()
        if id(service) in evolved and made_by(service) not in own
    }


def _lineage(resource: Resource) -> Iterator[Resource]:
    """What a resource was evolved from, and that from, and so on."""
    while resource.origin is not None and resource.origin.evolved_from is not None:
        resource = resource.origin.evolved_from
        yield resource


def unused_modules(load: Load) -> Iterator[tuple[str, ModuleType, list[str]]]:
    """The modules beside the file that it imports as a whole, that hold services, and that give none to the stack:
    the name each has in the file, the module, and the names of its services.
    """
    used = {id(service) for service in load.stack.services.values()}
    used |= {id(each.origin.evolved_from) for each in load.made if each.origin is not None}
    for name, module in load.namespace.items():
        if isinstance(module, ModuleType) and module.__name__ in load.modules:
            services = {key: value for key, value in names_in(module).items() if isinstance(value, Service)}
            if services and used.isdisjoint(map(id, services.values())):
                yield name, module, list(services)
