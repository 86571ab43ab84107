"""`pystackdsl check`: what will go wrong with stacks that Docker takes, at the lines where it was written.

Each source is opened and checked by all rules that count; the findings are printed in the format that is asked for.
"""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pystackdsl.cli import exits, sources
from pystackdsl.cli.failure import UsageError
from pystackdsl.cli.parsing import Parser, either
from pystackdsl.cli.stackname import declare_name
from pystackdsl.cli.target import declare_target
from pystackdsl.cli.terminal import emit, report, say

if TYPE_CHECKING:
    from pystackdsl.cli.checked import Checked
    from pystackdsl.diagnostics import Diagnostic
    from pystackdsl.lint.rule import Rule

GROUP: Final = "author"
SUMMARY: Final = "find what will go wrong with a stack, and say the cure"
USAGE: Final = "[FILE[:OBJECT]... | -c FILE...] [--live [STACK...]] [OPTION...]"
ABOUT: Final = """\
Look for known causes of failure in stacks that Docker takes: images that move, data left behind on
a node, updates that stop everything, passwords for everybody to read, routes that lead nowhere.
Each finding says where it was written, in Python or YAML, and the cure. Errors are what cannot
work, warnings what has failed for others, remarks what is worth a thought.
`# psd: ignore[PSD101]` on its line, or on the first line of its service, ignores a finding;
`select`, `ignore` and `max-warnings` under [tool.pystackdsl] in pyproject.toml count for a project.

With --live and no file, check the stacks that run in a swarm, whoever deployed them: all, or those
that are named behind it. With --live behind a file, check the file for the swarm: nodes and their
labels, ports and addresses that others have, and external objects that are not there."""
EXAMPLE: Final = """\
pystackdsl check
pystackdsl check docker-stack.yml --ignore PSD102,no-memory-limit
pystackdsl check */stack.py --format sarif > check.sarif
pystackdsl check --live shop
pystackdsl check stack.py --live --context prod
pystackdsl check --explain PSD203"""
EXITS: Final = (exits.DONE, exits.FAILED, exits.CHANGES)

FORMATS: Final = ("text", "concise", "json", "sarif", "github", "gitlab", "junit")


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    sources.declare(parser, several=True)
    swarm = parser.add_argument_group("with a swarm")
    swarm.add_argument(
        "--live",
        nargs="*",
        metavar="STACK",
        help="check the stacks of these names as they run, all if none is named; or the file, for the swarm",
    )
    declare_name(swarm)
    declare_target(parser)
    add = parser.add_argument_group("which rules").add_argument
    more = {"action": "append", "default": [], "metavar": "RULES"}
    add("--select", help="ask these rules alone: ids, beginnings of ids, names, ALL; with commas between them", **more)  # type: ignore[arg-type]
    add("--ignore", help="do not ask these rules; what is more exact counts, --select or --ignore", **more)  # type: ignore[arg-type]
    add("--rules", action="store_true", help="list the rules that would be asked, and end")
    add("--explain", metavar="RULE", help="print the page of a rule, by its id or name, and end")
    add = parser.add_argument_group("what is mended").add_argument
    add("--fix", action="store_true", help="change the files where there is one safe cure, and show how")
    add(
        "--diff",
        action="store_true",
        help="change nothing, and show what --fix would; exit code 2 if that is anything",
    )
    add = parser.add_argument_group("what is printed").add_argument
    notation = either("--format", *FORMATS)
    add("--format", choices=FORMATS, default="text", type=notation, help="the format; text if not said")
    add("--max-warnings", metavar="N", type=_count, help="end well with up to N warnings; 0 if not said")


def run(options: argparse.Namespace) -> int:
    """Check, and tell the exit code."""
    if options.explain:
        return _explained(options.explain)
    if options.rules:
        return _listed(options)
    from pystackdsl.cli.checked import max_warnings

    checked, would = _checked(options)
    findings = [each for source in checked for each in source.findings]
    if not options.diff:
        _print(options.format, findings, checked)
    severities = [each.severity.value for each in findings]
    is_bad = "error" in severities or severities.count("warning") > max_warnings(options, checked)
    return exits.CHANGES if would else exits.FAILED if is_bad else exits.DONE


def _checked(options: argparse.Namespace) -> "tuple[list[Checked], bool]":
    """What is to be checked, with its findings, and whether --diff showed fixes."""
    each = [_of_one(options, file) for file in _files(options)]
    if options.live is None:
        from pystackdsl.cli.checked import check_each

        _refuse_swarm(options)
        return _mended(options, each) if options.fix or options.diff else (check_each(each), False)
    if options.fix or options.diff:
        word = "--fix" if options.fix else "--diff"
        raise UsageError(f"{word} mends files, and --live looks at a swarm", help="leave one of them out")
    from pystackdsl.cli import livecheck

    if options.file or options.compose_file:
        return livecheck.checked_files(options, each), False
    return livecheck.checked_stacks(options), False


def _refuse_swarm(options: argparse.Namespace) -> None:
    for option, value in (("--context", options.context), ("--host", options.host), ("--name", options.name)):
        if value is not None:
            raise UsageError(f"{option} says something of a swarm, and none is asked", help="add --live")


