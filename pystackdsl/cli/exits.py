"""How every verb ends: one table of exit codes, told by `--help` and kept to by all verbs."""

from typing import Final

__all__ = [
    "CHANGES", "DONE", "FAILED", "INTERRUPTED", "MEANINGS", "PAUSED", "ROLLED_BACK", "STALE", "TIMED_OUT",
    "UNSCHEDULABLE", "UNSTABLE", "USAGE",
]  # fmt: skip

DONE: Final = 0
FAILED: Final = 1
CHANGES: Final = 2
ROLLED_BACK: Final = 3
PAUSED: Final = 4
TIMED_OUT: Final = 5
UNSCHEDULABLE: Final = 6
UNSTABLE: Final = 7
STALE: Final = 8
USAGE: Final = 125
INTERRUPTED: Final = 130

MEANINGS: Final = {
    DONE: "done, or nothing to do",
    FAILED: "there are errors, `build --check` saw a difference, or `check` too many warnings",
    CHANGES: "there are changes, where that was asked for",
    ROLLED_BACK: "rolled back",
    PAUSED: "the update is paused",
    TIMED_OUT: "timed out",
    UNSCHEDULABLE: "tasks cannot be scheduled",
    UNSTABLE: "tasks do not stay up",
    STALE: "the plan no longer holds: what it touches has changed",
    USAGE: "the command line is wrong",
    INTERRUPTED: "interrupted",
}
"""What each exit code means. A verb's help lists those the verb can end with."""
