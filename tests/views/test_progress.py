"""Rollouts as they were recorded, drawn at fixed sizes: on a board, line by line, as JSON, and how they ended."""

from __future__ import annotations

import json
import re
from io import StringIO

import attrs
import pytest
from rig.golden import Golden
from views.streams import GOLDEN, STREAMS, recorded

from pystackdsl.swarm.changes import Change
from pystackdsl.swarm.events import Finished, Observed, Outcome, Said, Verdict, Written
from pystackdsl.views.cells import width_of
from pystackdsl.views.event_log import line_of
from pystackdsl.views.outcome import render
from pystackdsl.views.progress import Board, Lines, progress_of


def drawn(board: Board, *, now: float, width: int, height: int | None = None) -> str:
    lines = board.drawn(now=now, width=width, height=height)
    assert all(width_of(f"  {line.sign} {line.text}") <= width for line in lines)
    return "".join(f"  {line.sign} {line.text}\n" for line in lines)


@pytest.mark.parametrize("name", STREAMS)
def test_a_board_is_drawn_as_the_rollout_goes(golden: Golden, name: str) -> None:
    events = recorded(name)
    board, pages = Board(), []
    for number, event in enumerate(events):
        board.tell(event)
        if number % 7 == 6:
            pages.append(f"after event {number + 1}\n" + drawn(board, now=event.at, width=80))
    board.settle()
    pages.append("at the end, narrow\n" + drawn(board, now=events[-1].at, width=60))
    pages.append("at the end, low\n" + drawn(board, now=events[-1].at, width=100, height=3))
    golden(f"rollout/{name}/board.txt", "\n".join(pages))


@pytest.mark.parametrize("name", STREAMS)
def test_each_event_is_worth_a_line(golden: Golden, name: str) -> None:
    lines = Lines()
    told = [line for event in recorded(name) if (line := lines.told(event))]
    assert all(re.match(r"\d\d:\d\d:\d\d  .*\n$", line) for line in told)
    golden(f"rollout/{name}/plain.txt", "".join(line[10:] for line in told))


@pytest.mark.parametrize("name", STREAMS)
def test_events_as_json_can_be_read_back(name: str) -> None:
    text = (GOLDEN / name / "events.jsonl").read_text()
    for line, event in zip(text.splitlines(), recorded(name), strict=True):
        assert json.loads(line) == json.loads(line_of(event))


@pytest.mark.parametrize("name", STREAMS)
def test_the_end_is_told(golden: Golden, name: str) -> None:
    (finished,) = [event for event in recorded(name) if isinstance(event, Finished)]
    text = render(finished.outcome, stack="shop", places={"api": "stack.py:7"}, seconds=75, width=80)
    golden(f"rollout/{name}/outcome.txt", text)


def observed(**parts: object) -> Observed:
    said: dict[str, object] = {"at": 0.0, "service": "api", "running": 1, "wanted": 2, **parts}
    return Observed(**said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (observed(states={"running": 1, "starting": 1}, serving=1), "1/2 running · 1 starting"),
        (observed(running=2, phase="verifying", states={"running": 2}), "2/2 running · has to stay up"),
        (observed(running=2, phase="converged", text="stable for 5 s"), "2/2 running, stable for 5 s"),
        (observed(running=0, serving=2), "0/2 running · 2 old"),
        (observed(phase="rolling-back"), "1/2 running · rolling back"),
        (observed(is_job=True, states={"running": 1}), "1/2 completed · 1 running"),
        (observed(running=0, wanted=0, phase="converged"), "0/0 running"),
    ],
)
def test_how_far_a_service_is(event: Observed, text: str) -> None:
    assert progress_of(event) == text


def test_what_a_program_says_cannot_steer_the_terminal() -> None:
    board = Board()
    board.tell(observed(text="\033[2Jgone\nnext line"))
    (line,) = board.drawn(now=0, width=80)
    assert "\033" not in line.text
    assert "\n" not in line.text
    assert "\033" not in Lines().told(Said(at=0, text="\033]0;title\a"))


