"""Where resources are held: their keys, read from variables, class attributes and mappings."""

from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from pystackdsl.model.value import Resource

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic

__all__ = ["held_in", "names_in"]

R = TypeVar("R")
Namespace = Mapping[str, Any] | ModuleType | type


def names_in(namespace: Namespace) -> Mapping[str, Any]:
    """The public names of a mapping, a module or a class (with what it inherits) and what they hold."""
    if isinstance(namespace, type):
        found: dict[str, Any] = {}
        for cls in reversed(namespace.__mro__):
            found |= vars(cls)
    else:
        found = dict(namespace) if isinstance(namespace, Mapping) else vars(namespace)
    return {name: value for name, value in found.items() if not (isinstance(name, str) and name[:1] == "_")}


def held_in(
    namespaces: Sequence[Namespace], classes: Mapping[str, type[Resource]], root: type[R], *, exempt: Resource
) -> tuple[dict[str, dict[str, Any]], R | None]:
    """The resources of the namespaces by kind and key, and the last `root` object. Raises InvalidStack, InvalidType."""
    _check(namespaces)
    held: dict[str, dict[str, Any]] = {kind: {} for kind in classes}
    found_root: R | None = None
    faults: list[Diagnostic] = []
    for namespace in namespaces:
        names = names_in(namespace)
        members = {name: list(_members(str(name), value, faults)) for name, value in names.items()}
        keyed = {id(resource): each for found in members.values() for each, resource in found}
        pairs: list[tuple[str, Resource]] = []
        for name, value in names.items():
            if isinstance(value, Resource) and value is not exempt and keyed.get(id(value), name) == name:
                pairs.append((name, value))
            pairs += members[name]
        faults += _clashes(pairs, classes)
        for each, resource in pairs:
            held[_kind(resource, classes)][each] = resource
        roots = [value for value in names.values() if isinstance(value, root)]
        found_root = roots[-1] if roots else found_root
    if faults:
        from pystackdsl.diagnostics import InvalidStack

        raise InvalidStack(faults)
    return held, found_root


def _check(namespaces: Sequence[Any]) -> None:
    """Raise InvalidType for what holds nothing under names."""
    wrong = [each for each in namespaces if not _has_names(each)]
    if wrong:
        from pystackdsl.diagnostics import Diagnostic, InvalidType

        raise InvalidType(
            Diagnostic(
                summary=f"Stack.of() is given {_noun(each)}, which holds no resources under names",
                expected='a mapping such as {"web": web}, a module or a class',
                help=_cure(each),
            )
            for each in wrong
        )


def _has_names(value: object) -> bool:
    if isinstance(value, (Mapping, ModuleType, type)):
        return True
    return hasattr(value, "__dict__") and not isinstance(value, Resource) and not callable(value)


def _noun(value: object) -> str:
    kind = type(value).__name__
    return "None" if value is None else f"{'an' if kind[0].lower() in 'aeiou' else 'a'} {kind}"


def _cure(value: object) -> str:
    if isinstance(value, Resource):
        return "a resource has no name of its own: write Stack.of({NAME: …})"
    if isinstance(value, (list, tuple, set, frozenset)):
        return f'a {type(value).__name__} gives no names: write {{"web": web, …}}'
    return "give what it returns, or a class" if callable(value) else ""


def _kind(resource: Resource, classes: Mapping[str, type[Resource]]) -> str:
    return next(kind for kind, cls in classes.items() if isinstance(resource, cls))


def _members(name: str, value: Any, faults: "list[Diagnostic]") -> Iterator[tuple[str, Resource]]:
    """The resources of a mapping; faults of a mixed one, and of a list, are noted."""
    from_list = isinstance(value, (list, tuple, set, frozenset))
    if not (from_list or isinstance(value, Mapping)) or not value:
        return
    items = list(value if from_list else value.values())
    resources = [item for item in items if isinstance(item, Resource)]
    if not resources:
        return
    if not from_list and len(resources) == len(items):
        yield from ((str(each), resource) for each, resource in value.items())
        return
    from pystackdsl.diagnostics import Diagnostic, KeyPath, Subject

    subjects = (Subject(path=KeyPath(name), resource=resources[0]),)
    if from_list:
        faults.append(
            Diagnostic(
                summary=f"{name} is a list of resources, which gives them no names",
                expected="variables, or a dict whose keys are the names",
                help=f'write {name} = {{"{name.rstrip("s")}-1": …, …}}, '
                "or begin the name with _ if they are not deployed",
                path=KeyPath(name),
                subjects=subjects,
            )
        )
    else:
        other = next(str(each) for each, item in value.items() if not isinstance(item, Resource))
        faults.append(
            Diagnostic(
                summary=f'{name} holds resources and other things, such as "{other}"',
                expected="a dict whose values are all resources",
                help="move the other things into a dict of their own",
                path=KeyPath(name),
                subjects=subjects,
            )
        )


def _clashes(pairs: Sequence[tuple[str, Resource]], classes: Mapping[str, type[Resource]]) -> "Iterator[Diagnostic]":
    """One object under two names, and two objects of one kind under one."""
    names: dict[int, str] = {}
    holders: dict[tuple[str, str], Resource] = {}
    for each, resource in pairs:
        kind = _kind(resource, classes)
        first = names.setdefault(id(resource), each)
        other = holders.setdefault((kind, each), resource)
        if first != each or other is not resource:
            from pystackdsl.diagnostics import Diagnostic, KeyPath, Subject

            noun = kind[:-1]
            if first != each:
                summary = f"one {noun} has two names, {first} and {each}"
                cure = f"keep one name; for a second {noun} that says the same write {each} = evolve({first})"
            else:
                summary = f"two {kind} have the name {each}"
                cure = "give one of them another name"
            path = KeyPath(kind, each)
            yield Diagnostic(summary=summary, help=cure, path=path, subjects=(Subject(path=path, resource=resource),))
