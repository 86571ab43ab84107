"""Assets: the files that a built stack needs beside it, since Compose text carries no content.

`build` comes here with a stack before it is spelled. Out come the stack with `file=` where it had inline content, and
the bytes of those files. Nothing is written here, and what is in a secret never becomes a file.
"""

import os
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pystackdsl.content.item import Item
    from pystackdsl.diagnostics import Diagnostic
    from pystackdsl.model.secret import Config, Secret
    from pystackdsl.model.stack import Stack

__all__ = ["asset_names", "secret_faults", "unused_assets", "with_assets"]


def with_assets(
    stack: "Stack", *, folder: "Path | None", stack_name: str | None, rotate: bool, label: str | None = None
) -> "tuple[Stack, dict[Path, bytes]]":
    """The stack as a stack file can tell it, and the files that belong beside it: path → bytes.

    A config with `content` or `template` gets a file in `folder`, called LABEL+KEY with the ending of its template.
    The label keeps apart the files of several outputs in one folder: best the output's own name, without its ending;
    by default the stack's name, else "stack". With `rotate`, each secret and config that has no `name` of its own and
    whose content is known gets the name STACK_key-digest, where STACK is `stack_name`, else the stack's own name.

    Raises InvalidStack, with all findings: a config's content without a folder, a secret with `content` or
    `template`, content that cannot be had, rotation without a stack name.
    """
    if not rotate and not any(_is_inline(resource) for _, resource in _held(stack)):
        return stack, {}
    name = stack_name if stack_name or stack.name is None else str.__str__(stack.name)
    work = _Work(stack, folder, label or name or "stack", name if rotate else None)
    if rotate and not name:
        work.faults.append(_nameless())
    for key, resource in _held(stack):
        work.add(key, resource)
    if work.faults:
        from pystackdsl.diagnostics import InvalidStack

        raise InvalidStack(work.faults)
    from pystackdsl.compose.exchange import exchanged

    return exchanged(stack, work.others), work.assets


def secret_faults(stack: "Stack") -> "list[Diagnostic]":
    """The faults of the secrets whose content stands in a stack, where it is to be written to a file."""
    from pystackdsl.content.item import Item

    held = ((key, resource) for key, resource in stack.secrets.items() if _is_inline(resource))
    return [_secret_in_build(Item(resource, key)) for key, resource in held]


def unused_assets(folder: "Path", label: str, assets: "Collection[Path]") -> "list[Diagnostic]":
    """Remarks on the files in `folder` that an earlier build wrote with this label and that are not among `assets`."""
    from pystackdsl.diagnostics import Diagnostic, Severity

    try:
        found = sorted(path for path in folder.glob("*+*") if path.is_file())
    except OSError:
        return []
    used = {path.name for path in assets}
    return [
        Diagnostic(
            severity=Severity.INFO,
            summary=f"{path} is no longer used: an earlier build wrote it",
            help="remove it when no stack file needs it any more",
        )
        for path in found
        if path.name.startswith(f"{_safe(label)}+") and path.name not in used
    ]


def asset_names(label: str, configs: "Mapping[str, Config]") -> dict[str, str]:
    """The file name of each config's content, by key.

    The names are plain ASCII, differ even where upper and lower case are one, and hold for every file system. A key
    that cannot stand in such a name as it is, or that looks like another, is followed by ~ and a digest of itself.
    """
    start = f"{_safe(label)}+"
    plain = {key: _safe(key) + _ending(key, config) for key, config in configs.items()}
    like = Counter(name.casefold() for name in plain.values())
    alone = {key for key, name in plain.items() if like[name.casefold()] == 1}
    return {
        key: start + (name if key in alone else _safe(key, marked=True) + _ending(key, configs[key]))
        for key, name in plain.items()
    }


