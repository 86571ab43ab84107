"""Words for what a stack file made and does not deploy, or deploys though it looks like a template.

What `census` found comes in; errors and warnings at the user's own lines go out. Called by `loader`.
"""

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from pystackdsl.diagnostics import Diagnostic, KeyPath, Place, Severity, Subject
from pystackdsl.model.value import Resource
from pystackdsl.python.bindings import bound_at
from pystackdsl.python.census import Load, deployed_templates, made_by, unused_modules
from pystackdsl.python.places import placed
from pystackdsl.python.selection import candidates
from pystackdsl.python.sources import Node, Source, Sources

__all__ = ["doubts", "errors"]


def errors(lost: Sequence[Sequence[Resource]]) -> list[Diagnostic]:
    """An error for each place that made resources which nothing holds."""
    sources = Sources()
    return [_told(sources, group) for group in lost]


def _told(sources: Sources, group: Sequence[Resource]) -> Diagnostic:
    first, count = group[0], len(group)
    noun = type(first).__name__.lower()
    lost = f"a {noun} is made here and lost: no name holds it"
    if count > 1:
        lost = f"{count} {noun}s are made here and lost: no name holds them"
    help, places = _fate(sources, first, noun)
    finding = placed([Diagnostic(summary=lost, help=help, subjects=(Subject(path=KeyPath(), resource=first),))])[0]
    return finding.at(*finding.places, *places)


def _fate(sources: Sources, resource: Resource, noun: str) -> tuple[str, list[Place]]:
    """The cure for a lost resource, by the statement that dropped it, and the place of what took its name."""
    for code, lasti in resource.origin.frames if resource.origin is not None else ():
        try:
            source, node = sources.node(code, lasti)
        except LookupError:
            continue
        statement = source.statement(node) if node is not None else None
        if node is None or statement is None or isinstance(statement, ast.Return) or _is_deferred(source, node):
            continue
        function = source.scope(statement)
        if _returns(function, _target(statement)):
            continue
        if not isinstance(function, ast.Module):
            return f"return it from {code.co_name}(), and hold what is returned under a name", []
        return _dropped_by(source, statement, noun)
    return f"bind it to a name: {noun} = …", []


def _is_deferred(source: Source, node: Node) -> bool:
    """Whether a node gives its value to whoever calls the lambda around it."""
    return any(isinstance(each, ast.Lambda) for each in source.parents(node))


def _returns(function: ast.AST, target: ast.expr | None) -> bool:
    """Whether a function gives back what it binds to the name `target`."""
    if not isinstance(target, ast.Name) or isinstance(function, ast.Module):
        return False
    values = (node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None)
    names = (node.id for value in values for node in ast.walk(value) if isinstance(node, ast.Name))
    return target.id in names


def _dropped_by(source: Source, statement: ast.stmt, noun: str) -> tuple[str, list[Place]]:
    """The cure for a resource that a top-level statement made and dropped."""
    target = _target(statement)
    if isinstance(target, ast.Name):
        others = [each for each in source.bindings(source.tree, target.id) if each is not target]
        later: list[Any] = [each for each in others if getattr(each, "lineno", 0) > statement.lineno]
        if later:
            last = min(later, key=lambda each: each.lineno)
            span = source.line(last.lineno) if isinstance(last, ast.stmt) else source.span(last)
            word = "deleted" if isinstance(getattr(last, "ctx", None), ast.Del) else "bound again"
            cure = f"give one of them another name; what is only a template begins with _: _{target.id}"
            return cure, [Place(span, f"{target.id} is {word} here")]
        if any(isinstance(each, ast.For | ast.While) for each in source.parents(statement)):
            name = f"{noun}s" if target.id.endswith("s") else f"{target.id}s"
            return f"collect them in a dict: {name} = {{}}, and in the loop {name}[…] = {target.id}", []
    if isinstance(statement, ast.Expr):
        return f"bind it to a name: {noun} = …; a template begins with _: _{noun} = …", []
    if isinstance(target, ast.Subscript):
        container = source.said(target.value)
        return f"give each its own key, in a dict at the top level whose values are all resources: {container}", []
    return f"hold it under a name of its own, or in a dict at the top level whose values are all {noun}s", []


def _target(statement: ast.stmt) -> ast.expr | None:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return statement.targets[0]
    return statement.target if isinstance(statement, ast.AnnAssign | ast.For) else None


def doubts(load: Load) -> list[Diagnostic]:
    """The warnings for a stack that loose resources make."""
    return [*_templates(load), *_others(load), *_modules(load)]


def _templates(load: Load) -> Iterator[Diagnostic]:
    """A service that is imported, deployed, and also what others are evolved from."""
    modules = {str(module.__file__): name for name, module in load.modules.items()}
    for name, others in deployed_templates(load).items():
        service = load.stack.services[name]
        module = modules.get(made_by(service), "…")
        path = KeyPath("services", name)
        finding = Diagnostic(
            summary=f"service {name} is deployed although others are made from it: {', '.join(others)}",
            severity=Severity.WARNING,
            path=path,
            help=f"if it is a template, import it under a private name: from {module} import {name} as _{name}",
            subjects=(Subject(path=path, resource=service),),
        )
        made = placed([finding])[0].places
        here = bound_at(load.file, [name])
        yield finding.at(*here, *(Place(place.span, "made here") for place in made)) if here else finding.at(*made)


def _others(load: Load) -> Iterator[Diagnostic]:
    """Loose resources are the stack, but the services stand in a class, a Stack or a function."""
    others = candidates(load.namespace)
    if others and not load.stack.services:
        shown = load.file.replace("\\", "/").rpartition("/")[2]
        names = ", ".join(each.name for each in others)
        yield Diagnostic(
            summary=f"{shown} has loose resources but no loose service: they alone are the stack, without {names}",
            severity=Severity.WARNING,
            help=f"name the stack that is meant: {shown}:{others[0].name}",
            places=tuple(bound_at(load.file, [each.name for each in others])),
        )


def _modules(load: Load) -> Iterator[Diagnostic]:
    """A module is imported as a whole, holds services, and gives none of them to the stack."""
    for name, module, services in unused_modules(load):
        yield Diagnostic(
            summary=f"the services of {module.__name__} are not in this stack: {', '.join(services)}",
            severity=Severity.WARNING,
            help=f"import them by name: from {module.__name__} import {', '.join(services)}",
            places=tuple(bound_at(load.file, [name])),
        )
