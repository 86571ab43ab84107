"""The generated pages of the reference: text from the declarations, the docstrings and the commands' own help.

`python docs/generate.py` writes them; a test fails while one of them is stale.
"""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

import pystackdsl
from pystackdsl import lint
from pystackdsl.cli import exits
from pystackdsl.cli.main import verb_named, verb_names
from pystackdsl.model import image, mounts, placement, ports, units
from pystackdsl.model.deploy import Keep
from pystackdsl.model.key import Key, keys_of

FOLDER = Path(__file__).parent / "reference"
NOTE = "<!-- Written by docs/generate.py: change the declarations, not this page. -->\n\n"


def pages() -> Mapping[str, str]:
    """The text of every generated page, by file name."""
    return {
        "keys.md": keys_page(),
        "values.md": values_page(),
        "cli.md": cli_page(),
        "exit-codes.md": exit_codes_page(),
        "rules.md": rules_page(),
        **{f"rules/{rule.id}.md": rule_page(rule) for rule in own_rules()},
    }


def keys_page() -> str:
    """Every class of the language, and every argument of it."""
    classes = list(_classes())
    makers = [getattr(pystackdsl, name) for name in ("OnFailure", "Always", "Never", "spread", "var")]
    return (
        f"# Keys\n\n{NOTE}"
        "Every class of the language and every argument it takes. Arguments are named and nested as in Compose; where\n"
        "the Compose key is spelled differently, it stands in brackets. All arguments are optional unless marked.\n\n"
        "- **Takes** is what you may write, **holds** what the attribute then is.\n"
        "- **Since** is the first version of the Compose schema that has the key; a dash means that the argument is\n"
        "  no Compose key of its own.\n"
        "- **Engine** is the place in the Engine API, below the place of the object that holds it; `.` is that place\n"
        "  itself. A dash means that Swarm makes nothing of it.\n\n"
        "The classes: "
        + ",\n".join(f"[{cls.__name__}](#{cls.__name__.lower()})" for cls in classes)
        + "; and [functions](#functions).\n"
        + "".join(map(_class_section, classes))
        + "\n## Functions\n"
        + "".join(f"\n{_callable(maker.__name__, maker)}" for maker in makers)
    )


def _classes() -> Iterator[type]:
    """The classes that `pystackdsl` exports and that have keys, the top level and services first."""
    first = ("Root", "Stack", "Service")
    names = (*first, *(name for name in sorted(pystackdsl.__all__) if name not in first))
    for name in names:
        exported = getattr(pystackdsl, name)
        if isinstance(exported, type) and attrs.has(exported) and keys_of(exported):
            yield exported


def _class_section(cls: type) -> str:
    head = "| argument | meaning | takes | holds | since | Engine |\n|---|---|---|---|---|---|\n"
    rows = "".join(_row(cls, name, declared, hint) for name, (declared, hint) in keys_of(cls).items())
    methods = "".join(f"\n{_callable(f'{cls.__name__}.{name}', method)}" for name, method in _methods(cls))
    return f"\n## {cls.__name__}\n\n{inspect.cleandoc(cls.__doc__ or '')}\n\n{head}{rows}{methods}"


def _row(cls: type, name: str, declared: Key, hint: Any) -> str:
    field = getattr(attrs.fields(cls), name)
    argument = f"`{name}`" if declared.name == name else f"`{name}` (`{declared.name}`)"
    if field.default is attrs.NOTHING:
        argument += " *required*"
    meaning = declared.doc
    if declared.instead:
        meaning += f" Instead: {declared.instead}."
    meaning = re.sub(r"`[^`]*`|<", lambda match: match[0] if match[0] != "<" else "&lt;", meaning)
    since = "—" if declared.local else declared.since
    engine = "—" if declared.api is None else _code(declared.api)
    taken, held = _taken(field, hint), _spelled(hint)
    cells = (argument, meaning, _code(taken), "the same" if held == taken else _code(held), since, engine)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _taken(field: Any, hint: Any) -> str:
    """What the argument takes: the annotation of its converter's parameter, or else of the field."""
    if field.converter is None:
        return _spelled(hint)
    (parameter,) = inspect.signature(field.converter).parameters.values()
    return _spelled(parameter.annotation)


