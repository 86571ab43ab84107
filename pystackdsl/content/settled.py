"""Values made final: a text of the stack comes in, the text as a task will read it goes out.

Content is written once and nobody fills it in later, so the paths of secrets and configs become file names here, and
a variable left open is a fault. `source` settles inline content, `templates` the values it is given and every value
that a template reaches.
"""

from pystackdsl.model.names import KEEP_UNICODE, Names, holds_escaped, path_tokens
from pystackdsl.model.variable import Open, has_variable, tokens

__all__ = ["Settling", "UnsettledError"]

_SCALARS = frozenset({int, float, bool, type(None), bytes})


class UnsettledError(ValueError):
    """A value that cannot be made final. `within` is its path inside what was given; the words hold no content."""

    def __init__(self, reason: str, help: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.help = help
        self.within: tuple[str | int, ...] = ()


class Settling:
    """Makes texts and values final by the names of one stack; with None, no path is known."""

    __slots__ = ("_names",)

    def __init__(self, names: Names | None) -> None:
        self._names = names

    def text(self, text: str) -> str:
        """A text with file names in place of path tokens. Raises UnsettledError."""
        raw = str.__str__(text)  # an OpenValue refuses everything but this
        if holds_escaped(raw):
            raise UnsettledError("a path or an open value that was escaped, so it cannot be put in place", KEEP_UNICODE)
        if raw.isascii():
            return raw
        if has_variable(raw):
            raise _left_open(raw)
        if not path_tokens(raw):
            return raw
        if self._names is None or any(self._names.path(token) is None for token in path_tokens(raw)):
            raise UnsettledError(
                "the path of a secret or config that is not in this stack", "hold the resource under a top-level name"
            )
        return self._names.plain(raw)

    def value(self, value: object) -> object:
        """A value with every text in it made final. Sets become sorted lists, as they have no order of their own.

        Objects other than mappings, lists and sets stay as they are. Raises UnsettledError.
        """
        if type(value) in _SCALARS:
            return value
        if isinstance(value, str):
            return self.text(value)
        if type(value) is Open:
            raise _left_open(value.text)
        if isinstance(value, dict):
            return {self.value(name): self._item(name, item) for name, item in value.items()}
        if type(value) in (list, tuple):
            items = [self._item(index, item) for index, item in enumerate(value)]  # type: ignore[var-annotated, arg-type]
            return items if type(value) is list else tuple(items)
        if isinstance(value, set | frozenset):
            return _in_order([self.value(item) for item in value])
        return value

    def _item(self, name: object, item: object) -> object:
        try:
            return self.value(item)
        except UnsettledError as error:
            error.within = (name if isinstance(name, str | int) else str(name), *error.within)
            raise


def _left_open(text: str) -> UnsettledError:
    names = ", ".join(dict.fromkeys(variable.name for variable in tokens(text)))
    return UnsettledError(
        f"the value of {names}, which is left open",
        "make it a parameter of a function that returns the Stack and give it with --set; or give it to the service's "
        f'environment and write {{{{ env "{names.partition(",")[0]}" }}}} in a file with template_driver="golang"',
    )


def _in_order(items: list[object]) -> list[object]:
    try:
        return sorted(items)  # type: ignore[type-var]
    except TypeError:
        raise UnsettledError("a set whose members have no order", "give it as a list") from None
