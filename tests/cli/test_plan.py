"""`pystackdsl plan`, against a daemon that answers with what a test gives it."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rig.fake import Daemon, answering
from rig.golden import Golden
from swarm.live import live

from pystackdsl.cli import exits
from pystackdsl.python import load
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.lower import lower

SHOP = '''\
"""A shop."""
from pystackdsl import Config, Deploy, Network, Secret, Service

net = Network(driver="overlay")
pw = Secret(content="hunter2-very-secret")
conf = Config(content="{lines}")

web = Service(
    image="web:1@sha256:{digest}",
    networks=[net],
    configs=[conf.at("/etc/web.conf")],
    environment={{"LOG": "{log}", "API_TOKEN": "{token}"}},
    deploy=Deploy(replicas=2),
)
api = Service(image="api:1@sha256:{digest}", networks=[net], deploy=Deploy(labels={{"tier": "{tier}"}}))
'''
BEFORE = {"lines": "a\\nb\\nc\\n", "digest": "a" * 64, "log": "info", "token": "old-token", "tier": "one"}

Run = Callable[..., Any]


def written(path: Path, **changed: str) -> Path:
    path.write_text(SHOP.format(**{**BEFORE, **changed}))
    return path


def lists(there: Live) -> dict[str, list[dict[str, Any]]]:
    """What a daemon lists of a swarm."""
    found = {kind: list(there.of(kind).values()) for kind in ("networks", "secrets", "configs", "services")}  # type: ignore[arg-type]
    for service in found["services"]:
        template = service["Spec"]["TaskTemplate"]
        template["Networks"] = [{**each, "Target": f"net-{each['Target']}"} for each in template["Networks"]]
        for field, noun in (("Secrets", "Secret"), ("Configs", "Config")):
            for each in template["ContainerSpec"].get(field) or ():
                each[f"{noun}ID"] = there.of(field.lower())[each[f"{noun}Name"]]["ID"]  # type: ignore[arg-type]
    return found


@pytest.fixture
def shop(folder: Path) -> Path:
    """A folder called after its stack."""
    (folder / "shop").mkdir()
    return written(folder / "shop" / "stack.py")


@pytest.fixture
def daemon(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A swarm in which Docker has deployed the shop."""
    specs = lower(load(shop), "shop", environment={})
    with answering(lists(live(specs)), tmp_path_factory.mktemp("d")) as found:
        yield found


