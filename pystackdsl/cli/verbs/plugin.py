"""`pystackdsl plugin`: makes `docker pystack …` of the command, and takes that away again."""

import argparse
import os
import sys
from pathlib import Path
from typing import Final

from pystackdsl.cli import exits
from pystackdsl.cli.failure import CommandError, UsageError
from pystackdsl.cli.parsing import Parser, either
from pystackdsl.cli.plugin import METADATA, NAME
from pystackdsl.cli.terminal import say

GROUP: Final = "author"
SUMMARY: Final = "make `docker pystack` of this command, as a plugin of docker"
USAGE: Final = "install|remove [--force]"
ABOUT: Final = """\
Put a small script into docker's folder of plugins, so that `docker pystack …` is this command:
with docker's own options before the name, in the list of `docker --help`, and completed as
docker completes. The script runs the Python that runs this; install it again when that moves."""
EXAMPLE: Final = """\
pystackdsl plugin install
docker --context prod pystack ls
pystackdsl plugin remove"""
EXITS: Final = (exits.DONE, exits.FAILED)

ACTIONS: Final = ("install", "remove")
MARK: Final = "# Made by `pystackdsl plugin install`; `pystackdsl plugin remove` takes it away."


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    group = parser.add_argument_group("what is done")
    group.add_argument(
        "action", nargs="?", choices=ACTIONS, type=either("the action", *ACTIONS), metavar="ACTION",
        help="install or remove",
    )  # fmt: skip
    group.add_argument("--force", action="store_true", help="even where the file is not ours")


def run(options: argparse.Namespace) -> int:
    """Install or remove it, and tell the exit code."""
    if options.action is None:
        raise UsageError("install it, or remove it?", expected="install or remove")
    if os.name == "nt":
        raise CommandError("on Windows a plugin of docker has to be an .exe file", help="run `pystackdsl` itself")
    from pystackdsl.swarm.engine.endpoint import docker_folder

    path = docker_folder(os.environ) / "cli-plugins" / f"docker-{NAME}"
    if not options.force and os.path.lexists(path) and MARK not in _text(path):
        raise CommandError(f"{path} is there, and not of our making", help="look at it; --force takes its place")
    try:
        done = _install(path) if options.action == "install" else _remove(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from None
    say(done)
    return exits.DONE


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _install(path: Path) -> str:
    """Write the script, and see whether it answers. Raises OSError, CommandError."""
    import shlex
    import subprocess

    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    # -P: what lies in the working folder is no part of the command.
    draft.write_text(f'#!/bin/sh\n{MARK}\nexec {shlex.quote(sys.executable)} -P -m pystackdsl.cli.plugin "$@"\n')
    try:
        draft.chmod(0o755)
        answer = subprocess.run([draft, METADATA], capture_output=True, check=False)
        if answer.returncode or b"SchemaVersion" not in answer.stdout:
            raise CommandError(
                f"{sys.executable} does not find pystackdsl by itself",
                help="install it there, such as with `pip install pystackdsl`",
            )
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return f"{path} written\ntry it:  docker {NAME} --help\n"


def _remove(path: Path) -> str:
    """Take the script away. Raises OSError."""
    if not os.path.lexists(path):
        return f"there is no {path}\n"
    path.unlink()
    return f"{path} removed\n"
