"""What is written is laid out as ruff lays it out, whatever the texts are, so that `ruff format --check` passes."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

from python.source_law import strangers

from pystackdsl import Service, Stack
from pystackdsl.model import variable
from pystackdsl.python.writer import write

LETTERS = [*"aaaaaaaaaaaaaaaa", " ", '"', "'", "\\", "{", "}", "é", "漢", "\u0301", "\t"]


def text(chance: random.Random, width: int) -> str:
    """Some lines, which are about `width` letters together."""
    lines = chance.randint(1, 4)
    letters = chance.choice([LETTERS[:16], LETTERS[:18], LETTERS])
    said = ["".join(chance.choices(letters, k=max(0, width // lines + chance.randint(-4, 4)))) for _ in range(lines)]
    return "\n".join(said) + chance.choice(["", "\n"])


def test_texts_of_any_width_are_laid_out_as_formatters_do(tmp_path: Path) -> None:
    chance = random.Random(7)
    token = variable.environment.set(None)
    try:
        opened = [variable.var("TAG", default="x"), variable.var("A_LONGER_NAME")]
    finally:
        variable.environment.reset(token)
    services = {}
    for at in range(300):
        width = 40 + at % 60
        texts = [text(chance, width), text(chance, width // 2) + chance.choice(opened) + text(chance, width // 2)]
        said = {"A": texts[0], "B" * chance.randint(1, 9): texts[1]}
        services[f"s{at}"] = Service(image="a", environment=said, command=texts[0], entrypoint=[texts[1], "-x"])
    source = write(Stack(services=services))
    assert strangers(source) == []
    file = tmp_path / "stack.py"
    file.write_text(source, encoding="utf-8")
    ruff = [Path(sys.executable).parent / "ruff", "format", "--isolated", "--diff", file]
    done = subprocess.run(ruff, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[:3000]
