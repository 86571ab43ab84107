"""The events of a YAML text made into a plain tree: events come in, dicts, lists and values go out, with all faults.

Called by `compose.document` alone. What Docker refuses about a tree is found here, and what it takes without a word is
taken so: merge keys, aliases, keys spelled by aliases. A fault tells its place as indices into the text; the document
turns them into lines and columns.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from pystackdsl.compose.aliasing import is_excessive
from pystackdsl.compose.goscalar import (
    NUMBER_STARTS,
    WORDS,
    Timestamp,
    go_text,
    is_merge_tag,
    is_text_key,
    plain_value,
    tagged_value,
)
from pystackdsl.diagnostics import InvalidText, nearest

if TYPE_CHECKING:
    from pystackdsl.compose.faults import Fault

__all__ = ["DEEPEST", "TooDeep", "TreeBuilder"]

DEEPEST: Final = 200
"""Levels of nesting that a text may have. Docker gives up at 10,000, and libyaml from 0.2.6 on at 1,000."""

_DETOUR: Final = 2
"""What nesting inside keys and merge keys counts beyond itself, since it takes more of Python's stack."""

_UNREAD: Final = object()
"""What an alias stands for while its own anchor is still being read."""


class TooDeep(Exception):
    """The text is nested too deeply to be read on."""