def _mended(options: argparse.Namespace, each: Sequence[argparse.Namespace]) -> "tuple[list[Checked], bool]":
    """The sources after their fixes, and whether --diff showed some. Files are written, or not at all."""
    from pystackdsl.cli.checked import each_of
    from pystackdsl.cli.fixing import fixed, unmended

    if options.fix and options.diff:
        raise UsageError("--diff changes nothing, and --fix does", help="give one of them")
    if options.diff and options.format != "text":
        raise UsageError("--diff prints how files would change, and no findings", help="leave --format out")
    done = each_of(each, fixed, unmended)
    before = {name: data for one in done for name, data in one.before.items()}
    after = {name: data for one in done for name, data in one.after.items()}
    count = sum(one.number for one in done)
    kept = sum(each.fix is not None for one in done for each in one.checked.findings)
    shown = "".join(_difference(name, before[name], after[name]) for name in after)
    if options.diff:
        report(finding for one in done if one.checked.opened is None for finding in one.checked.findings)
        emit(shown)
        say(f"{count} to be mended\n" if count else "nothing to be mended\n")
    elif count:
        from pathlib import Path

        from pystackdsl.cli.outlet import write_all

        write_all({Path(name): data for name, data in after.items()})
        say(f"{shown}\n{count} mended in {', '.join(_relative(name) for name in after)}\n")
    if kept:
        say(f"{kept} left to you: where it is written is shared, worked out, or in a coding that is not kept\n")
    return [one.checked for one in done], options.diff and bool(count)


def _difference(name: str, before: bytes, after: bytes) -> str:
    """How a file changes, without what looks secret in it."""
    from difflib import unified_diff

    from pystackdsl.model.secrecy import without_secrets
    from pystackdsl.views.cells import legible

    old, new = (data.decode(errors="replace").splitlines() for data in (before, after))
    shown = _relative(name)
    lines = unified_diff(old, new, shown, f"{shown} (mended)", lineterm="", n=2)
    return "".join(legible(without_secrets(line, is_python=name.endswith(".py"))) + "\n" for line in lines)


def _relative(name: str) -> str:
    import os

    return os.path.relpath(name)


def _files(options: argparse.Namespace) -> Sequence[str | None]:
    if options.compose_file and options.file:
        raise UsageError(f"{options.file[0]} and -c both name the stack", help="give one of them")
    if options.file.count(sources.STANDARD_INPUT) > 1:
        raise UsageError("standard input is named twice", help="name - once")
    return options.file or [None]


def _of_one(options: argparse.Namespace, file: str | None) -> argparse.Namespace:
    return argparse.Namespace(**{**vars(options), "file": file})


def _count(text: str) -> int:
    if text.isascii() and text.isdecimal():
        return int(text)
    raise UsageError(f'--max-warnings cannot be "{text}"', expected="a number from 0")


def _print(format: str, findings: "Sequence[Diagnostic]", checked: "Sequence[Checked]") -> None:
    """Print the findings on standard output; what is for people alone, on standard error."""
    names = [name for source in checked for name in source.names]
    if format == "text":
        _draw(findings, names)
        return
    from pystackdsl import __version__
    from pystackdsl.cli.checked import known_rules
    from pystackdsl.views.diagnostics import in_order
    from pystackdsl.views.reports import Report, rendered

    emit(rendered(format, Report(in_order(findings), known_rules(), names, __version__)))


def _draw(findings: "Sequence[Diagnostic]", names: Sequence[str]) -> None:
    import sys

    from pystackdsl.cli.terminal import is_coloured, width_of
    from pystackdsl.views.diagnostics import folded, render, tally

    def drawn(part: "Sequence[Diagnostic]") -> str:
        return render(part, width=width_of(sys.stdout), colour=is_coloured(sys.stdout))

    if not findings:
        say(f"nothing found in {', '.join(names)}\n")
        return
    remarks = folded(findings)
    grave = [each for each in findings if each.severity.value != "info"]
    emit("\n".join(filter(None, (drawn(grave), drawn(remarks)))))
    say(f"\n{tally(findings)}; `pystackdsl check --explain RULE` tells more of a rule\n")


def _explained(word: str) -> int:
    from pystackdsl.cli.checked import known_rules
    from pystackdsl.diagnostics import nearest

    rules = {name: rule for rule in known_rules() for name in (rule.id, rule.name)}
    rule = rules.get(word.upper()) or rules.get(word)
    if rule is None:
        guess = nearest(word, rules)
        cure = f"did you mean {guess}?" if guess else "`pystackdsl check --rules` lists them all"
        raise UsageError(f'there is no rule "{word}"', help=cure)
    emit(f"# {rule.id} {rule.name} ({rule.severity.value})\n\n{rule.page}\n")
    return exits.DONE


def _listed(options: argparse.Namespace) -> int:
    from pathlib import Path

    from pystackdsl.cli.checked import rules_for

    rules = rules_for(options, Path.cwd())
    emit(_as_json(rules) if options.format == "json" else "".join(map(_line, rules)))
    return exits.DONE


def _line(rule: "Rule") -> str:
    of = f"  ({rule.package})" if rule.package else ""
    return f"{rule.id}  {rule.severity.value:<8} {rule.name:<34} {rule.summary}{of}\n"


def _as_json(rules: "Sequence[Rule]") -> str:
    import json

    told = [
        {
            "id": rule.id,
            "name": rule.name,
            "severity": rule.severity.value,
            "summary": rule.summary,
            "live": rule.is_live,
        }
        for rule in rules
    ]
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
