"""As much of Django's command as the documentation shows, so that its example runs without Django."""

import sys
from typing import Any, TextIO


class CommandError(Exception):
    """The command failed."""


class BaseCommand:
    stdout: TextIO = sys.stdout

    def add_arguments(self, parser: Any) -> None:
        """Declare the command's arguments."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the command is for."""