def _methods(cls: type) -> Iterator[tuple[str, Callable[..., object]]]:
    for name, member in vars(cls).items():
        # The other methods are for the package itself.
        spoken = name in {"at", "alias", "attach", "of", "resources"} or name.startswith("with_")
        if spoken and isinstance(member, types.FunctionType | classmethod):
            yield name, getattr(cls, name)


def _callable(title: str, function: Callable[..., object]) -> str:
    signature = inspect.signature(function)
    parameters = [
        value.replace(annotation=value.empty) for name, value in signature.parameters.items() if name != "self"
    ]
    spelled = str(signature.replace(parameters=parameters, return_annotation=inspect.Signature.empty))
    spelled = re.sub(r"<class '(\w+)'>", r"\1", spelled)
    return f"**`{title}{spelled}`** — {inspect.cleandoc(function.__doc__ or '')}\n"


def _code(text: str) -> str:
    return f"`{text}`"


def _spelled(hint: Any) -> str:
    """A type as people write it, without the None that every optional argument takes."""
    text = (
        hint.replace("Sequence[", "list[").replace("Mapping[", "dict[") if isinstance(hint, str) else _annotation(hint)
    )
    parts = [part for part in re.split(r" \| (?![^\[]*\])", text) if part != "None"]
    return " | ".join(dict.fromkeys(parts))


def _annotation(hint: Any) -> str:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is types.NoneType or hint is None:
        return "None"
    if hint is Any or hint is object:
        return "anything"
    if hint is Ellipsis:
        return "..."
    if isinstance(hint, typing.ForwardRef):
        return hint.__forward_arg__
    if isinstance(hint, str):
        return hint
    if origin in (types.UnionType, typing.Union):
        return " | ".join(_annotation(part) for part in arguments)
    if origin is typing.Literal:
        return " | ".join(f'"{word}"' for word in arguments)
    name: str = getattr(origin or hint, "__name__", str(hint))
    name = "KEEP" if hint is Keep else name
    name = {"Mapping": "dict", "Sequence": "list"}.get(name, name)
    return f"{name}[{', '.join(map(_annotation, arguments))}]" if arguments else name


SHORT_FORMS: Sequence[tuple[str, str, Any]] = (
    ("Durations", "`stop_grace_period`, `delay`, `window`, `interval` and the like", units.Duration),
    ("Sizes", "`memory`, `TmpfsOptions(size=…)`", units.Bytes),
    ("CPUs", "`cpus`", units.Cpus),
    ("File modes", "`mode` of a secret or config that a service is given", units.FileMode),
    ("Ports", "`Service(ports=[…])`", ports),
    ("Mounts", "`Service(volumes=[…])`", mounts),
    ("Constraints", "`Placement(constraints=[…])`", placement),
    ("Images", "`image`", image),
)


def values_page() -> str:
    """The grammars of the short forms, from the docstrings of what reads them."""
    sections = "".join(f"\n## {title}\n\nIn {where}.\n\n{_grammar(home.__doc__)}" for title, where, home in SHORT_FORMS)
    return (
        f"# Values\n\n{NOTE}"
        "Values may be written as text in Docker's short spelling. The text is read when the object is made, so a\n"
        "mistake is told at your own line. In the grammars, quoted words stand for themselves, `[ ]` may be left out,\n"
        "`( )*` comes any number of times and `( )+` at least once.\n"
        f"{sections}"
    )


