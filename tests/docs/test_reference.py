"""The generated pages of the reference say what the declarations say; `pytest --update-golden` writes them anew."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Mapping
from functools import cache
from types import ModuleType
from typing import cast

import attrs
import pytest
from rig import ROOT

import pystackdsl
from pystackdsl.model.key import keys_of


@cache
def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _pages() -> Mapping[str, str]:
    return cast("Mapping[str, str]", _generator().pages())


@pytest.mark.parametrize("page", ["keys.md", "values.md", "cli.md", "exit-codes.md", "rules.md"])
def test_a_page_is_up_to_date(page: str, golden: Callable[[str, str], None]) -> None:
    golden(f"../../docs/reference/{page}", _pages()[page])


def test_the_pages_of_rules_are_up_to_date(golden: Callable[[str, str], None]) -> None:
    for page, text in _pages().items():
        if page.startswith("rules/"):
            golden(f"../../docs/reference/{page}", text)


def test_every_page_is_compared() -> None:
    folder = ROOT / "docs" / "reference"
    written = [path for path in folder.rglob("*.md") if _generator().NOTE in path.read_text()]
    assert sorted(_pages()) == sorted(path.relative_to(folder).as_posix() for path in written)


def test_every_key_of_every_class_is_there() -> None:
    page = _generator().keys_page()
    for name in pystackdsl.__all__:
        exported = getattr(pystackdsl, name)
        if isinstance(exported, type) and attrs.has(exported) and keys_of(exported):
            section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
            assert re.findall(r"^\| `(\w+)`", section, re.MULTILINE) == list(keys_of(exported)), name
