"""Which swarm a verb works on: the options that name it, and the connection that they mean.

The options are those of the `docker` command; without them the daemon is found as `docker` finds it.
"""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pystackdsl.cli.failure import CommandError

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine

__all__ = ["connected", "declare_target", "told"]


def declare_target(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which swarm is meant."""
    group = parser.add_argument_group("which swarm")
    group.add_argument(
        "--context", metavar="CONTEXT", help="the Docker context; by default DOCKER_CONTEXT, or the current one"
    )
    group.add_argument(
        "-H", "--host", metavar="HOST", help="the daemon's address, such as ssh://user@host; by default DOCKER_HOST"
    )


@contextmanager
def connected(options: argparse.Namespace) -> "Iterator[Engine]":
    """The swarm that the arguments of `declare_target` mean. Raises CommandError where it cannot be had."""
    with told():
        from pystackdsl.swarm.engine import connect

        engine = connect(context=options.context, host=options.host)
        try:
            yield engine
        finally:
            engine.close()


@contextmanager
def told() -> Iterator[None]:
    """Tell what a swarm does not do as a command's error."""
    try:
        yield
    except CommandError:
        raise
    except Exception as error:
        from pystackdsl.swarm.errors import EngineError

        if not isinstance(error, EngineError):
            raise
        raise CommandError(error.summary, help=error.help) from None
