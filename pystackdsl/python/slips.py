"""Slips that Python itself notices: an unknown keyword, a misspelt name, attribute or import, a changed frozen value.

An exception and the user's frame that raised it come in; findings with a did-you-mean at the very word go out, or
none where nothing can be said beyond the exception's own text. Called by `places`.
"""

import ast
import builtins
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs

from pystackdsl.diagnostics import Diagnostic, Place, nearest
from pystackdsl.model.value import Resource, Value
from pystackdsl.python.arguments import called
from pystackdsl.python.sources import Node, Source
from pystackdsl.python.tracebacks import Step
from pystackdsl.python.vocabulary import Part, classes, names, parents, secret_keys, spelled, ways_to

__all__ = ["explained"]

_UNEXPECTED = re.compile(r"(?P<callee>[\w.<>]+)\(\) got an unexpected keyword argument '(?P<word>[^']+)'")
_POSITIONAL = re.compile(r"(?P<callee>\w+)\.__init__\(\) takes 1 positional argument but \d+")
_NO_NAME = re.compile(r"cannot import name '(?P<word>[^']+)' from (partially initialized module )?'(?P<module>[^']+)'")
_NO_MEMBER = re.compile(r"module '(?P<module>pystackdsl)' has no attribute '(?P<word>[^']+)'")
_LONGEST = 40


def explained(error: BaseException, step: Step, source: Source, node: Node | None) -> list[Diagnostic]:
    """The findings for a slip, each at its place; empty for an exception that is none."""
    for kind, explain in _EXPLANATIONS:
        if isinstance(error, kind):
            return list(explain(error, step, source, node))
    return []


def _called_wrongly(error: BaseException, step: Step, source: Source, node: Node | None) -> Iterator[Diagnostic]:
    unexpected, positional = _UNEXPECTED.match(str(error)), _POSITIONAL.match(str(error))
    call = node if isinstance(node, ast.Call) else None
    match = unexpected or positional
    if match is None or not _is_ours(match["callee"], call, step):
        return
    cls = classes().get(match["callee"].partition(".")[0])
    if positional:
        if cls is not None and node is not None:
            yield _unnamed(cls, source, call.args[0] if call is not None and call.args else node)
        return
    known = spelled(cls) if cls is not None and match["callee"].endswith(".__init__") else None
    given = call.keywords if call is not None else []
    wrong = [each for each in given if each.arg == match["word"] or (known and each.arg and each.arg not in known)]
    for keyword in wrong:
        value = source.said(keyword.value)
        yield _at_word(_unknown(cls, known, match["callee"], str(keyword.arg), value, step), source, keyword)
    if not wrong and node is not None:
        finding = _unknown(cls, known, match["callee"], match["word"], "", step)
        yield finding.at(Place(source.span(node)))


def _is_ours(callee: str, call: ast.Call | None, step: Step) -> bool:
    """Whether the name that the message gives means something of this package, and not a user's own of that name."""
    root = callee.partition(".")[0]
    if call is None or called(call) != root:
        return root in classes() or root in names()
    found = _looked_up(root, step)
    return found is None or str(getattr(found, "__module__", "")).startswith("pystackdsl.")


def _looked_up(name: str, step: Step) -> Any:
    return step.frame.f_locals.get(name, step.frame.f_globals.get(name))


def _at_word(finding: Diagnostic, source: Source, keyword: ast.keyword) -> Diagnostic:
    """The finding at a keyword's name."""
    return finding.at(Place(source.word(keyword)))


def _unknown(cls: type[Value] | None, known: Any, callee: str, word: str, value: str, step: Step) -> Diagnostic:
    """The finding for a keyword that a class, function or method of ours does not take."""
    if cls is None or known is None:
        words = _parameters(callee, step)
        return Diagnostic(summary=f"{callee}() takes no `{word}`", expected=", ".join(words), help=_guess(word, words))
    summary = f"`{word}` is not a key of {_noun(cls)}"
    fields = list(dict.fromkeys(known.values()))
    if word in known:
        return Diagnostic(summary=summary, help=f"did you mean `{known[word]}`?")
    belongs = _elsewhere(cls, word, "…" if cls.__name__ == "Secret" else value)
    if belongs:
        return Diagnostic(summary=summary, help=belongs)
    help = _guess(word, fields) or _near_below(cls, word)
    return Diagnostic(summary=summary, expected="" if help else ", ".join(fields), help=help)


def _parameters(callee: str, step: Step) -> list[str]:
    """The parameters of a function or method of ours, by its qualified name."""
    root, _, method = callee.partition(".")
    found = getattr(classes().get(root), method, None) if method else getattr(_package(), root, _looked_up(root, step))
    code = getattr(found, "__code__", None)
    if code is None:
        return []
    return [name for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if name != "self"]


def _package() -> Any:
    return sys.modules[__name__.partition(".")[0]]


def _elsewhere(cls: type[Value], word: str, value: str) -> str:
    """Where a key belongs that another class has: below this one, or around it."""
    ways = ways_to(cls, word)
    if ways:
        said = value if value and len(value) <= _LONGEST else "…"
        under = _either("`" + ".".join(part.field for part in way) + "`" for way in ways)
        return f"it belongs under {under}:  {_either(_written(way, word, said) for way in ways)}"
    above = parents(cls, word)
    if above:
        return f"`{word}` is a key of {_either(map(_noun, above))}"
    return ""


