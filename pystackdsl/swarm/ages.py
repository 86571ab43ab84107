"""How long ago something was, in the Docker CLI's words: times of the API come in, `2 minutes` goes out."""

from datetime import UTC, datetime, timedelta
from typing import Final

__all__ = ["age", "nanoseconds"]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
BEGINNING: Final = datetime(1, 1, 1, tzinfo=UTC)
"""What the API gives for a time that is none."""
LONGEST: Final = 9223372036
"""Seconds of Go's longest duration."""
UNITS: Final = ((48, 1, "hours"), (14 * 24, 24, "days"), (60 * 24, 7 * 24, "weeks"), (2 * 365 * 24, 30 * 24, "months"))
"""Up to how many hours a unit is used, and how many hours it has."""


def age(timestamp: str, now: datetime) -> str:
    """How long ago a time of the API is."""
    passed = (now - EPOCH) // timedelta(microseconds=1) * 1000 - nanoseconds(timestamp)
    seconds = min(passed // 10**9, LONGEST)
    if seconds < 60:
        return "less than a second" if seconds < 1 else "1 second" if seconds < 2 else f"{seconds} seconds"
    if seconds < 3600:
        return "about a minute" if seconds < 120 else f"{seconds // 60} minutes"
    hours = (seconds + 1800) // 3600
    for below, size, unit in UNITS:
        if hours < below:
            return "about an hour" if hours == 1 else f"{hours // size} {unit}"
    return f"{seconds // 3600 // 24 // 365} years"


def nanoseconds(timestamp: str) -> int:
    """A time of the API as nanoseconds since 1970, which is exact where Python's own times are not."""
    whole, _, fraction = timestamp.removesuffix("Z").partition(".")
    try:
        moment = datetime.fromisoformat(whole).replace(tzinfo=UTC)
        rest = int(fraction[:9].ljust(9, "0"))
    except ValueError:
        moment, rest = BEGINNING, 0
    return (moment - EPOCH) // timedelta(seconds=1) * 10**9 + rest
