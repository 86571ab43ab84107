"""Which stack of a file: the object that was asked for, else the one that the file itself leaves no doubt about.

The namespace of a stack file that has run comes in; its Stack goes out, or a finding that lists what there is to
choose from. Called by `loader`.
"""
# ruff: noqa: PTH118, PTH119 - pathlib is slow to import

import os
from collections.abc import Callable, Coroutine, Mapping, Sequence
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import attrs

from pystackdsl.model.holding import names_in
from pystackdsl.model.stack import Stack
from pystackdsl.model.value import Resource

if TYPE_CHECKING:
    from pystackdsl.diagnostics import InvalidStack

__all__ = ["PSEUDO", "Candidate", "Chosen", "candidates", "choose", "nothing"]

PSEUDO: Final = "<pystackdsl>"
"""The file name of code that runs between the frames of this package and the user's."""

Settings = Mapping[str, Sequence[str]]


class Candidate(NamedTuple):
    """A public name of a stack file that could be meant by it, beside its loose resources."""

    name: str
    kind: Literal["Stack", "class", "function"]
    value: Any


class Chosen(NamedTuple):
    """The stack of a file, and whether its loose resources made it."""

    stack: Stack
    loose: bool


def choose(file: str, namespace: Mapping[str, Any], folder: str, wanted: str | None, settings: Settings) -> Chosen:
    """The stack of a file whose top-level names are `namespace`; relative paths start from `folder`.

    In this order: the object named `wanted`; the loose resources; the only Stack or class; the only function that
    says it returns a Stack and needs no more than the settings; an empty one where there is none. Raises InvalidStack.
    """
    if wanted is not None:
        if wanted not in namespace:
            raise _absent(file, namespace, wanted)
        return Chosen(_stack_of(file, wanted, namespace[wanted], folder, settings), loose=False)
    loose = Stack.of(namespace, base=folder)
    if any(loose.resources()):
        if settings:
            raise _no_settings(file, namespace, "the stack is made of the loose resources of this file")
        return Chosen(loose, loose=True)
    found = candidates(namespace)
    only = _only(found, settings)
    if only is None and not found:
        return Chosen(loose, loose=True)
    if only is None:
        raise _undecided(file, found)
    return Chosen(_stack_of(file, only.name, only.value, folder, settings), loose=False)


def candidates(namespace: Mapping[str, Any]) -> list[Candidate]:
    """The Stacks, the classes that hold resources and the functions that return a Stack, each once."""
    found: dict[int, Candidate] = {}
    for name, value in names_in(namespace).items():
        if isinstance(value, Stack):
            found.setdefault(id(value), Candidate(name, "Stack", value))
        elif isinstance(value, type):
            if not _is_ours(value) and any(map(_holds_resources, names_in(value).values())):
                found.setdefault(id(value), Candidate(name, "class", value))
        elif callable(value) and not _is_ours(value) and _returns_stack(value):
            found.setdefault(id(value), Candidate(name, "function", value))
    return list(found.values())


