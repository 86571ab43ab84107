"""The jinja2 environment that templates of configs and secrets run in: what they may reach, and for how long.

Made by `templates`, one for each folder of templates; importing this imports jinja2. A template sees its values and
the files of its own folder. What it prints is the same on every run, and it cannot run for ever.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, cast

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, nodes, pass_context
from jinja2.exceptions import TemplateRuntimeError, UndefinedError
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import MAX_RANGE, ImmutableSandboxedEnvironment
from jinja2.utils import missing

from pystackdsl.content.settled import Settling
from pystackdsl.model.key import declared
from pystackdsl.model.value import Resource, Value

__all__ = ["LARGEST_TEMPLATE", "OwnFolder", "RefusedError", "Sandbox", "UnsetError"]

LARGEST_TEMPLATE = 2_000_000
"""The most bytes that one template file may have."""

STEPS = 1_000_000
"""How many calls and turns of loops one rendering may take."""

_COUNTED = "pystackdsl counted"
_PLAIN = frozenset({str, int, float, bool, type(None)})


class RefusedError(TemplateRuntimeError):
    """A template asked for what it may not have, or for too much. The words hold no value, but for `file`: the file it
    asked for, which `reason` goes on about.
    """

    def __init__(self, reason: str, help: str = "", *, file: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.help = help
        self.file = file


class UnsetError(UndefinedError):
    """A name without a value: a top-level one, or an attribute or item of `owner`."""

    def __init__(self, message: str | None = None, *, name: object, owner: object) -> None:
        super().__init__(message)
        self.name = name
        self.owner = owner

    @property
    def is_top(self) -> bool:
        """Whether the name should be one of the template's values."""
        return self.owner is missing


class NoValue(StrictUndefined):
    """What an undefined name gives: an error at every use, even inside the text of a list."""

    __slots__ = ()

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        exc: type[TemplateRuntimeError] = UndefinedError,
    ) -> None:
        told = cast("type[UnsetError]", partial(UnsetError, name=name, owner=obj)) if exc is UndefinedError else exc
        super().__init__(hint, obj, name, told)

    __repr__ = Undefined._fail_with_undefined_error  # noqa: SLF001 - as jinja2 itself makes its strict methods


