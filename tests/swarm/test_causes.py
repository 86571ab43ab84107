"""The Engine's words about tasks, and the causes that they mean. All texts are those of a real Engine."""

from __future__ import annotations

from typing import get_args

import pytest
from swarm.tasks import EXIT, MISSING, SICK, task

from pystackdsl.cli import exits
from pystackdsl.swarm.causes import (
    CURES,
    STATUSES,
    cause_of,
    exit_code_of,
    filters_in,
    is_denied,
    status_of,
    told,
)
from pystackdsl.swarm.events import Cause

BIND = 'invalid mount config for type "bind": bind source path does not exist: /srv/data'
KILLED = "task: non-zero exit (137)"
PORT = "no suitable node (host-mode port already in use on 2 nodes)"
NODES = "no suitable node (scheduling constraints not satisfied on 2 nodes; insufficient resources on 1 node)"
MIXED = "no suitable node (host-mode port already in use on 1 node; insufficient resources on 1 node)"


@pytest.mark.parametrize(
    ("state", "error", "cause"),
    [
        ("rejected", MISSING, "image-not-found"),
        ("rejected", "pull access denied for shop/api, repository does not exist", "no-credentials"),
        ("pending", NODES, "no-suitable-node"),
        ("pending", "no suitable node (max replicas per node limit exceed)", "no-suitable-node"),
        ("pending", "no suitable node", "no-suitable-node"),
        ("pending", PORT, "port-taken"),
        ("pending", MIXED, "no-suitable-node"),
        ("failed", "driver failed programming external connectivity: port is already allocated", "port-taken"),
        ("rejected", BIND, "missing-mount"),
        ("failed", EXIT, "crash-loop"),
        ("complete", "", "crash-loop"),
        ("failed", SICK, "unhealthy"),
        ("rejected", "node is missing network attachments, ip addresses may be exhausted", "no-addresses"),
        ("new", "", "no-addresses"),
        ("failed", "starting container failed: OCI runtime create failed: permission denied", "cannot-start"),
    ],
)
def test_what_the_engine_says_has_a_cause(state: str, error: str, cause: Cause) -> None:
    assert cause_of(task(state, error=error)) == cause


@pytest.mark.parametrize(
    ("is_limited", "is_oom", "cause"),
    [
        (True, True, "out-of-memory"),
        (False, True, "out-of-memory"),
        (True, False, "crash-loop"),
        (True, None, "out-of-memory"),
        (False, None, "crash-loop"),
    ],
)
def test_a_killed_program_ran_out_of_memory_or_not(is_limited: bool, is_oom: bool | None, cause: Cause) -> None:
    assert cause_of(task("failed", error=KILLED), is_limited=is_limited, is_oom=is_oom) == cause


def test_a_killed_program_that_was_sick_did_not_run_out_of_memory() -> None:
    assert cause_of(task("failed", error=SICK), is_limited=True) == "unhealthy"


def test_exit_codes_are_read_from_the_engines_words() -> None:
    assert exit_code_of(task("failed", error=KILLED)) == 137
    assert exit_code_of(task("complete", code=0)) == 0
    assert exit_code_of(task("running", code=0)) is None
    assert exit_code_of(task("rejected", error=MISSING)) is None


def test_each_filter_is_told() -> None:
    assert filters_in(NODES) == ("scheduling constraints not satisfied on 2 nodes", "insufficient resources on 1 node")
    assert filters_in("no suitable node") == ()


def test_a_registry_that_wants_credentials_is_known_by_its_words() -> None:
    assert is_denied("unauthorized: authentication required")
    assert not is_denied("manifest unknown")


def test_each_cause_has_an_exit_code_and_words() -> None:
    causes = set(get_args(Cause))
    assert set(STATUSES) == causes
    assert set(CURES) <= causes
    assert set(STATUSES.values()) <= set(exits.MEANINGS)
    assert told("crash-loop") == "its tasks exit (crash loop)"
    assert all(told(cause).endswith(f"({cause.replace('-', ' ')})") for cause in causes)


def test_the_first_cause_gives_the_exit_code() -> None:
    assert status_of([None, "no-suitable-node", "crash-loop"]) == exits.UNSCHEDULABLE
    assert status_of([None]) == exits.DONE
    assert status_of([]) == exits.DONE
