"""Hostile stack files through the whole YAML front end, for as long as you like.

    python tests/fuzz.py [SECONDS [SEED]]

Each input may take a second and the process a gigabyte; what takes more, or fails in any way but by saying what is
wrong, is printed with its seed, and the exit code is 1.
"""

from __future__ import annotations

import resource
import signal
import sys
import time
from pathlib import Path
from random import Random
from types import FrameType

sys.path.insert(0, str(Path(__file__).parent))

from compose.hostile import hostile, outcome, shown

MEMORY = 1 << 30
PATIENCE = 5.0


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, _give_up)
    end = time.monotonic() + seconds
    tried = failures = 0
    slowest = 0.0
    while time.monotonic() < end:
        drawn = hostile(Random(seed + tried))
        start = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
        try:
            fault = outcome(drawn)
        except TimeoutError:
            fault = f"took more than {PATIENCE:g} s"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        slowest = max(slowest, time.monotonic() - start)
        if fault:
            failures += 1
            print(f"--- seed {seed + tried}: {fault}\n{shown(drawn)[:3000]}\n", flush=True)
        tried += 1
    print(f"{tried} inputs, {failures} failures; the slowest took {slowest:.2f} s")
    return 1 if failures else 0


def _give_up(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError


if __name__ == "__main__":
    sys.exit(main())