class OwnFolder(BaseLoader):
    """Loads templates from one folder and those below it. A name is relative to the folder, with `/` between parts.

    `texts` has the text of each file loaded so far, by its path. A template that the stack itself names is given with
    `give`: where it lies is the user's choice.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.texts: dict[str, str] = {}
        self._given: set[str] = set()

    def give(self, name: str, text: str) -> None:
        """Take the text of the file `name` of the folder as it was read."""
        self._given.add(name)
        self.texts[str(self.folder / name)] = text

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002
        """The text and path of a template, for jinja2."""
        path = self.folder / template
        if template not in self._given:
            self.texts[str(path)] = self._text(template, path)
        return self.texts[str(path)], str(path), lambda: True

    def _text(self, name: str, path: Path) -> str:
        strange = name.startswith("/") or ".." in name.split("/") or "\\" in name or "\0" in name
        if strange or not path.resolve().is_relative_to(self.folder.resolve()):
            raise RefusedError("is not in the template's own folder", "move the file there", file=name)
        if not path.is_file():
            raise TemplateNotFound(name)
        try:
            with path.open("rb") as file:
                data = file.read(LARGEST_TEMPLATE + 1)
            text = data.decode()
        except OSError:
            raise RefusedError("cannot be read", file=name) from None
        except UnicodeDecodeError:
            raise RefusedError("is not UTF-8 text", file=name) from None
        if len(data) > LARGEST_TEMPLATE:
            raise RefusedError(f"has more than {LARGEST_TEMPLATE:,} bytes", file=name)
        return text


class Sandbox(ImmutableSandboxedEnvironment):
    """A sandbox for the templates of one folder. `begin` starts each rendering anew."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, loader: OwnFolder, settling: Settling) -> None:
        super().__init__(
            loader=loader,
            undefined=NoValue,
            autoescape=False,
            keep_trailing_newline=True,
            auto_reload=False,
            finalize=self._printed,
        )
        self._settling = settling
        self._steps = 0
        self._may_show_secrets = False
        self.globals["range"] = _range
        self.filters[_COUNTED] = self._counted
        del self.globals["lipsum"], self.filters["random"]  # they give something else on every run

    def begin(self, *, in_secret: bool) -> None:
        """Start a rendering; only one of a secret may use what is in other secrets."""
        self._steps = 0
        self._may_show_secrets = in_secret

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The value of `obj.attribute` in a template."""
        return self._settled(super().getattr(obj, attribute))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The value of `obj[argument]` in a template."""
        return self._settled(super().getitem(obj, argument))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may reach an attribute: not what is in a secret, unless the template is a secret's."""
        if isinstance(obj, Value) and not self._may_show_secrets:
            found = declared(type(obj)).get(attr)
            if attr == "resolved" or (found is not None and found[0].secret):
                return False
        return super().is_safe_attribute(obj, attr, value)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """What a call in a template gives; calls are counted."""
        self._step()
        return self._settled(super().call(context, obj, *args, **kwargs))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The result of `*` or `**`, unless it would be very large."""
        if operator == "*" and any(_times(a, b) > LARGEST_TEMPLATE for a, b in ((left, right), (right, left))):
            raise RefusedError("it repeats a text or list too often")
        whole = isinstance(left, int) and isinstance(right, int)
        if operator == "**" and whole and left.bit_length() * abs(right) > 100_000:
            raise RefusedError("it raises a number to too great a power")
        return super().call_binop(context, operator, left, right)

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        for loop in source.find_all(nodes.For):
            counted = nodes.Filter(loop.iter, _COUNTED, [], [], None, None)
            loop.iter = counted.set_lineno(loop.iter.lineno).set_environment(self)
        return super()._generate(source, name, filename, defer_init)

    @pass_context
    def _counted(self, _: Context, items: Iterable[Any]) -> Iterator[Any]:
        for item in self._settled(items) if isinstance(items, set | frozenset) else items:
            self._step()
            yield self._settled(item)

    def _step(self) -> None:
        self._steps += 1
        if self._steps > STEPS:
            raise RefusedError(f"it takes more than {STEPS:,} calls and turns of loops")

    def _settled(self, value: Any) -> Any:
        return value if type(value) in _PLAIN and not _may_hold_token(value) else self._settling.value(value)

    def _printed(self, value: Any) -> Any:
        """What stands in the output for a value: texts, numbers, lists and mappings, and what has a text of its own."""
        if isinstance(value, Undefined):
            return value
        value = self._settled(value)
        if type(value) in _PLAIN and value is not None:
            return value
        fault = _unprintable(value)
        if fault is not None:
            raise fault
        return self._settled(str(value))


def _unprintable(value: Any) -> RefusedError | None:
    """Why a value has no text that is the same on every run, and is what was meant."""
    if value is None:
        return RefusedError("it prints None", 'write {{ … or "" }} where there may be no value')
    if isinstance(value, Resource):
        noun = type(value).__name__
        return RefusedError(
            f"it prints a {noun}, which has no text", "print one of its attributes, such as path or name"
        )
    if isinstance(value, bytes):
        return RefusedError("it prints bytes", "give the template a text")
    if callable(value) or (not isinstance(value, str) and " at 0x" in str(value)):
        noun = type(value).__name__
        return RefusedError(
            f"it prints a value of type {noun}, which has no text", "call it, or print one of its parts"
        )
    return None


def _may_hold_token(value: Any) -> bool:
    return type(value) is str and not value.isascii()


def _range(*bounds: int) -> range:
    found = range(*bounds)
    if found.start != found.stop and abs(found.stop - found.start) // abs(found.step) > MAX_RANGE:
        raise RefusedError(f"it asks for a range of more than {MAX_RANGE:,} numbers")
    return found


def _times(number: Any, repeated: Any) -> int:
    return number * len(repeated) if isinstance(number, int) and isinstance(repeated, str | bytes | list | tuple) else 0
