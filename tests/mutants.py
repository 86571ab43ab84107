"""Thousands of stack files with one thing wrong: do Docker and we refuse the same, and read the rest alike?

    python tests/mutants.py [COUNT [SEED]]             judged by `docker stack config`: a thousand take half a minute
    python tests/mutants.py --deploy [COUNT [SEED]]    deployed to an Engine of our own, as root: a second each

Exits 1 when there is any disagreement that is not on purpose.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from conformance.deploys import deploy, deployable
from conformance.mutants import judged, sample
from rig import engine as engines
from rig import judge as judges
from rig.judge import Judge


def main(words: Sequence[str]) -> int:
    judge = judges.find()
    if judge is None:
        print(judges.missing())
        return 1
    if words[:1] == ["--deploy"]:
        return deployed(judge, *numbers(words[1:], 100, 1))
    report = judged(judge, sample(*numbers(words, 3000, 1)))
    for line in (*report.disagreements, *report.crashes):
        print(line)
    print(report)
    return 1 if report.disagreements or report.crashes else 0


def numbers(words: Sequence[str], *defaults: int) -> list[int]:
    given = [int(word) for word in words]
    return [*given, *defaults[len(given) :]]


def deployed(judge: Judge, count: int, seed: int) -> int:
    tried = refused = different = 0
    with engines.running(judge.command) as engine:
        for mutant in islice(deployable(seed=seed), count):
            found = deploy(engine, mutant, f"m{tried}")
            tried += 1
            refused += bool(found.refusal)
            if found.disagreement:
                different += 1
                print(found.disagreement, flush=True)
    print(f"{tried} mutants: docker stack deploy refuses {refused}; {different} disagreements")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
