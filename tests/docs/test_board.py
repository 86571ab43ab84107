"""The picture of the board on the page about `apply` is one that the board draws; `pytest --update-golden` redraws it."""

from __future__ import annotations

from typing import Any

from rig import ROOT
from rig.golden import Golden

from pystackdsl.swarm.changes import Change
from pystackdsl.swarm.events import Observed, Written
from pystackdsl.views.progress import Board

from .replay import FENCE

PAGE = "docs/how-to/apply.md"
WIDTH = 97


def drawn() -> str:
    """The board twelve seconds after the beginning."""
    board = Board()
    for kind, key, name, action, outcome in (
        ("secrets", "api_key", "shop_api_key", "create", "created"),
        ("configs", "nginx_conf", "shop_nginx_conf-f0ecf040", "replace", "created"),
        ("services", "api", "shop_api", "update", "updated"),
        ("services", "web", "shop_web", "update", "updated"),
    ):
        parts: dict[str, Any] = {"kind": kind, "key": key, "name": name, "action": action}
        board.tell(Written(at=0, change=Change(**parts), outcome=outcome))  # type: ignore[arg-type]
    board.tell(Observed(at=9, service="web", running=1, wanted=1, phase="converged", text="stable for 5 s"))
    board.tell(Observed(at=12, service="api", running=2, wanted=4, serving=4, states={"running": 2, "starting": 1}))
    return "".join(f"  {line.sign} {line.text}\n" for line in board.drawn(now=12.3, width=WIDTH))


def test_the_board_on_the_page_is_drawn_so(golden: Golden) -> None:
    page = (ROOT / PAGE).read_text()
    fences = [fence for fence in FENCE.finditer(page) if fence["info"] == "text board"]
    assert len(fences) == 1
    start, end = fences[0].span("body")
    golden(f"../../{PAGE}", page[:start] + drawn() + page[end:])
