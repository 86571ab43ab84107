"""Thousands of stack files with one thing wrong: do Docker and we refuse the same, and read the rest alike?

    python tests/mutants.py [COUNT [SEED]]

Exits 1 when there is any disagreement. A thousand take about half a minute.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from conformance.mutants import judged, sample
from rig import judge as judges


def main() -> int:
    count, seed = (
        (int(word) for word in (*sys.argv[1:3], "3000", "1")[:2]) if len(sys.argv) != 2 else (int(sys.argv[1]), 1)
    )
    judge = judges.find()
    if judge is None:
        print(judges.missing())
        return 1
    report = judged(judge, sample(count, seed=seed))
    for line in (*report.disagreements, *report.crashes):
        print(line)
    print(report)
    return 1 if report.disagreements or report.crashes else 0


if __name__ == "__main__":
    sys.exit(main())
