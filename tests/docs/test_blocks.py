"""Nothing is shown that nobody runs: every fenced block of the README and the documentation is looked after.

Most blocks are run by `test_docs`; `replay` knows their kinds. Who looks after the others is told here, and that they
do is looked at too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from lint.pages import examples
from rig import ROOT

from pystackdsl.cli.main import verb_named, verb_names
from pystackdsl.lint import Rule, every_rule

from .replay import ELSEWHERE, FENCE, KINDS, Block, blocks, commands
from .test_docs import PAGES, RUN
from .test_translations import PAIRS

ANY_FENCE: Final = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d+[.)]) +)?(?:`{3,}|~{3,}).*$", re.MULTILINE)
"""A line by which Markdown begins or ends a block, in a list or a quotation too."""


def _is_drawn(page: str, _: Block) -> bool:
    """The board of an apply, which `test_board` draws."""
    return f'PAGE = "{page}"' in (ROOT / "tests/docs/test_board.py").read_text()


def _is_a_picture(_: str, block: Block) -> bool:
    """Lines and arrows, and nothing that could be run."""
    command = re.search(r"^\s*(?:\$|>>>|pystackdsl|docker|from|import)\s", block.body, re.MULTILINE)
    return bool(re.search("[─┌┐└┘▶]", block.body)) and not command


OTHERS: Final[Mapping[str, Callable[[str, Block], bool]]] = {"board": _is_drawn, "diagram": _is_a_picture}
"""Kinds of blocks that are not run, and how it is known that a block is of that kind."""


def unlooked_after(page: str, text: str) -> list[str]:
    """What nobody looks after in a page that is run: blocks of no known kind, and lines that `replay` does not see."""
    left = [fence.strip() for fence in ANY_FENCE.findall(FENCE.sub("", text))]
    for block in blocks(text):
        is_known = OTHERS[block.kind](page, block) if block.kind in OTHERS else block.kind in KINDS
        if not is_known:
            left.append(block.body)
    return left


@pytest.mark.parametrize("page", RUN)
def test_every_block_is_looked_after(page: str) -> None:
    assert unlooked_after(page, (ROOT / page).read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        "```\nls\n```\n",
        "```text\nls\n```\n",
        "```toml\na = 1\n```\n",
        "- a list\n\n  ```text\n  error\n  ```\n",
        "- ```sh\n  ls\n  ```\n",
        "> ```sh\n> ls\n> ```\n",
        "~~~sh\nls\n~~~\n",
        "````sh\nls\n````\n",
        "```text diagram\n──▶\n$ ls\n```\n",
        "```text diagram\nls\n```\n",
        "```text board\n  ✓ web\n```\n",
    ],
)
def test_a_block_that_nobody_runs_is_noticed(text: str) -> None:
    assert unlooked_after("docs/how-to/plan.md", text)


FOUND: Final = ("stack.py", "docker-stack.yml", "pyproject.toml")
"""Files that commands find by themselves."""
RUNNING: Final = {"console", "sh", "output", "python"}
"""Kinds of blocks in which a file can be found."""
OF_OTHERS: Final = ("docs/how-to/ci.md",)
"""Pages that show files of other programs: `test_ci` looks at what stands in those."""


def unused(text: str) -> list[str]:
    """Files that a page shows and no other block names, or that come after the last command that could find them."""
    found = blocks(text)
    left = []
    for number, block in enumerate(found):
        if "title" in block.said:
            name = Path(block.said["title"])
            others = [*found[:number], *found[number + 1 :]]
            said = "\n".join(each.body + each.said.get("output", "") for each in others)
            is_found = name.name in FOUND and any(each.kind in RUNNING for each in found[number + 1 :])
            module = rf"{name.parent.name}\.{name.stem}"
            names = rf"{re.escape(name.name)}|(?:from|import) {name.stem}\b|{module}\b"
            if not is_found and not re.search(rf"(?<![\w-])(?:{names})", said):
                left.append(str(name))
    return left


@pytest.mark.parametrize("page", [page for page in RUN if page not in OF_OTHERS])
def test_every_file_that_is_shown_is_used(page: str) -> None:
    assert unused((ROOT / page).read_text()) == []


def test_a_file_that_is_not_used_is_noticed() -> None:
    assert unused('```python title="stack.py"\nx\n```\n```python title="b.py"\nx\n```\n') == ["stack.py", "b.py"]
    assert unused('```python title="stack.py"\nx\n```\n```console\n$ pystackdsl build\n```\n') == []


@pytest.mark.parametrize(("command", "file"), ELSEWHERE.items())
def test_a_command_that_cannot_run_in_tests_runs_elsewhere(command: str, file: str) -> None:
    ran = [line for line in (ROOT / file).read_text().splitlines() if not line.lstrip().startswith("#")]
    assert any(re.search(rf"{re.escape(command)}(?: |$)", line) for line in ran)
    assert any(command in commands((ROOT / page).read_text()) for page in RUN)


def test_every_other_page_is_looked_after() -> None:
    """A page in Korean has the blocks of one that is run; those that are generated, `test_reference` compares."""
    translated = {korean for english, korean in PAIRS if english in RUN}
    generated = ["cli", "exit-codes", "keys", "rules", "values", *(f"rules/{rule.id}" for rule in every_rule())]
    assert set(PAGES) - set(RUN) - translated == {f"docs/reference/{page}.md" for page in generated}


def shown(page: str) -> list[Block]:
    """The blocks of a generated page, of which each is seen."""
    text = (ROOT / f"docs/reference/{page}.md").read_text()
    assert ANY_FENCE.findall(FENCE.sub("", text)) == []
    return blocks(text)


@pytest.mark.parametrize("rule", every_rule(), ids=lambda rule: rule.name)
def test_the_blocks_about_a_rule_are_its_examples(rule: Rule) -> None:
    """`tests/lint/test_pages.py` runs those; the YAML below Python is what the generator got by running it."""
    ran = {example.text for heading in ("Bad", "Good") for example in examples(rule, heading)}
    found = shown(f"rules/{rule.id}")
    assert ran == {block.body for block in found if block.language != "yaml" or block.body in ran}
    made = [(above.language, block.language) for above, block in pairwise(found)
            if block.body not in ran]  # fmt: skip
    assert set(made) <= {("python", "yaml")}


def test_the_blocks_about_commands_are_their_help() -> None:
    """`tests/cli/test_examples.py` runs the examples in it."""
    assert len(shown("cli")) == len(verb_names()) + 1
    for verb, block in zip(verb_names(), sorted(shown("cli")[1:], key=lambda block: block.body), strict=True):
        assert all(f"\n  {line}\n" in block.body for line in verb_named(verb).EXAMPLE.splitlines())


def test_the_blocks_about_values_are_grammars() -> None:
    assert all(re.match(r"\w+ *= ", block.body) for block in shown("values"))
    assert shown("exit-codes") + shown("keys") + shown("rules") == []
