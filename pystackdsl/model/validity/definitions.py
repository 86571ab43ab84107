"""The resources that are no services, and the stack itself: checked once all services were walked."""

from typing import Any

from pystackdsl.model.stack import Stack
from pystackdsl.model.validity import grants, names, networks, storage
from pystackdsl.model.validity.containers import no_key
from pystackdsl.model.validity.finding import spelled
from pystackdsl.model.validity.holdings import Held
from pystackdsl.model.value import FrozenDict, Resource

__all__ = ["check"]

_KINDS = ("networks", "volumes", "secrets", "configs")


def check(stack: Stack, held: Held) -> None:
    """Check what a stack holds beside its services."""
    networks.check_definitions(stack, held)
    storage.check_definitions(stack, held.found)
    grants.check_definitions(stack, held.found)
    names.check(stack, held)
    for kind in _KINDS:
        for key, resource in getattr(stack, kind).items():
            _resource(kind, key, resource, held)
    if stack.x is not None:
        from pystackdsl.model.validity.extensions import check as check_extensions
        from pystackdsl.model.validity.texts import check_root

        check_extensions("", "", None, stack.x, held.found)
        check_root(stack, held)
    _version(stack, held)


def _resource(kind: str, key: str, resource: Resource, held: Held) -> None:
    said = resource.__dict__
    if any(_is_odd(value) for value in said.values()):
        from pystackdsl.model.validity.texts import check as check_texts

        check_texts(kind, key, resource, held)
    if said["labels"] is not None and "" in said["labels"]:
        no_key(held.found, kind, key, resource, "labels")
    if said["x"] is not None:
        from pystackdsl.model.validity.extensions import check as check_extensions

        check_extensions(kind, key, resource, said["x"], held.found)


def _is_odd(value: Any) -> bool:
    """Whether a value is, or might hold, a text that is not ASCII."""
    kind = type(value)
    if value is None or kind is bool or kind is bytes:
        return False
    if kind is str:
        return not value.isascii()
    if kind is FrozenDict:
        texts = [*value, *value.values()]
        return not all(type(text) is str and text.isascii() for text in texts)
    return isinstance(value, tuple) or hasattr(value, "__attrs_attrs__")


def _version(stack: Stack, held: Held) -> None:
    version = stack.version
    if version in (None, "", "3") or version in [f"3.{minor}" for minor in range(14)]:
        return
    from pystackdsl.diagnostics import KeyPath, Subject

    held.found.error(
        f'Docker has no Compose schema "{spelled(str(version))}"',
        Subject(path=KeyPath("version"), within=KeyPath("version")),
        expected='"3.0" to "3.13"',
        help="leave version out: the schema that fits is written",
    )
