"""How fast pystackdsl is, in ratios to the Docker CLI: `python benchmarks/run.py`.

    --quick              few rounds, and nothing of 10,000 services
    --rounds N           N times the usual number of rounds
    --only SUITE         one suite: building, reading, or operating (which needs root, for real Engines)
    --write FILE         write the table as a Markdown page (docs/benchmarks.md)

It builds the wheel, installs it into a fresh environment, checks that what we build means the same to Docker as the
YAML beside it, and then times the installed console script against the Docker CLI: `docker stack config`, and on real
Engines `docker stack deploy` and `rm`. Exits 1 when a bar is missed. Leave the machine alone meanwhile.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "tests")]

import fleet  # noqa: E402
import origins  # noqa: E402
from measure import Duel, duel  # noqa: E402
from operating import operating  # noqa: E402
from rows import Row, growth_row, memory_row, share_row, time_row  # noqa: E402

COLUMNS = ("what", "ours", "Docker CLI", "ratio", "bar", "stretch", "")


class Bench(NamedTuple):
    """Where things are: the installed command, the Docker CLI, a folder of stacks by their number of services."""

    pystackdsl: Path
    docker: Path
    stacks: Path
    rounds: int
    quick: bool

    def build(self, count: int, rounds: int, source: str = "stack.py") -> Duel:
        """`pystackdsl build` of a fleet against `docker stack config` of its YAML."""
        return duel(
            self.folder(count),
            [self.pystackdsl, "build", source],
            [self.docker, "stack", "config", "--compose-file=stack.yml"],
            rounds * self.rounds,
        )

    def folder(self, count: int) -> Path:
        folder = self.stacks / str(count)
        if not folder.exists():
            fleet.write(folder, count)
        return folder


def building(bench: Bench) -> Iterator[Row]:
    """A stack file in Python to YAML."""
    yield time_row("cold build, 5 services", bench.build(5, 7 if bench.quick else 25), 3.0, 2.0)
    thousand = bench.build(1000, 3 if bench.quick else 9)
    yield time_row("build, 1,000 services", thousand, 0.20, 0.12)
    yield memory_row("peak memory, 1,000 services", thousand, 0.20, 0.10)
    parts = origins.cost(bench.pystackdsl.with_name("python"), bench.folder(1000), 3 if bench.quick else 9)
    yield share_row("source map, share of that build", *parts, 0.05, 0.02)
    if bench.quick:
        return
    many = bench.build(10000, 3)
    yield time_row("build, 10,000 services", many, 0.16, 0.09)
    yield memory_row("peak memory, 10,000 services", many, 0.10, 0.06)
    yield growth_row("time of 10,000 / of 1,000", thousand, many)


def reading(bench: Bench) -> Iterator[Row]:
    """Stack YAML read, checked and written again, beside Docker, which reads it and writes it in full."""
    thousand = bench.build(1000, 3 if bench.quick else 9, "stack.yml")
    yield time_row("YAML through, 1,000 services", thousand, 0.45, 0.30)
    if bench.quick:
        return
    many = bench.build(10000, 3, "stack.yml")
    yield time_row("YAML through, 10,000 services", many, 0.45, 0.30)
    yield growth_row("YAML through, time of 10,000 / of 1,000", thousand, many)


SUITES: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "building": building,
    "reading": reading,
    "operating": lambda bench: operating(bench.pystackdsl, bench.docker, bench.stacks, bench.rounds, quick=bench.quick),
}
"""What is measured, in the order of the table."""


def install(room: Path) -> Path:
    """The console script of a freshly built wheel in a fresh environment, its modules compiled."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def pip(python: Path | str, *args: str | Path) -> None:
        quiet = ("-m", "pip", "--quiet", "--disable-pip-version-check")
        subprocess.run([python, *quiet, *args], env=environment, check=True, stdout=sys.stderr)

    venv.create(room / "venv", with_pip=True)
    python = room / "venv" / "bin" / "python"
    pip(python, "wheel", "--no-deps", "--wheel-dir", room, ROOT)
    pip(python, "install", "--compile", *room.glob("*.whl"))
    return python.with_name("pystackdsl")


def check_meaning(bench: Bench, count: int) -> None:
    """Before any timing: what we build is taken by Docker and means what the YAML says."""
    from rig.judge import Judge

    folder = bench.folder(count)
    built = folder / "built.yml"
    subprocess.run([bench.pystackdsl, "build", "--output", built], cwd=folder, check=True)
    same = Judge(bench.docker).same(built, folder / "stack.yml")
    if not same:
        raise SystemExit(f"what is built does not mean what the YAML says:\n{same!r}")


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table, aligned, so that it reads well on a terminal too."""
    lines = [COLUMNS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    text = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    return "\n".join([text[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *text[1:]]) + "\n"


def page(rows: list[Row], docker: Path) -> str:
    """The table with what one has to know to read it."""
    version = subprocess.run([docker, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    return f"""# Speed

Our time divided by the Docker CLI's, for the same stack, both run in pairs and in turns; the median of the pairs. Below
1 is faster than Docker. Each service has eighteen keys. Timed are the console script of an installed wheel and
`docker stack config`, each from the start of its process to its end. What concerns a swarm is timed on two Engines of
the same kind, one for each of the two, against `docker stack deploy` and `docker stack rm`; services have no tasks
there, digests are not asked for, and neither of the two waits.

{table(rows)}
{version}, Python {platform.python_version()}, {machine}. Made by `python benchmarks/run.py --write docs/benchmarks.md`.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=1, metavar="N")
    parser.add_argument("--write", type=Path, metavar="FILE")
    parser.add_argument("--only", action="append", choices=SUITES)
    options = parser.parse_args()

    from rig import judge

    found = judge.find()
    if found is None:
        raise SystemExit(judge.missing())
    with tempfile.TemporaryDirectory(prefix="pystackdsl-bench-") as name:
        room = Path(name)
        bench = Bench(install(room), found.command, room / "stacks", options.rounds, options.quick)
        for count in (5, 1000):
            check_meaning(bench, count)
        rows = []
        for suite in options.only or SUITES:
            for row in SUITES[suite](bench):
                print(f"{row.what}: {row.value:.2f}", file=sys.stderr)
                rows.append(row)
    print(table(rows))
    if options.write:
        options.write.write_text(page(rows, found.command))
    return not all(row.met for row in rows)


if __name__ == "__main__":
    sys.exit(main())
