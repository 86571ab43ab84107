"""Streams of events that `apply --progress json` wrote of real rollouts, read back for tests of what draws them."""

from __future__ import annotations

import json
from typing import Any

from rig import ROOT

from pystackdsl.swarm.changes import Change
from pystackdsl.swarm.events import Event, Finished, Observed, Outcome, Said, Verdict, Written

GOLDEN = ROOT / "tests" / "golden" / "rollout"
STREAMS = ("first", "paused")


def recorded(name: str) -> list[Event]:
    """The events of one stream, from `events.jsonl` in its folder."""
    lines = (GOLDEN / name / "events.jsonl").read_text().splitlines()
    return [_event(json.loads(line)) for line in lines]


def _event(told: dict[str, Any]) -> Event:
    kind, at = told.pop("event"), told.pop("at")
    if kind == "written":
        outcome, warnings = told.pop("outcome"), tuple(told.pop("warnings"))
        return Written(at=at, change=Change(**told), outcome=outcome, warnings=warnings)
    if kind == "observed":
        return Observed(at=at, **told)
    if kind == "said":
        return Said(at=at, **told)
    verdicts = tuple(Verdict(**each | {"evidence": tuple(each["evidence"])}) for each in told["verdicts"])
    done, undone = (tuple(Change(**each) for each in told[name]) for name in ("done", "undone"))
    outcome = Outcome(status=told["status"], verdicts=verdicts, done=done, undone=undone, error=told["error"])
    return Finished(at=at, outcome=outcome)
