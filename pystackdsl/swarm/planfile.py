"""A plan as JSON: to be read by programs, and to be kept and carried out later as it was shown.

A Plan and what the command line knows of its source come in, text goes out of `dump`; `load` reads such text, and
`Saved.plan` makes it a Plan again once the swarm has been read, unless something that it touches has changed. The form
is documented in docs/reference/plan-json.md. No content of a secret is in it.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

import attrs

from pystackdsl.diagnostics import Diagnostic, InvalidStack, KeyPath, Severity
from pystackdsl.swarm.changes import Change, Difference, Effect, Plan
from pystackdsl.swarm.fingerprints import Fingerprints, message_of, parsed
from pystackdsl.swarm.live import Live, Swarm
from pystackdsl.swarm.specs import KINDS, External, Kind, Raw, Specs
from pystackdsl.swarm.writes import Stale

__all__ = ["Saved", "as_data", "dump", "load"]

FORMAT: Final = "pystackdsl plan"
VERSION: Final = 1


def as_data(plan: Plan, *, source: tuple[str, ...] = (), lines: Mapping[KeyPath, str] | None = None) -> dict[str, Any]:
    """What a plan tells, as a plain tree: all but the bodies that would be sent.

    `source` are the files that the stack was read from, `lines` where in them each resource stands.
    """
    by_action = {action: [each for each in plan.changes if each.action == action] for action in _WORDS}
    effects = [each.effect for each in by_action["update"] if each.effect is not None]
    restarting = [effect for effect in effects if effect.is_restart or effect.is_job]
    swarm = attrs.asdict(plan.swarm) | {"api": "{}.{}".format(*plan.swarm.api)}
    return {
        "format": FORMAT,
        "version": VERSION,
        "stack": plan.stack,
        "source": list(source),
        "swarm": swarm,
        "summary": {word: len(by_action[action]) for action, word in _WORDS.items()} | {"restart": len(restarting)},
        "changes": [_change(each, (lines or {}).get(KeyPath(each.kind, each.key), "")) for each in plan.changes],
        "notes": [_note(each) for each in plan.notes],
        "unknown": list(plan.unknown),
    }


_WORDS: Final = {"create": "add", "replace": "replace", "update": "change", "remove": "remove"}


def dump(
    plan: Plan,
    *,
    source: tuple[str, ...] = (),
    lines: Mapping[KeyPath, str] | None = None,
    words: Mapping[str, Any] | None = None,
) -> str:
    """The text of a plan that can be carried out later. `words` are those of the command line that name the source."""
    assert plan.desired is not None
    assert plan.live is not None
    saved = {
        "words": dict(words or {}),
        "bodies": [each.spec for each in plan.changes],
        "with_content": [each.with_content for each in plan.changes],
        "states": [_state(each, plan.live) for each in plan.changes],
        "externals": [attrs.asdict(each) for each in plan.desired.externals],
        "configs": {
            each.key: b64encode(plan.desired.contents["configs", each.key]).decode()
            for each in plan.changes
            if each.kind == "configs" and each.with_content
        },
        "secrets": dict(_secrets(plan.desired)),
    }
    data = as_data(plan, source=source, lines=lines) | {"saved": saved}
    data["digest"] = _sum(data)
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _sum(data: Mapping[str, Any]) -> str:
    """What tells whether a plan is as it was written: what it shows, and what it would do, belong together."""
    held = {name: value for name, value in data.items() if name != "digest"}
    return sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()


def _secrets(desired: Specs) -> Iterator[tuple[str, str]]:
    """By key, a digest that tells the content of each secret again, salted anew."""
    import os

    messages = {
        key: message_of(spec, desired.contents["secrets", key])
        for key, spec in desired.secrets.items()
        if ("secrets", key) in desired.contents
    }
    made = Fingerprints(messages, os.urandom(16))
    made.prepare((key, None) for key in messages)
    return ((key, str(made.of(key))) for key in sorted(messages))


def _change(change: Change, place: str) -> dict[str, Any]:
    told = attrs.asdict(change, recurse=False, filter=lambda field, _: field.name not in {"spec", "with_content"})
    told["differences"] = [attrs.asdict(each) | {"path": list(each.path)} for each in change.differences]
    told["effect"] = attrs.asdict(change.effect) if change.effect else None
    return told | {"resets": dict(change.resets), "place": place}


def _note(note: Diagnostic) -> dict[str, Any]:
    return {"severity": note.severity.value, "path": list(note.path), "summary": note.summary, "help": note.help}


def _state(change: Change, live: Live) -> str:
    """A digest of the live object that a change was compared with; empty where there was none."""
    raw = live.of(change.kind).get(change.name)
    return _digest(change.kind, raw) if raw is not None and change.action != "create" else ""


def _digest(kind: Kind, raw: Raw) -> str:
    """What tells whether an object is still the same."""
    held = {name: raw.get(name) for name in _OF_NETWORKS} if kind == "networks" else raw["Spec"]
    id = raw.get("ID") or raw.get("Id")
    return sha256(json.dumps([id, held], sort_keys=True).encode()).hexdigest()


_OF_NETWORKS: Final = ("Name", "Driver", "IPAM", "Internal", "Attachable", "Options", "Labels")


@attrs.frozen(kw_only=True)
class Saved:
    """A plan that was read from a file: still to be compared with the swarm as it is now.

    `words` name the source on the command line. `lines` tell where resources stood, `source` the files.
    """

    stack: str
    source: tuple[str, ...]
    lines: Mapping[KeyPath, str]
    words: Mapping[str, Any]
    externals: tuple[External, ...]
    swarm: Swarm
    changes: tuple[Change, ...]
    notes: tuple[Diagnostic, ...]
    states: tuple[str, ...]
    configs: Mapping[str, bytes]
    secrets: Mapping[str, str]

    @property
    def needs_source(self) -> bool:
        """Whether the stack has secrets, whose content only the source has."""
        return bool(self.secrets)

    @property
    def names(self) -> list[tuple[Kind, str]]:
        """The objects that it touches."""
        return [(change.kind, change.name) for change in self.changes]

    def plan(self, live: Live, contents: Mapping[tuple[Kind, str], bytes] | None = None) -> Plan:
        """The plan, ready to be carried out; `contents` are those that the source has by now.

        Raises Stale where anything that it touches, or what is in a secret, is not as it was.
        """
        contents = contents or {}
        reasons = [*self._other_swarm(live), *self._changed(live), *self._changed_secrets(contents)]
        if reasons:
            raise Stale("; ".join(reasons))
        known: dict[tuple[Kind, str], bytes] = {("secrets", key): contents["secrets", key] for key in self.secrets}
        known |= {("configs", key): data for key, data in self.configs.items()}
        desired = Specs(
            stack=self.stack, networks={}, secrets={}, configs={}, services={}, externals=self.externals, contents=known
        )
        changes = tuple(_renewed(change, live) for change in self.changes)
        return Plan(stack=self.stack, swarm=live.swarm, changes=changes, notes=self.notes, desired=desired, live=live)

    def _other_swarm(self, live: Live) -> Iterator[str]:
        if live.swarm.id != self.swarm.id:
            yield f"the plan is for another swarm, reached at {self.swarm.where}"

    def _changed(self, live: Live) -> Iterator[str]:
        for change, state in zip(self.changes, self.states, strict=True):
            raw = live.of(change.kind).get(change.name)
            noun = f"{change.kind[:-1]} {change.name}"
            if not state:
                if raw is not None:
                    yield f"{noun} exists now"
            elif raw is None:
                yield f"{noun} is gone"
            elif _digest(change.kind, raw) != state:
                yield f"{noun} has been changed"

    def _changed_secrets(self, contents: Mapping[tuple[Kind, str], bytes]) -> Iterator[str]:
        held = {key: parsed(label) for key, label in self.secrets.items()}
        there = {key: contents["secrets", key] for key in held if ("secrets", key) in contents}
        now = Fingerprints(there, b"")
        now.prepare((key, fingerprint) for key, fingerprint in held.items() if key in there)
        for key, fingerprint in held.items():
            if key not in there:
                yield f"the stack has no secret {key}"
            elif fingerprint is None or not now.fits(key, fingerprint):
                yield f"the source of secret {key} has been changed"


def _renewed(change: Change, live: Live) -> Change:
    """The change with the version that its object has now: a service's rises when an update ends, too."""
    raw = live.of(change.kind).get(change.name)
    if change.version is None or raw is None:
        return change
    return attrs.evolve(change, version=raw["Version"]["Index"])