class TreeBuilder:
    """Reads one node after another from `get`, which gives the next event; `kinds` holds the event classes by name.

    Without `is_marked` the text holds neither anchors nor tags. `decoded` counts values as Docker counts them, and
    `aliased` those of them that came in through aliases; `suspect` says that only an exact count can tell whether these
    are too many. `odd` says that the text holds something that libyaml and Docker may read differently. `respelled`
    has the source text of numbers and dates that Docker would turn into another text. `is_torn` says that some fault is
    in a block that aliases may repeat.
    """

    def __init__(self, get: Callable[[], Any], kinds: Any, *, is_marked: bool) -> None:
        self.get = get
        self.scalar, self.alias = kinds.ScalarEvent, kinds.AliasEvent
        self.mapping_start, self.mapping_end = kinds.MappingStartEvent, kinds.MappingEndEvent
        self.sequence_start, self.sequence_end = kinds.SequenceStartEvent, kinds.SequenceEndEvent
        self.faults: list[Fault] = []
        self.respelled: dict[tuple[str | int, ...], str] = {}
        self.decoded = 1
        self.aliased = 0
        self.suspect = False
        self.odd = False
        self.is_torn = False
        self._is_marked = is_marked
        self._path: list[str | int] = []
        self._depth = 0
        self._plain_values: dict[str, Any] = {}
        self._anchors: dict[str, tuple[Any, int, bool]] = {}
        self._text_keys: set[str] = set()
        self._alias_keys: set[tuple[int, str]] = set()

    def root(self, event: Any) -> Any:
        """The whole tree that begins with this event. Raises TooDeep, and whatever `get` raises."""
        if event.__class__ is not self.scalar:
            return self._collection(event)
        self.decoded += 1
        return self._value(event)

    def _mapping(self, start: Any, *, merged: bool = False) -> dict[str, Any]:
        get, scalar, end, known, is_marked = self.get, self.scalar, self.mapping_end, self._text_keys, self._is_marked
        tree: dict[str, Any] = {}
        merges: list[list[dict[str, Any]]] = []
        decoded = 1
        while (event := get()).__class__ is not end:
            key: str = event.value if event.__class__ is scalar else ""
            if key not in known or is_marked:
                spelled = self._key(event, start, tree, merges, merged=merged)
                if spelled is None:
                    continue
                key = spelled
            elif key in tree:
                self._given_twice(event, start, key)
            event = get()
            if event.__class__ is scalar:
                decoded += 2
                value = event.value
                if is_marked:
                    value = self._value(event, key)
                elif event.implicit[0] and (value in WORDS or value[0] in NUMBER_STARTS):
                    value = self._plain(event, key)
                tree[key] = value
            else:
                self.decoded += decoded + 1
                decoded = 0
                self._path.append(key)
                tree[key] = self._collection(event)
                self._path.pop()
        self.decoded += decoded
        if merges:
            self._merge(tree, merges[0], merged=merged)
        if start.flow_style:
            self._notice_odd(tree, tree.values())
        return tree

    def _sequence(self, start: Any) -> list[Any]:
        get, scalar, end, is_marked = self.get, self.scalar, self.sequence_end, self._is_marked
        items: list[Any] = []
        decoded = 1
        while (event := get()).__class__ is not end:
            if event.__class__ is scalar:
                decoded += 1
                value = event.value
                if is_marked:
                    value = self._value(event, len(items))
                elif event.implicit[0] and (value in WORDS or value[0] in NUMBER_STARTS):
                    value = self._plain(event, len(items))
                items.append(value)
            else:
                self.decoded += decoded
                decoded = 0
                self._path.append(len(items))
                items.append(self._collection(event))
                self._path.pop()
        self.decoded += decoded
        if start.flow_style:
            self._notice_odd(items)
        return items

    def _collection(self, event: Any, *, merged: bool = False) -> Any:
        """What stands at the current path and is no scalar: a mapping, a list or an alias."""
        if event.__class__ is self.alias:
            return self._aliased(event)
        if self._depth > DEEPEST:
            self._too_deep(event)
            raise TooDeep
        anchor, before = event.anchor, self.decoded
        self._depth += 1
        if anchor is not None:
            self._anchors[anchor] = (_UNREAD, 0, False)
        tree = self._mapping(event, merged=merged) if event.__class__ is self.mapping_start else self._sequence(event)
        if anchor is not None:
            self._anchors[anchor] = (tree, self.decoded - before, False)
        self._depth -= 1
        return tree

    def _plain(self, event: Any, key: str | int | None = None) -> Any:
        """An unquoted scalar without a tag that may be something other than text."""
        text = event.value
        if text in self._plain_values:
            return self._plain_values[text]
        value = plain_value(text)
        if type(value) is float or type(value) is Timestamp or (type(value) is int and str(value) != text):
            self._notice_number(event, value, key)
        else:
            self._plain_values[text] = value
        return value

    def _value(self, event: Any, key: str | int | None = None) -> Any:
        """A scalar that may have a tag or an anchor."""
        text, tag, plain = event.value, event.tag, not event.style
        if tag is None:
            value = self._plain(event, key) if plain else text
        else:
            value = self._tagged(event, key)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1, is_text_key(tag, text, plain=plain))
        return value

    def _tagged(self, event: Any, key: str | int | None) -> Any:
        self.odd = self.odd or not event.value
        try:
            value = tagged_value(event.tag, event.value, plain=not event.style)
        except InvalidText as error:
            finding = error.findings[0]
            self._fault(event, finding.summary, key, expected=finding.expected, help=finding.help)
            return None
        if type(value) is float or type(value) is Timestamp:
            self._notice_number(event, value, key)
        elif type(value) is str and ("\ufdd0" in value or "\ufdd1" in value):
            # Base64 may hide the characters that mark open variables.
            self._fault(event, "the value holds a character that Unicode sets aside", key)
        return value

    def _notice_number(self, event: Any, value: int | float | Timestamp, key: str | int | None) -> None:
        path = tuple(self._path) if key is None else (*self._path, key)
        if isinstance(value, Timestamp) and abs(value.offset) >= 24 * 60:
            self._fault(event, f"{event.value} is no point in time", key, expected="an offset below 24 hours")
        elif isinstance(value, float) and not math.isfinite(value):
            self._fault(event, f"{event.value} is no number that Docker can hold", key, expected="a finite number")
        elif go_text(value) != event.value:
            self.respelled[path] = event.value

    def _key(
        self, event: Any, start: Any, tree: dict[str, Any], merges: list[list[dict[str, Any]]], *, merged: bool
    ) -> str | None:
        """The key that this event spells, or None when it was a merge key or one to skip, its value read as well."""
        if event.__class__ is not self.scalar:
            return self._odd_key(event, start)
        text: str = event.value
        tag, plain = event.tag, not event.style
        is_merge = text == "<<" and is_merge_tag(tag, plain=plain)
        if text in tree or (merges and text == "<<"):
            self._given_twice(event, start, text)
        if event.anchor is not None:
            self._anchors[event.anchor] = (text, 1, is_text_key(tag, text, plain=plain))
        if is_merge:
            merges.append(self._sources(self.get()))
            return None
        if not is_text_key(tag, text, plain=plain):
            if not merged:
                self._no_text(event, text, text)
            elif tag is None and plain_value(text) is None:
                self.root(self.get())
                return None
        elif tag is None and text not in {"", "<<"}:
            self._text_keys.add(text)
        return text

    def _odd_key(self, event: Any, start: Any) -> str:
        """A key that is an alias, which may stand for text, or a collection, which Docker refuses."""
        if event.__class__ is self.alias:
            text, _, is_text = self._anchors.get(event.anchor, (None, 0, False))
            self._collection(event)
            if is_text and isinstance(text, str):
                # Docker compares the names of such keys, not what they stand for: the later one wins in silence.
                at = start.start_mark.index
                if (at, f"*{event.anchor}") in self._alias_keys:
                    self._fault(
                        event, f"the key *{event.anchor} is given twice", mapping=at, help="keep one of the two"
                    )
                self._alias_keys |= {(at, f"*{event.anchor}"), (at, text)}
                return text
            self._no_text(event, f"*{event.anchor}", "")
            return ""
        is_template = event.start_mark.index == start.start_mark.index + 1  # {{.Node.Hostname}}
        self._no_text(
            event, "a mapping" if event.__class__ is self.mapping_start else "a list", "", is_template=is_template
        )
        self._depth += _DETOUR
        self._collection(event)
        self._depth -= _DETOUR
        return ""

    def _sources(self, event: Any) -> list[dict[str, Any]]:
        """The mappings that a merge key names, by the event that begins its value."""
        self._path.append("<<")
        self._depth += _DETOUR
        if event.__class__ is self.sequence_start:
            found: list[Any] = []
            while (item := self.get()).__class__ is not self.sequence_end:
                found.append(self._source(item))
        else:
            found = [self._source(event)]
        self._depth -= _DETOUR
        self._path.pop()
        return [source for source in found if source is not None]

    def _source(self, event: Any) -> dict[str, Any] | None:
        if event.__class__ is self.scalar:
            found = self._value(event)
        else:
            found = self._collection(event, merged=True)
        if isinstance(found, dict):
            return found
        if not self.faults or self.faults[-1].start != event.start_mark.index:
            self._fault(
                event,
                "only a mapping can be merged in with <<",
                expected="an alias of a mapping, or a list of such aliases: `<<: *defaults`",
            )
        return None

    def _merge(self, tree: dict[str, Any], sources: list[dict[str, Any]], *, merged: bool) -> None:
        """Add to a mapping what its merge key brings: given keys win, then the earlier source."""
        if not merged:
            self.decoded += len(tree) + 1
        for source in sources:
            for key, value in source.items():
                tree.setdefault(key, value)

    def _aliased(self, event: Any) -> Any:
        name = event.anchor
        known = self._anchors.get(name)
        if known is None:
            close = nearest(name, self._anchors)
            cure = f'a text that begins with a star is quoted: "*{name}"'
            if self._path[-1:] == ["<<"]:
                cure = f"define it above:  x-{name}: &{name}  and below that, indented, the keys to merge in"
            self._fault(
                event,
                f"no anchor &{name} stands before *{name}",
                expected="the name of an anchor that stands above",
                help=f"did you mean *{close}?" if close else cure,
            )
            return None
        value, size, _ = known
        if value is _UNREAD:
            self._fault(event, f"*{name} stands inside the very block that &{name} names, which would have no end")
            return None
        self.decoded += 1 + size
        self.aliased += size
        self.suspect = self.suspect or is_excessive(self.aliased, self.decoded)
        return value

    def _notice_odd(self, *groups: Iterable[Any]) -> None:
        """Between brackets, Docker takes a question mark for an indicator, which libyaml does not."""
        for group in groups:
            for value in group:
                if type(value) is str and "?" in value:
                    self.odd = True

    def _given_twice(self, event: Any, start: Any, key: str) -> None:
        at = start.start_mark.index
        if (at, key) not in self._alias_keys:
            self._fault(event, f'the key "{key}" is given twice', key, mapping=at, help="keep one of the two")

    def _no_text(self, event: Any, found: str, key: str, *, is_template: bool = False) -> None:
        from pystackdsl.compose.slips import bare_template, port_pair

        is_scalar = event.__class__ is self.scalar
        self._fault(
            event,
            f"the key {found or 'null'} is not text" if is_scalar else f"{found} cannot be a key",
            key,
            expected="text, which is the only kind of key that Docker reads",
            help=f'put it in quotes: "{found}"' if is_scalar and found.isprintable() else "",
            cure=bare_template if is_template else port_pair if "ports" in self._path[-2:] else None,
        )

    def _too_deep(self, event: Any) -> None:
        from pystackdsl.compose.faults import too_deep

        self.faults.append(too_deep(event.start_mark.index, event.end_mark.index, tuple(self._path)))

    def _fault(
        self,
        event: Any,
        summary: str,
        key: str | int | None = None,
        *,
        expected: str = "",
        help: str = "",
        mapping: int | None = None,
        cure: Callable[[str, int], str] | None = None,
    ) -> None:
        from pystackdsl.compose.faults import Fault

        path = tuple(self._path) if key is None else (*self._path, key)
        self.is_torn = self.is_torn or any(value is _UNREAD for value, _, _ in self._anchors.values())
        start, end = event.start_mark.index, event.end_mark.index
        self.faults.append(
            Fault(
                summary=summary,
                start=start,
                end=end,
                path=path,
                expected=expected,
                help=help,
                mapping=mapping,
                cure=cure,
            )
        )
