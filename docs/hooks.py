"""What the site needs beside the pages: every rule in the navigation, and blocks of code as it shows them.

mkdocs calls these functions. A block whose info string says `output="pystackdsl build"` shows what that prints, and
gets that as its title; one that says `quoted="FILE"` gets the file. Single words there are for the tests.
"""

import re
from itertools import groupby
from pathlib import Path
from typing import Any

RULES = "reference/rules.md"
SUBJECTS = {
    "0": "Reading",
    "1": "Images and health",
    "2": "Updates and restarts",
    "3": "Resources and placement",
    "4": "Ports and secrets",
    "5": "Proxies and networks",
    "6": "Contents and values",
}
"""What rules look at, by the first digit of their ids."""
CODE = re.compile(r"`[^`]*`")


def on_config(config: Any) -> Any:
    """The site's configuration with the page of each rule in the navigation, beside the table of all."""
    names = sorted(path.name for path in Path(config["docs_dir"], "reference/rules").glob("PSD*.md"))
    pages = [
        {SUBJECTS[digit]: [f"reference/rules/{name}" for name in held]}
        for digit, held in groupby(names, lambda name: name[len("PSD")])
    ]
    _extend(config["nav"], pages)
    return config


def _extend(entries: list[Any], pages: list[Any]) -> None:
    for entry in entries:
        for held in entry.values() if isinstance(entry, dict) else ():
            if isinstance(held, list):
                _extend(held, pages)
    if any(isinstance(entry, dict) and RULES in entry.values() for entry in entries):
        entries += pages


def on_page_markdown(markdown: str, **_: object) -> str:
    """The text of a page with info strings that the site's extension for code takes, and pipes as its tables do."""
    markdown = re.sub(r"^\|.*$", _row, markdown, flags=re.MULTILINE)
    markdown = re.sub(r'^```(\w+) (?:output|quoted)=("[^"]*")$', r"```\1 title=\2", markdown, flags=re.MULTILINE)
    return re.sub(r"^```(\w+) \w+$", r"```\1", markdown, flags=re.MULTILINE)


def _row(row: re.Match[str]) -> str:
    return CODE.sub(lambda code: code[0].replace(r"\|", "|"), row[0])
