"""The documentation as a site: every page is in it, every link leads somewhere, and nothing comes from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from rig import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `docs/site` builds it."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_page_is_in_the_navigation() -> None:
    named = set(re.findall(r"[\w./-]+\.md", (ROOT / "mkdocs.yml").read_text()))
    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}
    assert {page for page in pages - named if not page.startswith("reference/rules/")} == set()


def test_every_rule_is_in_the_navigation(site: Path) -> None:
    text = (site / "reference" / "rules.html").read_text()
    pages = {page.stem for page in (ROOT / "docs" / "reference" / "rules").glob("*.md")}
    assert len(pages) > 70
    for page in pages:
        shown = (site / "reference" / "rules" / f"{page}.html").read_text()
        assert re.search(rf'"md-ellipsis">\s+{page} ', shown), page
    assert "Updates and restarts" in text


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    fetched = re.compile(r"""<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=["']?(?:https?:)?//([^"' >]+)""")
    for page in site.rglob("*.html"):
        assert fetched.findall(page.read_text()) == [], page


def test_pages_can_be_searched_and_read_in_the_dark(site: Path) -> None:
    text = (site / "index.html").read_text()
    assert 'data-md-component="search"' in text
    assert 'data-md-color-scheme="slate"' in text
    assert "POSTGRES_PASSWORD_FILE" in (site / "search" / "search_index.json").read_text()


def test_what_a_command_prints_is_shown_below_the_command(site: Path) -> None:
    assert '<span class="filename">pystackdsl build</span>' in (site / "tutorial.html").read_text()


def test_every_block_is_shown_as_one(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert [page.name for page in pages if "```" in page.read_text()] == []


def test_a_pipe_in_a_table_is_shown_as_one(site: Path) -> None:
    text = (site / "reference" / "keys.html").read_text()
    assert "<code>str | list[str]</code>" in text
    assert "\\|" not in text
