"""Golden files: a test's text is compared with the file under `tests/golden/` that a person has reviewed.

They change in one way only, `pytest --update-golden`, and the diff of that is read as prose before it is committed.
"""

from __future__ import annotations

import difflib
from pathlib import Path

import attrs

from rig import ROOT


@attrs.frozen
class Golden:
    """The fixture `golden`: `golden("voting/stack.yml", text)` fails with a diff when the file says otherwise.

    With `update` the file is written instead and its name noted in `written`; without, nothing is ever created.
    """

    update: bool
    folder: Path = ROOT / "tests" / "golden"
    written: list[str] = attrs.field(factory=list)

    def __call__(self, name: str, text: str) -> None:
        __tracebackhide__ = True
        path = self.folder / name
        expected = path.read_bytes().decode() if path.exists() else None
        if text == expected:
            return
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            self.written.append(name)
        elif expected is None:
            raise AssertionError(f"there is no golden file {name}; pytest --update-golden writes it:\n{text}")
        else:
            before, after = expected.splitlines(keepends=True), text.splitlines(keepends=True)
            shown = "".join(difflib.unified_diff(before, after, f"golden/{name}", "this run"))
            raise AssertionError(f"differs from golden file {name} (pytest --update-golden accepts it):\n{shown}")
