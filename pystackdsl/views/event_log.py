"""Events of a rollout as JSON, one on each line, for programs that follow an apply.

Called by the command line for `--progress json`. docs/reference/progress.md describes what is in them; no content of a
secret ever is, since no event has any.
"""

import json
from typing import Any

from pystackdsl.swarm.changes import Change
from pystackdsl.swarm.events import Event, Finished, Observed, Outcome, Said, Verdict, Written

__all__ = ["as_tree", "line_of"]


def line_of(event: Event) -> str:
    """The event on one line."""
    return json.dumps(as_tree(event), ensure_ascii=False) + "\n"


def as_tree(event: Event) -> dict[str, Any]:
    """The event as plain values."""
    at = round(event.at, 3)
    if isinstance(event, Written):
        warnings = list(event.warnings)
        return {"event": "written", "at": at, **_change(event.change), "outcome": event.outcome, "warnings": warnings}
    if isinstance(event, Observed):
        return {
            "event": "observed", "at": at, "service": event.service, "running": event.running, "wanted": event.wanted,
            "serving": event.serving, "is_job": event.is_job, "states": dict(event.states), "phase": event.phase,
            "text": event.text,
        }  # fmt: skip
    if isinstance(event, Said):
        return {"event": "said", "at": at, "severity": event.severity, "text": event.text}
    assert isinstance(event, Finished)
    return {"event": "finished", "at": at, **_outcome(event.outcome)}


def _change(change: Change) -> dict[str, str]:
    return {"kind": change.kind, "key": change.key, "name": change.name, "action": change.action}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "status": outcome.status,
        "error": outcome.error,
        "findings": [{"summary": each.summary, "help": each.help} for each in outcome.findings],
        "verdicts": [_verdict(each) for each in outcome.verdicts],
        "done": [_change(each) for each in outcome.done],
        "undone": [_change(each) for each in outcome.undone],
        "restored": list(outcome.restored),
        "withdrawn": [_change(change) for change in outcome.withdrawn],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "service": verdict.service, "cause": verdict.cause, "because": verdict.because, "summary": verdict.summary,
        "evidence": list(verdict.evidence), "help": verdict.help,
    }  # fmt: skip