def _holds_resources(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(isinstance(item, Resource) for item in value.values())
    return isinstance(value, Resource)


def _is_ours(value: Any) -> bool:
    return str(getattr(value, "__module__", "")).partition(".")[0] == "pystackdsl"


def _returns_stack(value: Any) -> bool:
    """Whether a function's annotation says that it returns a Stack; one that cannot be read does not."""
    try:
        result = value.__annotations__.get("return")
        for _ in range(2):  # quoted, in a file whose annotations are all text
            if isinstance(result, str):
                import inspect

                result = eval(result, dict(inspect.unwrap(value).__globals__))  # noqa: S307 - the user's own
    except Exception:
        return False
    return isinstance(result, type) and issubclass(result, Stack)


def _only(found: Sequence[Candidate], settings: Settings) -> Candidate | None:
    plain = [each for each in found if each.kind != "function"]
    if plain:
        return plain[0] if len(plain) == 1 else None
    if len(found) > 1:
        from pystackdsl.python.settings import missing

        found = [each for each in found if not missing(each.value, settings)]
    return found[0] if len(found) == 1 else None


def _stack_of(file: str, name: str, value: Any, folder: str, settings: Settings) -> Stack:
    """The stack that an object of the file is, holds or returns."""
    if callable(value) and not isinstance(value, type):
        return _based(_returned(file, name, value, settings), folder)
    if settings:
        raise _no_settings(file, {name: value}, f"{name} is {_article(value)}")
    if isinstance(value, Stack):
        return _based(value, folder)
    if isinstance(value, type | Mapping | ModuleType) and not _is_ours(value):
        stack = Stack.of(value, base=folder)
        if any(stack.resources()):
            return stack
    raise _invalid(
        file,
        f"{name} is {_article(value)}, and holds no stack",
        expected="a Stack, a class or a dict that holds resources, or a function that returns a Stack",
        help="a loose resource is part of the file's own stack: leave the name out"
        if isinstance(value, Resource)
        else "",
        names=[name],
    )


def _returned(file: str, name: str, function: Callable[..., Any], settings: Settings) -> Stack:
    from pystackdsl.python.settings import filled

    given, named = filled(name, function, settings)
    if _is_async(function):
        raise _awaited(file, name)
    # A frame that ends the user's own: what the function makes is not to be traced further out.
    frame = {"__name__": PSEUDO, "function": function, "given": given, "named": named}
    exec(compile("result = function(*given, **named)", PSEUDO, "exec"), frame)  # noqa: S102 - a constant text
    result = frame["result"]
    if isinstance(result, Coroutine):
        result.close()
        raise _awaited(file, name)
    if not isinstance(result, Stack):
        cure = "end it with `return Stack.of(…)`"
        raise _invalid(file, f"{name}() returned {_article(result)}, not a Stack", help=cure, names=[name])
    return result


def _is_async(function: Callable[..., Any]) -> bool:
    import inspect

    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def _awaited(file: str, name: str) -> "InvalidStack":
    cure = f"write it as a plain function: def {name}(…) -> Stack:"
    return _invalid(file, f"{name}() is async, and nothing awaits it here", help=cure, names=[name])


def _based(stack: Stack, folder: str) -> Stack:
    base = folder if stack.base is None else os.path.join(folder, stack.base)
    return attrs.evolve(stack, base=base)


def _article(value: Any) -> str:
    if value is None:
        return "nothing"
    kind = type(value).__name__
    kind = {"type": "class", "ModuleType": "module"}.get(kind, kind.lower() if isinstance(value, Resource) else kind)
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"


def _listed(found: Sequence[Candidate]) -> str:
    from pystackdsl.python.settings import signature

    said = [
        (each.name + (signature(each.value) if each.kind == "function" else ""), f"a {each.kind}") for each in found
    ]
    width = max((len(name) for name, _ in said), default=0)
    return "\n".join(["one of these:", *(f"{name:{width}}  {word}" for name, word in said)])


def _undecided(file: str, found: Sequence[Candidate]) -> "InvalidStack":
    shown = os.path.basename(file)
    return _invalid(
        file,
        f"{shown} leaves open which stack is meant",
        expected=_listed(found),
        help=f"name one: {shown}:{min(found, key=lambda each: each.kind == 'function').name}",
        names=[each.name for each in found],
    )


def nothing(file: str, namespace: Mapping[str, Any]) -> "InvalidStack":
    """The error for a file that neither makes a stack nor loses anything."""
    private = [name for name, value in namespace.items() if name[:1] == "_" and _holds_resources(value)]
    cure = 'bind resources to names at the top level, such as web = Service(image="nginx")'
    if private:
        cure = f"a name that begins with _ is private: {private[0]} is not deployed"
    names = private[:1]
    silent = [] if private else _silent(namespace)
    if len(silent) == 1:
        names = silent
        cure = f"if {silent[0]}() returns the stack, annotate it: def {silent[0]}(…) -> Stack:"
    summary = f"{os.path.basename(file)} holds no stack"
    expected = "resources, a Stack, or a function annotated `-> Stack`"
    return _invalid(file, summary, expected=expected, help=cure, names=names)


def _silent(namespace: Mapping[str, Any]) -> list[str]:
    """The public functions of a file that do not say what they return."""
    return [
        name
        for name, value in names_in(namespace).items()
        if isinstance(value, FunctionType) and value.__globals__ is namespace and "return" not in value.__annotations__
    ]


def _absent(file: str, namespace: Mapping[str, Any], wanted: str) -> "InvalidStack":
    from pystackdsl.diagnostics import nearest

    found = candidates(namespace)
    public = [name for name, value in names_in(namespace).items() if not isinstance(value, ModuleType)]
    guess = nearest(wanted, [each.name for each in found]) or nearest(wanted, public)
    return _invalid(
        file,
        f'{os.path.basename(file)} has no object "{wanted}"',
        expected=_listed(found) if found else "",
        help=f"did you mean {guess}?" if guess else "",
    )


def _no_settings(file: str, namespace: Mapping[str, Any], why: str) -> "InvalidStack":
    functions = [each for each in candidates(namespace) if each.kind == "function"]
    cure = f"name the function: {os.path.basename(file)}:{functions[0].name}" if functions else ""
    return _invalid(
        file,
        f"there is nothing to set: {why}",
        expected="a function that returns a Stack, whose parameters the settings fill",
        help=cure,
        names=[each.name for each in functions],
    )


def _invalid(
    file: str, summary: str, *, expected: str = "", help: str = "", names: Sequence[str] = ()
) -> "InvalidStack":
    from pystackdsl.diagnostics import Diagnostic, InvalidStack
    from pystackdsl.python.bindings import bound_at

    finding = Diagnostic(summary=summary, expected=expected, help=help)
    return InvalidStack(finding.at(*bound_at(file, names)))
