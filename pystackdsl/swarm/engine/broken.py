"""What it means that no daemon answered: an exception of a transport comes in, the error that people are told goes out.

Called by `connection` for the first call, and by `client` for all others.
"""

import socket
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pystackdsl.swarm.engine.endpoint import Endpoint
from pystackdsl.swarm.errors import Unreachable

if TYPE_CHECKING:
    from ssl import SSLError

__all__ = ["broke", "is_of_transport", "unreachable"]

UNSENT: Final = (ConnectionRefusedError, FileNotFoundError, PermissionError, socket.gaierror)
"""Errors of making a connection, before anything is sent."""


def is_of_transport(error: Exception) -> bool:
    """Whether it is an error of the connection; those of requests are OSErrors, but it lets some of urllib3 through."""
    urllib3 = sys.modules.get("urllib3")
    return isinstance(error, OSError) or (urllib3 is not None and isinstance(error, urllib3.exceptions.HTTPError))


def broke(where: str, error: Exception, *, writes: bool) -> Unreachable:
    """The error of a call that was not answered; one that `writes` may have been carried out, if it was sent."""
    if _timed_out(error):
        summary = f"the Docker daemon at {where} does not answer in time"
    else:
        summary = f"the connection to the Docker daemon at {where} broke"
    sent = writes and not any(_is_unsent(each) for each in _causes(error))
    return Unreachable(summary, help="look whether the daemon runs, and try again", sent=sent)


def unreachable(place: Endpoint, error: Exception) -> Unreachable:
    """The error of a connection that could not be made."""
    causes = [*_causes(error)]
    if place.host.startswith("ssh://"):
        return _ssh(place, causes)
    if any(isinstance(each, PermissionError) for each in causes):
        return Unreachable(
            f"the Docker daemon at {place.where} may not be used by this user",
            help="add the user to the group docker and log in again, or run the command as root",
        )
    refusal = _refusal(causes)
    if refusal is not None:
        return _tls(place, refusal)
    return Unreachable(
        f"no Docker daemon answers at {place.where}: {_reason(error, causes)}",
        help="start it, or name another with --context or -H",
    )


def _ssh(place: Endpoint, causes: list[BaseException]) -> Unreachable:
    from pystackdsl.swarm.engine.ssh import trial

    if any(isinstance(each, FileNotFoundError) for each in causes):
        return Unreachable(f"no Docker daemon answers at {place.where}: there is no ssh command", help="install ssh")
    return Unreachable(
        f"no Docker daemon answers at {place.where} through ssh", help=f"try `{trial(place.host)}`, which is to succeed"
    )


def _refusal(causes: "list[BaseException]") -> "SSLError | None":
    """What TLS did not take; where nobody imported it, nothing."""
    if "ssl" not in sys.modules:
        return None
    from ssl import SSLError

    return next((each for each in causes if isinstance(each, SSLError)), None)


def _tls(place: Endpoint, refusal: "SSLError") -> Unreachable:
    reason = getattr(refusal, "reason", None) or ""
    failed = f"the TLS connection to the Docker daemon at {place.where} failed"
    if reason == "WRONG_VERSION_NUMBER":
        return Unreachable(f"{failed}: it does not speak TLS", help="leave out DOCKER_TLS_VERIFY, or use its TLS port")
    silent = reason in ("", "UNEXPECTED_EOF_WHILE_READING")
    said = getattr(refusal, "verify_message", "") or (_SILENT if silent else reason.replace("_", " ").lower())
    return Unreachable(
        f"{failed}: {said.rstrip('.')}", help="look at the files in DOCKER_CERT_PATH, or at those of the context"
    )


_SILENT: Final = "the daemon closed it without a word, as one may that wants a client's certificate"


def _reason(error: Exception, causes: list[BaseException]) -> str:
    """Why, in few words."""
    if any(isinstance(each, FileNotFoundError) for each in causes):
        return "there is no such socket"
    if any(isinstance(each, socket.gaierror) for each in causes):
        return "its name is not known"
    if _timed_out(error):
        return "no answer in time"
    said = next((each.strerror for each in reversed(causes) if isinstance(each, OSError) and each.strerror), "")
    return said.lower() or "the connection broke"


def _timed_out(error: Exception) -> bool:
    return isinstance(error, TimeoutError) or "Timeout" in type(error).__name__


def _is_unsent(cause: BaseException) -> bool:
    return isinstance(cause, UNSENT) or type(cause).__name__ in ("NewConnectionError", "ConnectTimeoutError")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and those that it wraps in the ways of requests and urllib3."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop(0)
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__]
