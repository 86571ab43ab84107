"""What beginners get wrong first, and exactly what they are told: the line, a caret, what was expected, the cure."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

MISTAKES = {
    "network-driver": """
        from pystackdsl import Network, Service

        backend = Network(driver="default")
        web = Service(image="nginx:1.27", networks=[backend])
    """,
    "subnet-beside-ipam": """
        from pystackdsl import Ipam, Network, Service

        backend = Network(ipam=Ipam(driver="default"), subnet="172.16.238.0/24")
        web = Service(image="nginx:1.27", networks=[backend])
    """,
    "subnet-as-in-yaml": """
        from pystackdsl import Network, Service

        backend = Network(config=[{"subnet": "172.16.238.0/24"}])
        web = Service(image="nginx:1.27", networks=[backend])
    """,
    "delay-of-what": """
        from pystackdsl import Deploy, OnFailure, Service

        web = Service(
            image="nginx:1.27",
            deploy=Deploy(restart=OnFailure(delay=5)),
        )
    """,
    "memory-in-words": """
        from pystackdsl import Deploy, Limits, Resources, Service

        web = Service(
            image="nginx:1.27",
            deploy=Deploy(resources=Resources(limits=Limits(memory="50 megs"))),
        )
    """,
    "cpus-with-a-comma": """
        from pystackdsl import Deploy, Limits, Resources, Service

        web = Service(
            image="nginx:1.27",
            deploy=Deploy(resources=Resources(limits=Limits(cpus="0,5"))),
        )
    """,
    "port-in-words": """
        from pystackdsl import Service

        web = Service(
            image="nginx:1.27",
            ports=["80:eighty"],
        )
    """,
    "network-by-name": """
        from pystackdsl import Network, Service

        backend = Network(driver="overlay")
        web = Service(image="nginx:1.27", networks=["backend"])
    """,
    "restart-as-in-yaml": """
        from pystackdsl import Deploy, Service

        web = Service(image="nginx:1.27", deploy=Deploy(restart="on-failure"))
    """,
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_at_its_line_with_the_cure(
    mistake: str, tmp_path: Path, golden: Callable[[str, str], None]
) -> None:
    source = "\n".join(line[8:] for line in MISTAKES[mistake].splitlines()[1:])
    (tmp_path / "stack.py").write_text(source)
    run = subprocess.run(
        [sys.executable, "-m", "pystackdsl", "build"],
        cwd=tmp_path,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (1, "")
    told = run.stderr
    assert "Traceback" not in told
    assert "--> stack.py:" in told
    assert "^" in told
    assert "= help" in told
    golden(f"beginners/{mistake}.txt", told)
