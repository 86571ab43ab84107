"""Fuzz the reading of stack files: `python tests/fuzz_document.py --seconds 60`. No part of the test suite.

Texts that are almost YAML, raw bytes and alias bombs go through `read` and `interpolate`. Nothing but InvalidStack may
come out, within five seconds and a gigabyte. With `--judge`, the Docker CLI is asked about each text too, which is
slower by far. Failures are printed with the seed that repeats them; the exit code is 1 when there are any.
"""

from __future__ import annotations

import argparse
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from random import Random

if __package__ is None or __package__ == "":
    sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1])]

from property.test_interpolation import ENV, PIECES, uncast
from property.yaml_mutants import differs, mutant, soup
from rig import judge as judges
from rig.judge import Judge

from pystackdsl.compose.document import read
from pystackdsl.compose.interpolate import interpolate
from pystackdsl.diagnostics import InvalidStack

SECONDS = 5
BYTES = 2**30


def raw(random: Random) -> bytes:
    """Bytes, some of them of a text."""
    text = random.choice((mutant, soup))(random).encode(random.choice(("utf-8", "utf-8-sig", "utf-16", "utf-16-be")))
    at = random.randrange(len(text) + 1)
    return text[:at] + random.randbytes(random.randrange(4)) + text[at + random.randrange(3) :]


def bomb(random: Random) -> str:
    """Aliases of aliases, or nesting, far beyond reason."""
    width, levels = random.randrange(2, 60), random.randrange(2, 60)
    kind = random.randrange(4)
    if kind == 0:
        return "x-t: " + random.choice(("[", "{a: ", "- ", "? ", "[{", "!!x [", "&a [")) * random.randrange(100_000)
    if kind == 1:
        return "x-t:\n" + "\n".join(" " * level + "a:" for level in range(1, random.randrange(3000)))
    first = f"x-0: &a0 {{{', '.join(f'k{n}: v' for n in range(width))}}}\n"
    if kind == 2:
        return first + "".join(f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]\n" for n in range(1, levels))
    return first + "".join(
        f"x-{n}: &a{n} {{<<: *a{n - 1}, l{n}: *a{n - 1}, m: {{<<: [*a{n - 1}, *a0]}}}}\n" for n in range(1, levels)
    )


def templates(random: Random) -> str:
    """A tree of texts with variables."""
    lines = ["".join(random.choice(PIECES) for _ in range(random.randrange(9))) for _ in range(5)]
    return "x-t:\n" + "".join("  - |2-\n" + "".join(f"    {part}\n" for part in line.split("\n")) for line in lines)


KINDS: dict[str, Callable[[Random], str | bytes]] = {
    "mutants": mutant,
    "soups": soup,
    "bytes": raw,
    "bombs": bomb,
    "templates": templates,
}


def attempt(text: str | bytes, judge: Judge | None) -> str:
    """Read a text, put variables in, and ask for places; what is wrong with the outcome, or what was raised."""
    signal.alarm(SECONDS)
    try:
        found = read(text)
        interpolate(found.tree, ENV, uncast)
        if len(text) < 10_000 and not all(found.marks.nearest(path) for path in found.marks.paths()):
            return "a value has no place"
    except InvalidStack as error:
        if not error.findings or not all(finding.places for finding in error.findings):
            return "a finding has no place"
    except Exception:
        return traceback.format_exc(limit=-6)
    finally:
        signal.alarm(0)
    return differs(text, judge) if judge and isinstance(text, str) else ""


def overdue(*_: object) -> None:
    raise TimeoutError(f"more than {SECONDS} s")


def main() -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60, help="how long to go on (60)")
    parser.add_argument("--seed", type=int, default=0, help="where to begin (0)")
    parser.add_argument("--judge", action="store_true", help="compare with the Docker CLI")
    options = parser.parse_args()
    judge = judges.find() if options.judge else None
    if options.judge and judge is None:
        parser.error(str(judges.missing()))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    signal.signal(signal.SIGALRM, overdue)

    tried = dict.fromkeys(KINDS, 0)
    failures, seed, end = 0, options.seed, time.monotonic() + options.seconds
    while time.monotonic() < end:
        random = Random(seed)
        kind = random.choice(["mutants", "soups"] if judge else list(KINDS))
        text = KINDS[kind](random)
        tried[kind] += 1
        said = attempt(text, judge)
        if said:
            failures += 1
            print(f"seed {seed}, {kind}: {text[:500]!r}\n{said}")
        seed += 1
    print(f"{sum(tried.values()):,} texts tried ({', '.join(f'{n:,} {kind}' for kind, n in tried.items())}), ", end="")
    print(f"{failures:,} failures, seeds {options.seed} to {seed - 1}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
