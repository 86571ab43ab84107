"""A password, token or key stands in the command line.

Arguments are shown by `docker service inspect`, by `docker ps --no-trunc` and, to every user of the node, by `ps`.

## Bad

```python
exporter = Service(image="example/exporter:1", command=["--db.password=correct-horse"])
```

## Good

```python
db_password = Secret(external=True)
exporter = Service(
    image="example/exporter:1",
    command=["--db.password-file=/run/secrets/db_password"],
    secrets=[db_password],
)
```

## When to ignore it

Where it is no secret.
"""

import re
from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.model.secrecy import is_secret_name, is_secret_text, looks_secret

ID: Final = "PSD412"
SEVERITY: Final = Severity.WARNING

_OPTION: Final = re.compile(r"--?([A-Za-z][\w.\-]*)=(.+)", re.DOTALL)


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each command line that gives a secret away, at its first such argument."""
    for key, service in inspection.services:
        for field, command in (("command", service.command), ("entrypoint", service.entrypoint)):
            items = (command,) if isinstance(command, str) else command or ()
            words = [(i, word) for i, item in enumerate(items) for word in item.split()]
            for i in _secret_words(words):
                yield finding(
                    f"the {field} of service {key} gives a secret away",
                    at("services", key, service, field, *(() if isinstance(command, str) else (i,))),
                    help="let the program read it from a file below /run/secrets",
                    is_discreet=True,
                )
                break


def _secret_words(words: list[tuple[int, str]]) -> Iterator[int]:
    """The items with a word that holds a secret: `--password=…`, what follows `--password`, or a URL with one."""
    before = ""
    for i, word in words:
        option = _OPTION.fullmatch(word)
        if option is not None:
            name, value = option[1], option[2]
        elif re.fullmatch(r"--[A-Za-z][\w.\-]*", before) and not word.startswith("-"):
            name, value = before.lstrip("-"), word
        else:
            name, value = "", word
        before = word
        is_by_shell = value.lstrip("\"'").startswith(("$", "`"))
        if not is_by_shell and (is_secret_text(value) or (is_secret_name(name) and looks_secret(name, value))):
            yield i
