"""Blocks of code as the site shows them: what the tests know of a block becomes its title.

mkdocs calls this for each page. A block whose info string says `output="pystackdsl build"` shows what that prints.
"""

import re


def on_page_markdown(markdown: str, **_: object) -> str:
    """The text of a page with info strings that the site's extension for code takes."""
    markdown = re.sub(r'^```(\w+) output=("[^"]*")$', r"```\1 title=\2", markdown, flags=re.MULTILINE)
    return re.sub(r"^```(\w+) output$", r"```\1", markdown, flags=re.MULTILINE)