def load(text: str, file: str) -> Saved:
    """The plan that a text holds; `file` is its name. Raises InvalidStack for a text that is none."""
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise _unreadable(file)
        if data["version"] != VERSION:
            raise _unreadable(file, f"it has version {data['version']}", "plan again with this pystackdsl")
        if "saved" not in data:
            raise _unreadable(file, "it was printed by --format json, and cannot be carried out", "write it with --out")
        if data.get("digest") != _sum(data):
            raise _unreadable(file, "it is not as it was written", "plan again, and leave the file as it is")
        return _saved(data, data["saved"])
    except InvalidStack:
        raise
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _unreadable(file) from None


def _saved(data: dict[str, Any], saved: dict[str, Any]) -> Saved:
    rows = list(zip(data["changes"], saved["bodies"], saved["with_content"], strict=True))
    major, minor = data["swarm"]["api"].split(".")
    return Saved(
        stack=data["stack"],
        source=tuple(data["source"]),
        lines={KeyPath(each["kind"], each["key"]): each["place"] for each in data["changes"] if each["place"]},
        words=saved["words"],
        externals=tuple(External(**each | {"users": tuple(each["users"])}) for each in saved["externals"]),
        swarm=Swarm(**data["swarm"] | {"api": (int(major), int(minor))}),
        changes=tuple(_read_change(told, spec, with_content) for told, spec, with_content in rows),
        notes=tuple(_read_note(each) for each in data["notes"]),
        states=tuple(saved["states"]),
        configs={key: b64decode(content) for key, content in saved["configs"].items()},
        secrets=dict(saved["secrets"]),
    )


def _read_change(told: dict[str, Any], spec: Any, with_content: bool) -> Change:
    if told["kind"] not in KINDS:
        raise ValueError(told["kind"])
    given: dict[str, Any] = {name: value for name, value in told.items() if name != "place"}
    given["differences"] = tuple(
        Difference(**each | {"path": KeyPath(*each["path"]), "diff": tuple(each["diff"])})
        for each in told["differences"]
    )
    effect = told["effect"]
    lists = {name: tuple(effect.get(name, ())) for name in ("because", "detached")} if effect else {}
    given["effect"] = Effect(**effect | lists) if effect else None
    given["users"] = tuple(told["users"])
    return Change(**given, spec=spec, with_content=with_content)


def _read_note(told: dict[str, Any]) -> Diagnostic:
    return Diagnostic(
        summary=told["summary"], severity=Severity(told["severity"]), path=KeyPath(*told["path"]), help=told["help"]
    )


def _unreadable(file: str, why: str = "", help: str = "") -> InvalidStack:
    summary = f"{file} holds no plan" if not why else f"{file} holds no plan that can be carried out: {why}"
    return InvalidStack(Diagnostic(summary=summary, help=help or "write one with `pystackdsl plan --out FILE`"))
