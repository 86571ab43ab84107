"""What the tests stand on outside Python: the Docker CLI that judges our output, and a real Docker Engine of our own.

`tests/conftest.py` turns both into fixtures, `tests/setup` installs what they need, `tests/README.md` tells how to use
them. Nothing here imports the package under test.
"""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The project's folder."""

HOME = "/home/user"
"""The home folder that Docker clients are told, so that `~` means the same on every machine. It need not exist."""


def required() -> bool:
    """Whether a missing engine or judge is a failure here rather than a loud skip: in CI, and under `tests/run`."""
    return os.environ.get("CI", "").lower() == "true" or os.environ.get("PYSTACKDSL_REQUIRE_ENGINE") == "1"