@pytest.fixture
def plan(run: Run, daemon: Daemon, shop: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Plan the shop."""
    monkeypatch.chdir(shop.parent)
    return lambda *words: run("plan", "-H", daemon.host, *words)


def test_no_changes(plan: Run) -> None:
    ended = plan("--detailed-exitcode")
    assert (ended.status, ended.err) == (exits.DONE, "")
    assert ended.out.endswith("\nNo changes. shop matches stack.py.\n")


def test_the_swarm_is_read_once(plan: Run, daemon: Daemon) -> None:
    plan()
    asked = [call for call in daemon.calls if "_ping" not in call and "version" not in call]
    assert sorted(asked) == ["GET /configs", "GET /info", "GET /networks", "GET /secrets", "GET /services"]


@pytest.mark.parametrize("width", ["100", "60"])
def test_changes(plan: Run, shop: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch, width: str) -> None:
    monkeypatch.setenv("COLUMNS", width)
    written(shop, lines="a\\nB\\nc\\n", log="debug", token="new-token", tier="two")
    ended = plan("--detailed-exitcode")
    assert ended.status == exits.CHANGES
    assert "token" not in ended.out.lower().replace("api_token", "")
    golden(f"plans/command-{width}.txt", ended.out.partition("\n\n")[2])  # above, the socket's path is folded


def test_values_are_shown_when_asked_for(plan: Run, shop: Path) -> None:
    written(shop, token="new-token")
    assert "new-token" not in plan().out
    assert "old-token -> new-token" in plan("--show-values").out


def test_json(plan: Run, shop: Path) -> None:
    written(shop, token="new-token", tier="two")
    ended = plan("--format", "json")
    assert ended.status == exits.DONE
    data = json.loads(ended.out)
    assert data["summary"] == {"add": 0, "replace": 0, "change": 2, "remove": 0, "restart": 1}
    assert [(change["key"], change["place"]) for change in data["changes"]] == [
        ("api", "stack.py:15"),
        ("web", "stack.py:8"),
    ]
    assert "new-token" not in ended.out


def test_a_plan_is_saved(plan: Run, shop: Path) -> None:
    written(shop, tier="two")
    ended = plan("--out", "shop.plan")
    assert (ended.status, ended.err) == (exits.DONE, "shop.plan written\n")
    file = shop.parent / "shop.plan"
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text())["saved"]["words"]["file"] is None
    assert "hunter2" not in file.read_text()


def test_a_saved_plan_is_applied_as_long_as_it_holds(plan: Run, run: Run, shop: Path, daemon: Daemon) -> None:
    plan("--out", "shop.plan")
    ended = run("apply", "-H", daemon.host, "--plan", "shop.plan", "--yes", "--detach")
    assert ended.status == exits.DONE, ended.err
    written(shop, tier="two")
    plan("--out", "shop.plan")
    service = next(each for each in daemon.lists["services"] if each["Spec"]["Name"] == "shop_api")
    service["Spec"]["Labels"]["somebody"] = "else"
    service["Version"]["Index"] += 1
    ended = run("apply", "-H", daemon.host, "--plan", "shop.plan", "--yes", "--detach")
    assert ended.status == exits.STALE
    assert "the plan in shop.plan no longer holds: service shop_api has been changed" in ended.err


@pytest.mark.parametrize("words", [["--prune"], ["--resolve-image", "never"]])
def test_a_saved_plan_says_all_that_is_done(plan: Run, run: Run, daemon: Daemon, words: list[str]) -> None:
    plan("--out", "shop.plan")
    ended = run("apply", "-H", daemon.host, "--plan", "shop.plan", "--yes", *words)
    assert ended.status == exits.USAGE
    assert f"{words[0]} has no place beside --plan" in ended.err


def test_no_stack_is_read_beside_a_plan_without_secrets(plan: Run, run: Run, shop: Path, daemon: Daemon) -> None:
    written(shop, tier="two")
    plan("--service", "api", "--out", "shop.plan")
    ended = run("apply", "-H", daemon.host, "--plan", "shop.plan", "none.py", "--yes", "--detach")
    assert ended.status == exits.USAGE
    assert "no stack has a place beside shop.plan" in ended.err


def test_a_plan_that_cannot_be_applied_is_shown_and_not_kept(plan: Run, shop: Path) -> None:
    more = "nowhere = Network(external=True)\nmore = Service(image='x', networks=[nowhere])\n"
    shop.write_text(f"{shop.read_text()}\nfrom pystackdsl import Network\n{more}")
    ended = plan("--out", "shop.plan")
    assert ended.status == exits.FAILED
    assert "external network nowhere does not exist" in ended.out
    assert "shop.plan not written" in ended.err
    assert not (shop.parent / "shop.plan").exists()


def test_a_plan_never_takes_the_place_of_its_stack(plan: Run, shop: Path) -> None:
    text = shop.read_text()
    ended = plan("stack.py", "--name", "shop", "--out", "stack.py")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "stack.py is the stack file itself" in ended.err
    assert shop.read_text() == text


def test_a_plan_that_cannot_be_kept_is_not_shown(plan: Run) -> None:
    ended = plan("--out", "nowhere/shop.plan")
    assert (ended.status, ended.out) == (exits.FAILED, "")


def test_a_saved_plan_asks_for_its_secrets(plan: Run, run: Run, shop: Path, daemon: Daemon) -> None:
    plan("--out", "shop.plan")
    shop.write_text(shop.read_text().replace("hunter2", "hunter3"))
    ended = run("apply", "-H", daemon.host, "--plan", "shop.plan", "--yes", "--detach")
    assert ended.status == exits.STALE
    assert "the source of secret pw has been changed" in ended.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--force", "webb"], "did you mean web?"),
        (["--rerun", "web"], "service web is no job"),
        (["--service", "web", "--force", "api"], "--force api: --service limits this to web"),
        (["--service", "nothing"], "the stack has no service nothing"),
        (["--resolve-image", "sometimes"], '--resolve-image cannot be "sometimes"'),
        (["--name", "a b"], 'the name given is "a b"'),
    ],
)
def test_a_wrong_command_line(plan: Run, words: list[str], told: str) -> None:
    ended = plan(*words)
    assert ended.status == exits.USAGE
    assert told in ended.err
    assert ended.out == ""


def test_only_one_service(plan: Run, shop: Path) -> None:
    written(shop, log="debug", tier="two")
    assert "service api" not in plan("--service", "web").out
    assert "service web" not in plan("--service", "api").out


def test_errors_of_the_stack_come_first(run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.parent)
    shop.write_text(SHOP.format(**BEFORE) + '\nbad = Service(image="x", ports=["8080:80", "8080:81"])\n')
    ended = run("plan", "-H", "unix:///nowhere.sock")
    assert ended.status == exits.FAILED
    assert "nothing planned" in ended.err
    assert "nowhere" not in ended.err


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_swarm_ignores_is_told(plan: Run, shop: Path) -> None:
    shop.write_text(SHOP.format(**BEFORE).replace("api = Service(", "api = Service(depends_on=[web], "))
    assert "warning: Swarm ignores depends_on: api starts without waiting for web" in plan().err


def test_no_daemon(run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.parent)
    ended = run("plan", "-H", "unix:///nowhere.sock")
    gc.collect()  # the SDK leaves the socket open that it could not connect
    assert ended.status == exits.FAILED
    assert "nowhere.sock" in ended.err


def test_an_external_network_that_is_missing_stands_in_the_way(plan: Run, shop: Path) -> None:
    shop.write_text(
        SHOP.format(**BEFORE).replace('Network(driver="overlay")', 'Network(external=True, name="outside")')
    )
    ended = plan()
    assert ended.status == exits.FAILED
    assert "! error: external network outside does not exist in the swarm" in ended.out
