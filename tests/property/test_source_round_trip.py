"""The law of the Python writer: executing what it writes gives the stack again."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from hypothesis import assume, given
from property.strategies import stacks

from pystackdsl import Stack
from pystackdsl.model import variable
from pystackdsl.model.variable import Open
from pystackdsl.python.writer import write


def run(source: str) -> Stack:
    """The stack of a source text, its variables left open."""
    token = variable.environment.set(None)
    try:
        held: dict[str, object] = {"__name__": "stack"}
        exec(compile(source, "stack.py", "exec"), held)
        return Stack.of(held)
    finally:
        variable.environment.reset(token)


def one_word(value: Any) -> Any:
    """A comparable form in which a variable's truth value has one spelling: Python has one word for `no` and `off`.
    And a service that comes later is depended on by its name."""
    if isinstance(value, Open):
        return re.sub("(?<=-)(yes|on|y)(?=\ufdd1)", "true", re.sub("(?<=-)(no|off|n)(?=\ufdd1)", "false", value.text))
    if isinstance(value, tuple) and value[:1] == ("reference",):
        return value[1]
    if isinstance(value, dict):
        return {name: one_word(item) for name, item in value.items()}
    return [one_word(item) for item in value] if isinstance(value, (list, tuple)) else value


@given(stacks())
def test_executing_what_is_written_gives_the_stack_again(stack: Stack) -> None:
    source = write(stack)
    assert one_word(run(source).resolved()) == one_word(stack.resolved()), source


@given(stacks())
def test_what_is_written_is_formatted(stack: Stack) -> None:
    source = write(stack)
    assume(all(len(line) <= 88 for line in source.splitlines()))  # beyond, a formatter breaks what has no better place
    command = [Path(sys.executable).with_name("ruff"), "format", "--isolated", "--diff", "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0), done.stdout + done.stderr
