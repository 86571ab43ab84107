"""What the source map costs a build: the share of its CPU time in which the origins of resources are noted.

`python benchmarks/origins.py FOLDER` prints the CPU seconds of both, for the stack file in a folder. The origins are
timed call by call, so the little that the clock takes counts as theirs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

PROGRAM = """
import contextlib, io, json, sys
from time import process_time_ns, thread_time_ns
import pystackdsl.model.value as value
from pystackdsl.cli.main import main

noted, note = 0, value.origin_here
def timed(*arguments):
    global noted
    start = thread_time_ns()
    try:
        return note(*arguments)
    finally:
        noted += thread_time_ns() - start
value.origin_here = timed
with contextlib.redirect_stdout(io.StringIO()):
    status = main(["build", "stack.py"])
print(json.dumps([noted, process_time_ns()]))
raise SystemExit(status)
"""


def cost(python: Path | str, folder: Path, rounds: int) -> tuple[float, float]:
    """Median CPU seconds spent on origins, and on all of a build."""
    runs = []
    for _ in range(rounds):
        command = [python, "-I", "-c", PROGRAM]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        runs.append(json.loads(done.stdout))
    return median(run[0] for run in runs) / 1e9, median(run[1] for run in runs) / 1e9


if __name__ == "__main__":
    print(*cost(sys.executable, Path(sys.argv[1]), 7))