def _written(way: Sequence[Part], word: str, value: str) -> str:
    """The call that gives a key in its right place: `ipam=Ipam(config=[IpamConfig(subnet=…)])`."""
    text = f"{spelled(way[-1].cls)[word]}={value}"
    for part in reversed(way):
        name = part.cls.__name__
        name = "OnFailure" if name == "RestartPolicy" and not text.startswith("condition=") else name
        text = f"{part.field}=[{name}({text})]" if part.many else f"{part.field}={name}({text})"
    return text


def _near_below(cls: type[Value], word: str) -> str:
    """A did-you-mean for a key that is both misspelt and in the wrong place."""
    everywhere = {key for other in classes().values() if ways_to(cls, word) == [] for key in spelled(other)}
    guess = nearest(word, sorted(key for key in everywhere if ways_to(cls, key)))
    return f"did you mean `{guess}`? {_elsewhere(cls, guess, '…')}" if guess else ""


def _unnamed(cls: type[Value], source: Source, given: Node) -> Diagnostic:
    first = next(iter(spelled(cls).values()))
    value = source.said(given)
    shown = value if value and len(value) <= _LONGEST and cls.__name__ != "Secret" else "…"
    return Diagnostic(
        summary=f"{cls.__name__}() takes every argument by name",
        help=f"write {cls.__name__}({first}={shown}), or the key that is meant",
        places=(Place(source.span(given)),),
    )


def _frozen(_error: BaseException, _step: Step, source: Source, node: Node | None) -> Iterator[Diagnostic]:
    if node is None:
        return
    target = source.said(node.value) if isinstance(node, ast.Attribute) else ""
    assigned = source.statement(node)
    value = source.said(assigned.value) if isinstance(assigned, ast.Assign) and target else ""
    if isinstance(node, ast.Attribute) and node.attr in secret_keys():
        value = ""
    cure = f"{target or 'changed'} = evolve({target or '…'}, {node.attr if isinstance(node, ast.Attribute) else ''}"
    yield Diagnostic(
        summary="values are frozen: none can be changed",
        help=f"make a changed copy: {cure}={value if 0 < len(value) <= _LONGEST else '…'})",
        places=(Place(source.span(node)),),
    )


def _no_attribute(error: BaseException, _step: Step, source: Source, node: Node | None) -> Iterator[Diagnostic]:
    match = _NO_MEMBER.match(str(error))
    owner = getattr(error, "obj", None)
    word = match["word"] if match else getattr(error, "name", None)
    if node is None or word is None or (owner is None and match is None):
        return
    found = names() if match else [name for name in dir(owner) if not name.startswith("_")]
    ours = type(owner).__module__.startswith("pystackdsl.")
    noun = "pystackdsl" if match else _noun(type(owner)) if ours else f"{type(owner).__name__} object"
    yield Diagnostic(
        summary=f"{noun} has no `{word}`" if match or ours else str(error),
        help=_guess(word, found),
        places=(Place(source.span(node)),),
    )


def _no_name(error: BaseException, step: Step, source: Source, node: Node | None) -> Iterator[Diagnostic]:
    word = getattr(error, "name", None)
    if word is None or node is None:
        return
    if word in names():
        cure = f"import it: from pystackdsl import {word}"
    else:
        held = {**step.frame.f_globals, **step.frame.f_locals}
        here = [name for name in held if not name.startswith("__")]
        cure = _guess(word, here) or _guess(word, [*names(), *dir(builtins)])
    yield Diagnostic(summary=f"`{word}` is not defined", help=cure, places=(Place(source.span(node)),))


def _no_import(error: BaseException, step: Step, source: Source, node: Node | None) -> Iterator[Diagnostic]:
    match = _NO_NAME.match(str(error))
    if node is None or (match is None and not isinstance(error, ModuleNotFoundError)):
        if node is not None and "relative import" in str(error):
            cure = "the file's folder is on the search path: write `from factory import …` without the dot"
            yield Diagnostic(summary=str(error), help=cure, places=(Place(source.span(node)),))
        return
    if match is None:
        word = str(getattr(error, "name", ""))
        yield Diagnostic(
            summary=f"there is no module `{word}`",
            help=_guess(word, _modules_beside(step))
            or "install it beside pystackdsl, or put it next to the stack file",
            places=(Place(source.span(node)),),
        )
        return
    module, word = match["module"], match["word"]
    found = names() if module == "pystackdsl" else dir(sys.modules.get(module))
    cure = _guess(word, [name for name in found if not name.startswith("__")])
    aliases = node.names if isinstance(node, ast.ImportFrom) else []
    at = next((alias for alias in aliases if alias.name == word), node)
    yield Diagnostic(summary=f"{module} has no `{word}`", help=cure, places=(Place(source.span(at)),))


def _modules_beside(step: Step) -> list[str]:
    entries = Path(step.code.co_filename).parent.glob("*")
    return [entry.stem for entry in entries if entry.suffix in ("", ".py") and entry.stem.isidentifier()]


def _guess(word: str, words: Sequence[str]) -> str:
    guess = nearest(word, words)
    return f"did you mean `{guess}`?" if guess and guess != word else ""


def _noun(cls: type) -> str:
    return f"a {cls.__name__.lower()}" if issubclass(cls, Resource) else cls.__name__.strip("_")


def _either(words: Any) -> str:
    *most, last = list(dict.fromkeys(words))[:3]
    return f"{', '.join(most)} or {last}" if most else str(last)


_EXPLANATIONS: Sequence[tuple[type[BaseException], Callable[..., Iterator[Diagnostic]]]] = (
    (TypeError, _called_wrongly),
    (attrs.exceptions.FrozenInstanceError, _frozen),
    (AttributeError, _no_attribute),
    (NameError, _no_name),
    (ImportError, _no_import),
)
