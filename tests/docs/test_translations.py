"""Pages in Korean keep in step with the English ones: the same sections, and the very same blocks of code.

What the blocks show is run on the English page. `pytest --update-golden` copies blocks that changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from rig import ROOT

from .replay import FENCE

PAIRS = [("README.md", "README.ko.md"), ("docs/tutorial.md", "docs/tutorial.ko.md")]


def in_step(english: str, korean: str) -> str:
    """The Korean page with the blocks of the English one."""
    blocks: Iterator[str] = (match[0] for match in FENCE.finditer(english))
    return FENCE.sub(lambda block: next(blocks, block[0]), korean)


def outline(page: str) -> list[object]:
    """What a page consists of, in order: headings by level, blocks, items of lists, rows of tables."""
    text = FENCE.sub("@@BLOCK@@", page)
    parts = re.findall(r"^(#+ |@@BLOCK@@$|- |\| `[^`]+`)", text, re.MULTILINE)
    return [part.strip() for part in parts]


@pytest.mark.parametrize(("english", "korean"), PAIRS)
def test_a_translation_has_the_same_parts(english: str, korean: str) -> None:
    assert outline((ROOT / korean).read_text()) == outline((ROOT / english).read_text())


@pytest.mark.parametrize(("english", "korean"), PAIRS)
def test_a_translation_shows_the_same_code(english: str, korean: str, golden: Callable[[str, str], None]) -> None:
    page = (ROOT / korean).read_text()
    golden(f"../../{korean}", in_step((ROOT / english).read_text(), page))


@pytest.mark.parametrize(("english", "korean"), PAIRS)
def test_a_translation_links_to_the_same_places(english: str, korean: str) -> None:
    def targets(page: str) -> list[str]:
        found = re.findall(r"\]\(([^)]+)\)", FENCE.sub("", (ROOT / page).read_text()))
        return sorted(target.replace(".ko.md", ".md") for target in found if "README" not in target)

    assert targets(korean) == targets(english)


@pytest.mark.parametrize("korean", [korean for _, korean in PAIRS])
def test_no_paragraph_is_left_in_english(korean: str) -> None:
    for line in FENCE.sub("", (ROOT / korean).read_text()).splitlines():
        words = re.sub(r"`[^`]*`|\([^)]*\)|<[^>]*>|\[English\]", "", line)
        assert len(re.findall(r"[A-Za-z]{3,}", words)) < 6 or re.search("[가-힣]", words), line
