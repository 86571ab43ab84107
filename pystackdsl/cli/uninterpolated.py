"""Stack YAML taken as it stands, with `${…}` for text like any other: what `config --skip-interpolation` needs.

What a deploy would refuse of a text with a variable says nothing, since the variable would have its value by then. So
where only that is wrong, each `$` becomes a variable itself, which is left open, and is put back again.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pystackdsl.compose import front
from pystackdsl.diagnostics import InvalidStack, Severity
from pystackdsl.model.alteration import altered
from pystackdsl.model.mount_options import BindOptions, VolumeOptions
from pystackdsl.model.mounts import Mount, split_mount
from pystackdsl.model.network import default_network
from pystackdsl.model.service import Service
from pystackdsl.model.stack import Stack
from pystackdsl.model.value import FrozenDict, Value
from pystackdsl.model.variable import CLOSE, OPEN, Open

__all__ = ["load_as_it_stands", "plain_stack", "unmarked"]

_DOLLAR: Final = "PYSTACKDSL_DOLLAR"
"""The variable that stands for a dollar sign."""
_PATH: Final = f"./{_DOLLAR}/"
"""What makes a path of the text before the colon of a mount, so that it need not be the name of a volume."""


def load_as_it_stands(
    texts: Sequence[front.StackText], environment: Mapping[str, str], base: Path | None
) -> front.Loaded:
    """What `front.load_texts` makes of texts whose variables stay as they are. Raises InvalidStack as it does."""
    try:
        return front.load_texts(texts, environment=environment, base=base, mode="skip")
    except InvalidStack as error:
        errors = [finding for finding in error.findings if finding.severity is Severity.ERROR]
        if any(finding.rule != "deploy" for finding in errors):
            told = (each for each in error.findings if each.rule != "deploy" or "$" not in each.summary)
            raise InvalidStack(told) from None
        marked = [front.StackText(text.data.replace(b"$", f"${{{_DOLLAR}}}".encode()), text.file) for text in texts]
        try:
            found = front.load_texts(marked, environment={**environment, _DOLLAR: f"{_PATH}$"}, base=base, mode="open")
        except InvalidStack:
            raise error from None
        warnings = tuple(finding for finding in error.findings if finding not in errors)
        return front.Loaded(found.stack, warnings, found.documents, {}, {})


def plain_stack(stack: Stack) -> Stack:
    """The stack with texts in place of open values, for printing alone."""
    plain: Stack = _plain(stack, {})
    return plain


def _plain(value: Any, seen: dict[int, Any]) -> Any:
    """A copy with texts in place of open values, in which every value is still one and the same."""
    if type(value) is Open:
        return value.text
    if type(value) is Service:
        mounts: Any = value.volumes or ()
        if any(type(each) is Open for each in mounts):
            value = altered(value, volumes=tuple(_mount(each) if type(each) is Open else each for each in mounts))
    if isinstance(value, Value) and value is not default_network:
        if id(value) not in seen:
            twin = seen[id(value)] = object.__new__(type(value))
            twin.__dict__.update({name: _plain(item, seen) for name, item in value.__dict__.items()})
            if type(value) is Mount and str(value.source).startswith(f"{_PATH}$"):  # a volume's name, as Docker has it
                twin.__dict__.update(type="volume", source=str(value.source).removeprefix(_PATH))
        return seen[id(value)]
    if type(value) is tuple:
        return tuple(_plain(item, seen) for item in value)
    if type(value) is FrozenDict:
        return FrozenDict({name: _plain(item, seen) for name, item in value.items()})
    return value


def _mount(short: Open) -> Mount:
    """A mount that the text of a path makes, whatever its variables are."""
    parts = split_mount(unmarked(short.text))
    return Mount(
        type=parts.type,
        source=parts.source,
        target=parts.target,
        read_only=parts.read_only or None,
        volume=VolumeOptions(nocopy=True) if parts.nocopy else None,
        bind=BindOptions(propagation=parts.propagation) if parts.propagation else None,
    )


def unmarked(tree: Any) -> Any:
    """A tree with its dollar signs."""
    if isinstance(tree, str):
        return tree.replace(f"{OPEN}{_DOLLAR}{CLOSE}", "$").replace(f"${{{_DOLLAR}}}", "$")
    if isinstance(tree, dict):
        return {unmarked(key): unmarked(value) for key, value in tree.items()}
    return [unmarked(item) for item in tree] if isinstance(tree, list) else tree