def test_a_board_that_is_too_high_shows_what_is_on_its_way() -> None:
    board = Board()
    for number in range(20):
        phase = "waiting" if number == 13 else "converged"
        board.tell(attrs.evolve(observed(phase=phase), service=f"s{number:02}"))
    lines = [line.text for line in board.drawn(now=0, width=80, height=4)]
    assert len(lines) == 4
    assert any("s13" in line for line in lines)
    assert lines[-1] == "and 17 more"


CHANGE = Change(kind="services", key="api", name="shop_api", action="update")
FORCED = attrs.evolve(CHANGE, forced="--force")
NEW = Change(kind="configs", key="conf", name="shop_conf", action="create")


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome(status=8, error="service shop_api has been changed", undone=(CHANGE,)), ["plan again", "exit code 8"]),
        (Outcome(status=1, error="config shop_conf: the connection broke", done=(NEW,), undone=(CHANGE,)),
         ["done:      config conf (create)", "not done:  service api (update)", "apply again to complete it"]),
        (Outcome(status=130, verdicts=(Verdict(service="api", cause="interrupted", summary="0 of 1 were up"),)),
         ["what was written stays", "interrupted (exit code 130)"]),
        (Outcome(status=7, done=(CHANGE,), verdicts=(Verdict(service="api", cause="crash-loop", summary="x"),)),
         ["or go back with `pystackdsl rollback shop`"]),
        (Outcome(status=3, done=(CHANGE,), verdicts=(Verdict(service="api", cause="rolled-back", summary="x"),)),
         ["next:  fix it and apply again\n"]),
        (Outcome(status=7, restored=("api",), verdicts=(Verdict(service="api", cause="crash-loop", summary="x"),)),
         ["brought back: api", "next:  fix it and apply again\n", "tasks did not stay up, undone (exit code 7)"]),
        (Outcome(status=4, restored=("api",), verdicts=(Verdict(service="api", cause="update-paused", summary="x"),)),
         ["shop: an update was paused, undone (exit code 4)"]),
        (Outcome(status=4, verdicts=(Verdict(service="api", cause="update-paused", summary="x"),)),
         ["shop: an update is paused (exit code 4)"]),
        (Outcome(status=130, withdrawn=(NEW,)), ["next:  apply again\n", "interrupted, undone (exit code 130)"]),
        (Outcome(status=5, done=(FORCED,), verdicts=(Verdict(service="api", cause="timed-out", summary="x"),)),
         ["next:  fix it and apply again\n"]),
        (Outcome(status=0), []),
        (Outcome(status=0, done=(CHANGE, NEW)), ["1 service, 1 config written"]),
    ],
)  # fmt: skip
def test_an_end_says_what_to_do_next(outcome: Outcome, words: list[str]) -> None:
    text = render(outcome, stack="shop", places={}, seconds=1)
    for each in words:
        assert each in text
    assert text or not words


def test_long_lines_of_evidence_are_folded_and_output_is_left_as_it_is() -> None:
    evidence = ("task api.1 on worker-1: " + "word " * 30, "| " + "x" * 200)
    verdict = Verdict(service="api", cause="crash-loop", summary="its tasks exit (crash loop)", evidence=evidence)
    text = render(Outcome(status=7, verdicts=(verdict,)), stack="shop", places={}, seconds=1, width=60)
    assert "x" * 200 in text
    assert all(len(line) <= 60 for line in text.splitlines() if "xxx" not in line)


def test_a_live_board_ends_as_it_was_drawn_last() -> None:
    from pystackdsl.views.live import LiveProgress

    stream = StringIO()
    with LiveProgress(stream, colour=False) as live:
        live.tell(Written(at=1.0, change=NEW, outcome="created"))
        live.tell(observed(at=1.0, running=2, phase="converged", text="stable for 5 s"))
    plain_text = re.sub(r"\033\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    assert "✓ config conf  created" in plain_text
    assert "2/2 running, stable for 5 s" in plain_text