def _grammar(docstring: str | None) -> str:
    """A docstring as Markdown: the lines of a grammar as a block of code, the others as they are."""
    lines = inspect.cleandoc(docstring or "").splitlines()
    rule = re.compile(r"\w+ +=|  +\|")
    rules = [line for line in lines if rule.match(line)]
    prose = " ".join(line for line in lines if line and not rule.match(line))
    return f"{prose}\n" + (f"\n```text\n{chr(10).join(rules)}\n```\n" if rules else "")


def cli_page() -> str:
    """The help of the command and of each verb, as they print it."""
    sections = "".join(f"\n## pystackdsl {verb}\n\n```text\n{_help(verb)}```\n" for verb in verb_names())
    return f"# Commands\n\n{NOTE}```text\n{_help()}```\n{sections}"


def exit_codes_page() -> str:
    """How the verbs end, from what each of them declares."""
    ends = {verb: {*verb_named(verb).EXITS, exits.USAGE, exits.INTERRUPTED} for verb in verb_names()}
    rows = "".join(
        f"| {code} | {meaning} | {', '.join(verb for verb in ends if code in ends[verb])} |\n"
        for code, meaning in exits.MEANINGS.items()
        if any(code in codes for codes in ends.values())
    )
    return (
        f"# Exit codes\n\n{NOTE}"
        f"A code means the same for every command.\n\n| code | meaning | commands |\n|---|---|---|\n{rows}\n"
        "With `--strict`, warnings count as errors. What a command gives goes to standard output, everything else to\n"
        "standard error. Where there are errors, nothing is written: neither to standard output nor to a file; but a\n"
        "plan with errors is shown, since it tells them.\n"
    )


def own_rules() -> Sequence[lint.Rule]:
    """The rules that are not of another package."""
    return [rule for rule in lint.every_rule() if not rule.package]


def rules_page() -> str:
    """The table of all rules."""
    rows = "".join(
        f"| [{rule.id}](rules/{rule.id}.md) | `{rule.name}` | {rule.severity.value}{' (live)' if rule.is_live else ''} "
        f"| {rule.summary} |\n"
        for rule in own_rules()
    )
    return (
        f"# Rules\n\n{NOTE}"
        "What `pystackdsl check` looks for. An error cannot work, a warning has failed for others, and info is worth\n"
        "a thought and fails no check. Live rules ask a swarm, with `--live`.\n"
        "[Check stacks](../how-to/check.md) tells how rules are selected, ignored and added.\n\n"
        f"| id | name | severity | what is wrong |\n|---|---|---|---|\n{rows}"
    )


def rule_page(rule: lint.Rule) -> str:
    """The page of a rule: its docstring, its examples in YAML too, and how to ignore it."""
    live = ", asked with `--live`" if rule.is_live else ""
    page = re.sub(r"```python\n(.*?)```\n", lambda match: match[0] + _twin(match[1]), rule.page, flags=re.DOTALL)
    ignore = "" if rule.is_firm else f"\n\n    # psd: ignore[{rule.id}]\n"
    return f"# {rule.id} {rule.name}\n\n{NOTE}*{rule.severity.value}*{live}\n\n{page}{ignore or chr(10)}"


def _twin(text: str) -> str:
    """An example in YAML; nothing for one that Docker refuses, or that needs files."""
    from pystackdsl.compose import dump
    from pystackdsl.diagnostics import StackError
    from pystackdsl.python import load

    try:
        spelled = dump(load(f"from pystackdsl import *\n{text}", environment=None))
    except StackError:
        return ""
    return f"\n```yaml\n{spelled.partition(chr(10))[2]}```\n"


def _help(*verb: str) -> str:
    command = [sys.executable, "-m", "pystackdsl", *verb, "--help"]
    plain = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    return subprocess.run(command, env=plain, stdout=subprocess.PIPE, check=True, text=True).stdout


if __name__ == "__main__":
    for page, text in pages().items():
        (FOLDER / page).parent.mkdir(exist_ok=True)
        (FOLDER / page).write_text(text)
