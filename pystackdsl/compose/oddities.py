"""What Docker reads otherwise than it looks: the tree of a file comes in, warnings go out. Nothing is refused here.

`front` comes here with each file that is read without faults.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pystackdsl.compose.goscalar import go_text
from pystackdsl.diagnostics import Diagnostic, KeyPath, Severity
from pystackdsl.model import texts

if TYPE_CHECKING:
    from pystackdsl.compose.document import Document

__all__ = ["oddities"]

Path = tuple[str | int, ...]

_OCTAL_LOOKS: Final = frozenset({400, 440, 444, 600, 640, 644, 660, 664, 666, 700, 750, 755, 770, 775, 777})
"""Numbers that nobody means as decimal file modes."""


def oddities(tree: Mapping[str, Any], document: "Document") -> Iterator[Diagnostic]:
    """Warnings about the values of a tree, which was read from a document and interpolated."""
    services = tree.get("services", {})
    if any(path[-1] != "mode" for path in document.respelled):  # file modes are numbers, and are told below
        for path, value in _text_values(tree):
            written = document.marks.source_text(path)
            if written is not None and written != go_text(value):
                yield _warning(
                    f"Docker reads {written} as {_noun(value)}, and makes the text {go_text(value)} of it",
                    path,
                    help=f'if the text is meant, put it in quotes: "{written}"',
                    kind="respelled-value",
                )
    has_tilde = b"~" in document.data
    for name, service in services.items():
        for kind in ("secrets", "configs"):
            if kind in service:
                yield from _modes(service[kind], ("services", name, kind), document)
        if has_tilde and "volumes" in service:
            yield from _homes(service["volumes"], ("services", name, "volumes"))


def _warning(summary: str, path: Path, *, help: str, kind: str = "") -> Diagnostic:
    return Diagnostic(severity=Severity.WARNING, summary=summary, path=KeyPath(*path), help=help, kind=kind)


def _noun(value: Any) -> str:
    return "a number" if isinstance(value, (int, float)) else "a point in time"


@cache
def _text_maps() -> frozenset[str]:
    """The keys whose values are maps of text, wherever they stand."""
    from pystackdsl.model.key import keys_of
    from pystackdsl.model.value import Value

    maps = {texts.as_environment, texts.as_pairs, texts.as_options, texts.as_log_options}
    classes: list[type] = [Value]
    for cls in classes:
        classes += cls.__subclasses__()
    return frozenset(
        key.name
        for cls in classes
        if hasattr(cls, "__attrs_attrs__")
        for key, _ in keys_of(cls).values()
        if key.converter in maps
    )


def _text_values(tree: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Any]]:
    """The values of text maps that are no text themselves, with their paths."""
    for kind, held in tree.items():
        if kind[:2] != "x-" and isinstance(held, dict):
            for name, item in held.items():
                yield from _values_below(item, KeyPath(kind, name))


def _values_below(node: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    if not isinstance(node, dict):
        return
    for name, item in node.items():
        if name[:2] == "x-" and name != "x-cluster-spec":
            continue
        if name in _text_maps() and isinstance(item, dict):
            for key, value in item.items():
                if value is not None and not isinstance(value, (str, bool)):
                    yield path / name / key, value
        else:
            yield from _values_below(item, path / name)


def _modes(grants: Any, path: Path, document: "Document") -> Iterator[Diagnostic]:
    for position, grant in enumerate(grants):
        mode = grant.get("mode") if isinstance(grant, dict) else None
        if mode not in _OCTAL_LOOKS:
            continue
        here = (*path, position, "mode")
        if document.marks.source_text(here) == str(mode):
            yield _warning(
                f"the mode {mode} is a decimal number, which is {int(mode):04o} as permission bits",
                here,
                help=f"write 0{mode}",
                kind="decimal-file-mode",
            )


def _homes(mounts: Any, path: Path) -> Iterator[Diagnostic]:
    for position, mount in enumerate(mounts):
        is_long = isinstance(mount, dict)
        source = mount.get("source") if is_long and mount.get("type") == "bind" else mount
        if isinstance(source, str) and source[:1] == "~" and source[1:2] not in ("", "/", ":"):
            folder = source.partition("/")[0].partition(":")[0]
            yield _warning(
                f"Docker puts the home folder in place of ~ alone: {folder} is no other user's folder",
                (*path, position, "source") if is_long else (*path, position),
                help="write the whole path",
            )
