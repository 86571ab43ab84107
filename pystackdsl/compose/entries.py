"""Maps of text in Compose text: environments, labels, options and host names, as mappings or as lists.

Each function takes a node of the tree and gives what the model holds of it; a value that does not fit raises Misfit.
Numbers and dates become the text that Docker makes of them.
"""

from typing import Any, cast

from pystackdsl.compose import forms
from pystackdsl.compose.goscalar import go_text
from pystackdsl.compose.misfit import DEPLOY, Gathering, misfit, shown
from pystackdsl.model.texts import split_pairs
from pystackdsl.model.value import FrozenDict

__all__ = ["environment", "hosts", "log_options", "options", "pairs"]


def environment(value: Any) -> FrozenDict[str, str | None]:
    """A mapping to text, numbers or nothing, or a list of `KEY=VALUE` and `KEY`."""
    if type(value) is dict:
        return _entries(value)
    if type(value) is not list:
        raise misfit(
            f"{shown(value)} is not a mapping or a list",
            expected="a mapping (KEY: VALUE), or a list of KEY=VALUE",
            help=forms.as_list(value) if isinstance(value, str) and "=" in value else "",
        )
    if any(type(item) is dict for item in value):
        forms.each(value, _pair)
    return split_pairs(forms.texts(value))


def _pair(item: Any) -> str:
    """An item of a list of `KEY=VALUE`; the value of one that is a mapping may be a secret, and is not shown."""
    if type(item) is not dict or len(item) != 1:
        return forms.text(item)
    name = next(iter(item)).partition("=")[0]
    cure = f"write `- {name}=…`, or leave out the dashes: `{name}: …`"
    raise misfit("a mapping is not text", expected="text KEY=VALUE", help=cure)


def pairs(value: Any) -> FrozenDict[str, str]:
    """The same, where nothing is empty text."""
    return _filled(environment(value))


def options(value: Any) -> FrozenDict[str, str]:
    """A mapping to text or numbers."""
    return _filled(_entries(forms.mapping(value), empty=False, strict=False))


def log_options(value: Any) -> FrozenDict[str, str]:
    """A mapping to text, numbers or nothing, which is empty text."""
    return _filled(_entries(forms.mapping(value), strict=False))


def _filled(found: FrozenDict[str, str | None]) -> FrozenDict[str, str]:
    if None in found.values():
        return FrozenDict({name: item or "" for name, item in found.items()})
    return cast("FrozenDict[str, str]", found)


def _entries(value: dict[str, Any], *, empty: bool = True, strict: bool = True) -> FrozenDict[str, str | None]:
    """The entries of a mapping. A `strict` one has no key without a letter; in others, Docker checks no such key."""
    for name, item in value.items():
        if type(item) is not str or not name:
            break
    else:
        if "\n" not in value:
            return FrozenDict(value)
    gathering = Gathering()
    found = {name: gathering.below(name, _entry, name, item, empty, strict) for name, item in value.items()}
    gathering.settle()
    return FrozenDict(found)


def _entry(name: str, item: Any, empty: bool, strict: bool) -> str | None:
    is_unchecked = not name.replace("\n", "")
    if is_unchecked and strict:
        raise misfit("an entry has an empty key", expected="a key before the colon", at_key=True)
    if type(item) is str or (item is None and (empty or is_unchecked)):
        return item
    if isinstance(item, bool) and is_unchecked:
        return forms.number_text(item)
    if isinstance(item, (bool, dict, list, type(None))):
        wanted = "text, a number, or nothing" if empty else "text or a number"
        help = f'put it in quotes: "{forms.number_text(item)}"' if isinstance(item, bool) else _cure(name, item)
        raise misfit(f"{shown(item)} is not {wanted}", expected=wanted, help=help)
    return go_text(item)


def _cure(name: str, item: Any) -> str:
    from pystackdsl.compose.strangers import inside

    return 'write "" for an empty text' if item is None else inside(name, item)


def hosts(value: Any) -> tuple[str, ...]:
    """A list of `host:address`, or a mapping, which Docker sorts; entries without an address are no entries."""
    if type(value) is list:
        if any(type(item) is dict for item in value):
            forms.each(value, _host)
        return forms.texts(value)
    if type(value) is not dict:
        raise misfit(f"{shown(value)} is not a mapping or a list", expected="a mapping HOST: ADDRESS, or a list")
    gathering = Gathering()
    gathering.read(_entries, value)
    for host, item in value.items():
        gathering.below(host, _check_host, host, item)
    gathering.settle()
    return tuple(sorted(f"{host}:{go_text(item)}" for host, item in value.items() if item is not None))


def _host(item: Any) -> str:
    if type(item) is not dict or len(item) != 1:
        return forms.text(item)
    [(host, address)] = item.items()
    if not isinstance(address, str):
        return forms.text(item)
    raise misfit("a mapping is not text", expected="text HOST:ADDRESS", help=f'write "{host}:{address}"')


def _check_host(host: str, item: Any) -> None:
    """Refuse what Docker takes and makes nonsense of: it writes numbers as `%!s(int=1)`, and splits at `=` later."""
    if type(item) in (int, float):
        raise misfit(f"{shown(item)} is not an address", expected="an IP address, or host-gateway", rule=DEPLOY)
    if "=" in host or (type(item) is str and "=" in item):
        raise misfit(f"{host}: {item} holds a =", expected="a host name and an IP address", rule=DEPLOY)
