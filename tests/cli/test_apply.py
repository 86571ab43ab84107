"""`apply`, `deploy` and `rollback` on a swarm in memory: what is asked, what is printed where, how it ends."""

from __future__ import annotations

import json
import re
import signal
from io import StringIO
from pathlib import Path

import pytest
from cli.conftest import Run
from swarm.fake import FakeEngine

STACK = """
from pystackdsl import Deploy, Network, Service
net = Network(driver="overlay")
web = Service(image="nginx:1.27", networks=[net], deploy=Deploy(replicas={replicas}))
"""
APPLY = ("apply", "--name", "shop", "--resolve-image", "never")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    found = FakeEngine()
    monkeypatch.setattr("pystackdsl.swarm.engine.connect", lambda **_: found)
    return found


@pytest.fixture
def stack(folder: Path) -> Path:
    path = folder / "stack.py"
    path.write_text(STACK.format(replicas=0))
    return path


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def answering(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(text))


def test_only_yes_is_an_answer(run: Run, engine: FakeEngine, stack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in ("y\n", "no\n", ""):
        answering(monkeypatch, answer)
        ended = run(*APPLY)
        assert ended.status == 1
        assert "+ service web" in ended.out
        assert 'Apply these changes to shop? Only "yes" is accepted: nothing applied' in ended.err
    assert engine.writes == []
    answering(monkeypatch, "yes\n")
    ended = run(*APPLY)
    assert ended.status == 0
    assert engine.writes == ["create networks", "create services"]
    assert "shop: 1 network, 1 service written, 1 service converged" in ended.err


def test_nothing_to_do_asks_nobody(run: Run, engine: FakeEngine, stack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(*APPLY, "--yes")
    answering(monkeypatch, "")
    ended = run(*APPLY)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.endswith("No changes. shop matches stack.py.\n")


def test_without_a_terminal_it_is_refused_before_anything(run: Run, engine: FakeEngine, stack: Path) -> None:
    for words in (APPLY, ("rollback", "shop")):
        ended = run(*words)
        assert (ended.status, ended.out) == (125, "")
        assert "there is no terminal to ask on" in ended.err
        assert "--yes" in ended.err
    assert engine.calls == []


def test_what_cannot_go_together_is_told(run: Run, engine: FakeEngine, stack: Path) -> None:
    assert "--atomic waits" in run(*APPLY, "--yes", "--atomic", "--detach").err
    assert "--atomic cannot bring back" in run(*APPLY, "--yes", "--atomic", "--replace-networks").err
    assert run(*APPLY, "--yes", "--progress", "loud").status == 125
    assert engine.calls == []


def test_json_goes_to_standard_output_and_all_else_does_not(run: Run, engine: FakeEngine, stack: Path) -> None:
    ended = run(*APPLY, "--yes", "--progress", "json")
    events = [json.loads(line) for line in ended.out.splitlines()]
    assert [event["event"] for event in events] == ["written", "written", "observed", "finished"]
    assert events[-1]["status"] == 0
    assert "+ service web" in ended.err


def test_json_says_how_it_ended_where_nothing_changed(run: Run, engine: FakeEngine, stack: Path) -> None:
    run(*APPLY, "--yes")
    ended = run(*APPLY, "--yes", "--progress", "json")
    (event,) = [json.loads(line) for line in ended.out.splitlines()]
    assert (event["event"], event["done"]) == ("finished", [])


def test_what_fails_is_told_with_its_line_and_exit_code(run: Run, engine: FakeEngine, stack: Path) -> None:
    stack.write_text(STACK.format(replicas=2))
    ended = run(*APPLY, "--yes", "--timeout", "100ms")
    assert ended.status == 5
    assert "✗ service web did not converge: not all its tasks are up (timed out) after 0.1 s" in ended.err
    assert "stack.py:4   image nginx:1.27" in ended.err
    assert ended.err.endswith("shop: timed out (exit code 5)\n")


def test_what_stands_in_the_way_is_told_and_nothing_written(run: Run, engine: FakeEngine, stack: Path) -> None:
    engine.create("networks", {"Name": "shop_net", "Driver": "overlay", "Labels": {}})
    ended = run(*APPLY, "--yes")
    assert ended.status == 1
    assert "network shop_net exists, and belongs to no stack" in ended.out
    assert ended.err.endswith("nothing applied\n")
    assert engine.writes == ["create networks"]


def test_a_detached_apply_does_not_wait(run: Run, engine: FakeEngine, stack: Path) -> None:
    stack.write_text(STACK.format(replicas=2))
    ended = run(*APPLY, "--yes", "-d")
    assert ended.status == 0
    assert "tasks come up in the background" in ended.err
    assert "list tasks" not in engine.calls


def test_a_refusal_in_the_middle_says_what_is_done(run: Run, engine: FakeEngine, stack: Path) -> None:
    engine.broken = {"create services": 100, "inspect services": 100}
    ended = run(*APPLY, "--yes")
    assert ended.status == 1
    assert "error: service shop_web: the connection broke" in ended.err
    assert "done:      network net (create)" in ended.err
    assert "not done:  service web (create)" in ended.err
    assert "apply again to complete it" in ended.err


def test_rollback_shows_asks_and_returns(
    run: Run, engine: FakeEngine, stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(*APPLY, "--yes")
    stack.write_text(STACK.format(replicas=0).replace("1.27", "1.28"))
    run(*APPLY, "--yes")
    answering(monkeypatch, "yes\n")
    ended = run("rollback", "shop")
    assert ended.status == 0
    assert "nginx:1.28 -> nginx:1.27" in ended.out
    assert "Roll back shop?" in ended.err
    assert "service web  returns to what it was" in ended.err
    assert "nothing to roll back in shop" in run("rollback", "--yes", "shop").err


def test_rollback_of_nothing_is_told(run: Run, engine: FakeEngine, folder: Path) -> None:
    ended = run("rollback", "--yes", "shop")
    assert ended.status == 1
    assert "the swarm has no service of a stack shop" in ended.err


def test_deploy_prints_what_it_does_in_dockers_words(run: Run, engine: FakeEngine, folder: Path) -> None:
    file = folder / "stack.yml"
    file.write_text("services: {a: {image: nginx}, b: {image: nginx}}\n")
    deploy = ("deploy", "-c", file, "--resolve-image=never")
    assert run(*deploy, "shop").out.splitlines() == [
        "Creating network shop_default", "Creating service shop_a", "Creating service shop_b",
    ]  # fmt: skip
    assert run(*deploy, "shop") == (0, "", "")
    file.write_text("services: {a: {image: nginx, deploy: {labels: {x: y}}}}\n")
    id = engine.id_of("services", "shop_a")
    assert run(*deploy, "--prune=true", "shop").out.splitlines() == [
        f"Updating service shop_a (id: {id})", "Removing service shop_b",
    ]  # fmt: skip
    file.write_text("services: {a: {image: nginx, deploy: {labels: {x: z}}}}\n")
    assert run(*deploy, "--quiet", "shop").out == ""


def test_deploy_detaches_unless_it_is_told_to_wait(run: Run, engine: FakeEngine, folder: Path) -> None:
    (folder / "stack.yml").write_text("services: {a: {image: nginx, deploy: {replicas: 0}}}\n")
    assert run("deploy", "-c", "stack.yml", "--resolve-image", "never", "one").status == 0
    assert "list tasks" not in engine.calls
    for word in ("--detach=false", "-d=false", "--detach=0"):
        engine.calls.clear()
        assert run("deploy", "-c", "stack.yml", "--resolve-image", "never", word, "one").status == 0
        assert "list tasks" in engine.calls


def test_deploy_wants_a_file_and_a_name(run: Run, engine: FakeEngine, folder: Path) -> None:
    ended = run("deploy", "shop")
    assert (ended.status, "-c FILE" in ended.err) == (125, True)
    assert run("deploy", "-c", "stack.yml").status == 125
    assert engine.calls == []


def test_a_signal_ends_it_in_good_order(
    run: Run, engine: FakeEngine, stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.before["create services"] = [lambda: signal.raise_signal(signal.SIGINT)]
    ended = run(*APPLY, "--yes")
    assert ended.status == 130
    assert "interrupted: coming to an end; once more ends at once" in ended.err
    assert "service web" in ended.err
    assert ended.err.endswith("shop: interrupted (exit code 130)\n")
    engine.before["list tasks"] = [lambda: [signal.raise_signal(signal.SIGINT) for _ in range(2)] and None]
    stack.write_text(STACK.format(replicas=1))
    assert run(*APPLY, "--yes").status == 130
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_signal_joins_the_board(run: Run, engine: FakeEngine, stack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.before["create services"] = [lambda: signal.raise_signal(signal.SIGTERM)]
    ended = run(*APPLY, "--yes", "--progress", "live")
    assert ended.status == 130
    assert "! interrupted: coming to an end" in re.sub(r"\033\[[0-9;?]*[A-Za-z]", "", ended.err)


def test_one_service_alone_is_applied_with_what_it_uses(run: Run, engine: FakeEngine, stack: Path) -> None:
    more = 'other = Service(image="nginx:1.27", networks=[Network(driver="overlay")], deploy=Deploy(replicas=3))\n'
    text = STACK.format(replicas=0) + more.replace('[Network(driver="overlay")]', "[away]")
    stack.write_text(text.replace("web =", 'away = Network(driver="overlay")\nweb ='))
    ended = run(*APPLY, "--yes", "--service", "web")
    assert ended.status == 0
    assert engine.writes == ["create networks", "create services"]
    assert "other" not in ended.err
    assert "the stack has no service wep" in run(*APPLY, "--yes", "--service", "wep").err


def test_nothing_to_do_and_nothing_to_wait_for_writes_and_asks_nothing(
    run: Run, engine: FakeEngine, stack: Path
) -> None:
    run(*APPLY, "--yes")
    engine.calls.clear()
    ended = run(*APPLY, "--yes", "--detach")
    assert (ended.status, ended.err, engine.calls) == (0, "", ["read"])
    (event,) = [json.loads(line) for line in run(*APPLY, "--yes", "--detach", "--progress", "json").out.splitlines()]
    assert event["event"] == "finished"