class _Work:
    """What comes together while the secrets and configs of one stack are looked at."""

    def __init__(self, stack: "Stack", folder: "Path | None", label: str, stack_name: str | None) -> None:
        from pystackdsl.content.source import Contents

        self.faults: list[Diagnostic] = []
        self.assets: dict[Path, bytes] = {}
        self.others: dict[int, Secret | Config] = {}
        self._base = stack.base
        self._folder = folder
        self._stack_name = stack_name
        self._contents = Contents(stack.base, stack.names())
        self._names = asset_names(label, {key: each for key, each in stack.configs.items() if _is_inline(each)})

    def add(self, key: str, resource: "Secret | Config") -> None:
        """Take one secret or config: its content, its file and its name, as far as they are needed."""
        from pystackdsl.content.item import Item

        item, inline = Item(resource, key), _is_inline(resource)
        if inline and item.is_secret:
            self.faults.append(_secret_in_build(item))
            return
        if inline and self._folder is None:
            self.faults.append(_nowhere(item))
        rotates = self._stack_name is not None and resource.name is None and (inline or _has_file(resource))
        if not inline and not rotates:
            return
        content = self._contents.of(resource)
        if not isinstance(content, bytes):
            self.faults.extend(content)
            return
        changes = self._written(item, content) if inline else {}
        if rotates:
            changes |= self._named(item, content)
        from pystackdsl.model.alteration import altered

        self.others[id(resource)] = altered(resource, **changes)

    def _written(self, item: "Item", content: bytes) -> dict[str, str | None]:
        if self._folder is None:
            return {}
        path = self._folder / self._names[item.key or ""]
        self.assets[path] = content
        return {"file": _seen_from(self._base, path), "content": None, "template": None, "values": None}

    def _named(self, item: "Item", content: bytes) -> dict[str, str | None]:
        from pystackdsl.compose.rotation import rotated_name

        name = rotated_name(item, self._stack_name or "", content)
        if isinstance(name, str):
            return {"name": name}
        self.faults.append(name)
        return {}


def _held(stack: "Stack") -> "Iterator[tuple[str, Secret | Config]]":
    yield from stack.secrets.items()
    yield from stack.configs.items()


def _is_inline(resource: "Secret | Config") -> bool:
    given = resource.content is not None or resource.template is not None
    return given and resource.external is not True


def _has_file(resource: "Secret | Config") -> bool:
    driver = getattr(resource, "driver", None)
    return resource.file is not None and resource.external is not True and driver is None


def _seen_from(base: "Path | None", path: "Path") -> str:
    """The path as the stack itself would say it: relative to its folder."""
    seen = os.path.relpath(path, base or "")
    return seen if seen.startswith("..") else f"./{seen}"


def _safe(text: str, *, marked: bool = False) -> str:
    """A text as part of a file name: as it is where that is safe, else without what is not and with a digest."""
    if not marked and len(text) <= 80 and re.fullmatch("[A-Za-z0-9._-]*[A-Za-z0-9_-]", text):
        return text
    from hashlib import sha256

    digest = sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]
    return f"{re.sub('[^A-Za-z0-9._-]', '-', text[:80])}~{digest}"


def _ending(key: str, config: "Config") -> str:
    """The ending of a template's file name, below that of templates themselves: `.conf` of `nginx.conf.j2`."""
    if config.template is None:
        return ""
    from pathlib import PurePosixPath

    template = str.__str__(config.template)  # a variable left open takes no other operation
    name = re.sub(r"\.(j2|jinja2?)$", "", PurePosixPath(template).name, flags=re.IGNORECASE)
    ending = PurePosixPath(name).suffix
    fits = re.fullmatch("[.][A-Za-z0-9_-]{1,16}", ending) and not key.endswith(ending)
    return ending if fits else ""


def _secret_in_build(item: "Item") -> "Diagnostic":
    return item.fault(
        f"{item} has its content in the stack, and a secret's content is never written to a file",
        "template" if item.resource.content is None else "content",
        help="give file=, a file that is there when the stack is deployed; or make the secret with "
        f"`docker secret create {item.key} -` and say external=True; or name a driver=",
        yaml=f"write  file: ./{item.key}.txt, a file that is there when the stack is deployed; or make the secret with "
        f"`docker secret create {item.key} -` and write  external: true",
    )


def _nowhere(item: "Item") -> "Diagnostic":
    return item.fault(
        f"{item} has its content in the stack, which Compose text cannot carry: it needs a file",
        "template" if item.resource.content is None else "content",
        help="build with -o FILE, which writes it beside FILE, or say where with --assets DIR; "
        "in a program, call pystackdsl.compose.assets.with_assets",
        yaml="build with -o FILE, which writes it beside FILE, or say where with --assets DIR",
    )


def _nameless() -> "Diagnostic":
    from pystackdsl.diagnostics import Diagnostic

    return Diagnostic(
        summary="rotation needs the stack's name, which every rotated name begins with",
        help="give it with --name STACK",
    )
