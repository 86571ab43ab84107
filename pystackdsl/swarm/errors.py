"""What a swarm can answer instead of doing what it is asked: raised by `engine`, told by `cli`.

EngineError
├── Unreachable   no daemon answers, or the connection broke: whether a call was carried out is then unknown
├── NotAManager   the daemon answers, but is not a manager of a swarm
└── Refused       the daemon answered with an error
"""

__all__ = ["EngineError", "NotAManager", "Refused", "Unreachable"]


class EngineError(Exception):
    """The swarm does not do what it is asked; the message says what, `help` names the cure."""

    def __init__(self, summary: str, *, help: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.help = help


class Unreachable(EngineError):
    """No daemon answers there, or the connection broke. A call was under way if `sent`: it may have been done."""

    def __init__(self, summary: str, *, help: str = "", sent: bool = False) -> None:
        super().__init__(summary, help=help)
        self.sent = sent


class NotAManager(EngineError):
    """The daemon is not a manager of a swarm."""


class Refused(EngineError):
    """The daemon answered with an error: `status` is HTTP's, `summary` the daemon's own words."""

    def __init__(self, summary: str, *, status: int, help: str = "") -> None:
        super().__init__(summary, help=help)
        self.status = status

    @property
    def is_missing(self) -> bool:
        """Whether the object is not there."""
        return self.status == 404

    @property
    def is_outdated(self) -> bool:
        """Whether somebody else changed the object since it was read (`update out of sequence`)."""
        return "update out of sequence" in self.summary
