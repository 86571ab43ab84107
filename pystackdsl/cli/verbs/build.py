"""`pystackdsl build`: from a stack file to the docker-stack.yml that Docker reads.

The stack is found and loaded, checked as a whole, given the files that its rendered configs become, and written. Where
anything is wrong, nothing is written at all.
"""

import argparse
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pystackdsl.cli import exits, sources
from pystackdsl.cli.failure import CommandError, UsageError, findings_in
from pystackdsl.cli.parsing import Parser, either
from pystackdsl.cli.terminal import emit, report, say

if TYPE_CHECKING:
    from pathlib import Path

    from pystackdsl.compose.survey import Said
    from pystackdsl.diagnostics import Diagnostic
    from pystackdsl.model.stack import Stack

GROUP: Final = "author"
SUMMARY: Final = "write the docker-stack.yml of a stack file"
USAGE: Final = "[FILE[:OBJECT] | -c FILE...] [OPTION...]"
ABOUT: Final = """\
Write a stack as the YAML that `docker stack deploy` reads: to standard output, or to a file.
Warnings and errors go to standard error; where there are errors, nothing is written.
Variables stay open, for Docker to fill them in; an env file asks for their values."""
EXAMPLE: Final = """\
pystackdsl build > docker-stack.yml
pystackdsl build shop.py:staging --set replicas=3 -o docker-stack.yml
pystackdsl build --check docker-stack.yml
pystackdsl build -c docker-stack.yml -c production.yml --env-file production.env"""
EXITS: Final = (exits.DONE, exits.FAILED)

NEWEST: Final = 13
"""The minor version of the newest Compose schema."""


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    sources.declare(parser)
    add = parser.add_argument_group("what is written").add_argument
    add("-o", "--output", metavar="FILE", help="write FILE, whole or not at all; relative paths are seen from there")
    add("--check", metavar="FILE", help="write nothing, and tell how FILE differs from what would be built")
    notation = either("--format", "yaml", "json")
    add("--format", choices=("yaml", "json"), default="yaml", type=notation, help="the notation; yaml if not said")
    add("--schema", metavar="3.N", type=_minor, help="the Compose schema; 3.9 if not said, or newer where it must be")
    add("--editor-schema", metavar="URL", help="begin with a comment that tells editors where the JSON Schema is")
    add("--strict", action="store_true", help="take warnings for errors")
    add = parser.add_argument_group("contents of configs").add_argument
    add("--assets", metavar="DIR", help="where files for content= and template= go; beside FILE if not said")
    add("--rotate", action="store_true", help="name configs and secrets by their content, so that it may change later")
    add("--name", metavar="STACK", help="the name that the stack is deployed under, for --rotate")


class Target:
    """Where the result belongs: its file or, None, standard output; the folder that paths are seen from, None for the
    working folder; and the folder of its assets, if it may have any.
    """

    __slots__ = ("assets", "file", "folder")

    def __init__(self, file: "Path | None" = None, assets: "Path | None" = None) -> None:
        self.file = file
        self.folder = file.parent if file else None
        self.assets = assets or self.folder


class Made:
    """What a build gives: the text, and the files that the text names, in the assets' folder."""

    __slots__ = ("assets", "text")

    def __init__(self, text: str, assets: "Mapping[Path, bytes]") -> None:
        self.text = text
        self.assets = assets


def run(options: argparse.Namespace) -> int:
    """Build, and tell the exit code."""
    target = _target(options)
    try:
        opened = sources.opened(options)
    except Exception as error:
        return _refused(findings_in(error))
    if target.file is not None:
        _refuse_sources(target.file, opened, options)
    from pystackdsl.compose.survey import said_keys

    said = said_keys(opened.stack, opened.stack.names())
    findings = _findings(opened, said, strict=options.strict)
    made = None
    if not any(finding.severity.value == "error" for finding in findings):
        try:
            made = _made(opened.stack, said, options, target)
            if options.check and made.assets and not _stands(target, made):
                piped = _made(opened.stack, said, options, target, label=None)
                made = piped if _stands(target, piped) else made
        except Exception as error:
            findings += findings_in(error)
    if made is None:
        return _refused(opened.placed(findings))
    if findings:
        report(opened.placed(findings))
    return _compared(target.file, made) if options.check and target.file else _delivered(opened, target, made)


def _refuse_sources(target: "Path", opened: "sources.Opened", options: argparse.Namespace) -> None:
    """Raise CommandError where the output is a file that the stack, or a secret or config of it, is made from."""
    from pystackdsl.cli.outlet import refuse_same

    for file in opened.files:
        refuse_same(target, file)
    for file in options.env_file:
        refuse_same(target, file, "env file")
    base = target.parent if opened.stack.base is None else opened.stack.base
    secrets = [(f"secret {key}", each.file) for key, each in opened.stack.secrets.items()]
    configs = [(f"config {key}", each.file) for key, each in opened.stack.configs.items()]
    for name, source in (*secrets, *configs):
        if source is not None:
            refuse_same(target, base / source, f"file of {name}")


def _target(options: argparse.Namespace) -> Target:
    """The target that the options name. Raises UsageError."""
    if options.output and options.check:
        raise UsageError("--check writes nothing, so -o has no place beside it", help="leave one of them out")
    if options.name and not options.rotate:
        raise UsageError("--name says nothing without --rotate", help="add --rotate, or leave --name out")
    if options.editor_schema and options.format == "json":
        raise UsageError("--editor-schema writes a comment, and JSON has none", help="leave one of them out")
    if options.editor_schema and not options.editor_schema.isprintable():
        raise UsageError("--editor-schema is more than one line", expected="a path or a URL")
    named = options.check or (None if options.output == "-" else options.output)
    if not named and not options.assets:
        return Target()
    from pathlib import Path

    return Target(Path(named) if named else None, Path(options.assets) if options.assets else None)


def _minor(text: str) -> int:
    major, _, minor = text.partition(".")
    if major == "3" and (minor or "0").isdecimal() and int(minor or "0") <= NEWEST:
        return int(minor or "0")
    raise UsageError(f'--schema cannot be "{text}"', expected=f"3.0 to 3.{NEWEST}")


def _findings(opened: sources.Opened, said: "Said", *, strict: bool) -> "list[Diagnostic]":
    """All that is wrong or doubtful with the stack."""
    from pystackdsl import compose, content

    findings = [*opened.warnings, *compose.findings(opened.stack, said), *content.missing_files(opened.stack)]
    if findings and strict:
        import attrs

        from pystackdsl.diagnostics import Severity

        return [attrs.evolve(finding, severity=Severity.ERROR) for finding in findings]
    return findings


_OWN: Final = ""


def _made(
    stack: "Stack", said: "Said", options: argparse.Namespace, target: Target, *, label: str | None = _OWN
) -> Made:
    """The text of a stack without errors. Raises StackError.

    `label` begins the names of the assets, by default the name of the file; None is what standard output has.
    """
    from pystackdsl.compose.assets import with_assets
    from pystackdsl.compose.codec import spell

    if label == _OWN:
        label = target.file.stem if target.file else None
    complete, assets = with_assets(
        stack, folder=target.assets, stack_name=options.name, rotate=options.rotate, label=label
    )
    if target.file in assets:
        raise CommandError(f"{target.file} would be the stack file and a config in one", help="use --assets DIR")
    known = said if complete is stack else None
    text = spell(complete, schema=options.schema, format=options.format, folder=target.folder, said=known)
    if options.editor_schema:
        text = f"# yaml-language-server: $schema={options.editor_schema}\n{text}"
    return Made(text, assets)


def _stands(target: Target, made: Made) -> bool:
    """Whether the file says just this: what was redirected into it names its assets as standard output does."""
    try:
        return target.file is not None and target.file.read_bytes() == made.text.encode()
    except OSError:
        return False


def _refused(findings: "Sequence[Diagnostic]") -> int:
    report(findings, "nothing written")
    return exits.FAILED


def _delivered(opened: sources.Opened, target: Target, made: Made) -> int:
    """Write the files, and the text where it belongs."""
    if made.assets or target.file:
        from pystackdsl.cli.outlet import make_folder, write_all

        if made.assets and target.assets:
            make_folder(target.assets)
        write_all({**made.assets, target.file: made.text.encode()} if target.file else made.assets)
    if target.file is None:
        emit(made.text)
        return exits.DONE
    from pystackdsl.cli.counting import counted

    say(f"{target.file} written: {counted(opened.stack)}\n")
    _tell_unused(target, made)
    return exits.DONE


def _tell_unused(target: Target, made: Made) -> None:
    if target.file and target.assets and made.assets:
        from pystackdsl.compose.assets import unused_assets

        report(unused_assets(target.assets, target.file.stem, made.assets))


def _compared(file: "Path", made: Made) -> int:
    """Show on standard error how the files that are there differ from what was built."""
    from pystackdsl.cli.outlet import difference

    wanted = {**made.assets, file: made.text.encode()}
    stale = {path: told for path, data in wanted.items() if (told := difference(path, data))}
    if not stale:
        say(f"{file} is up to date\n")
        return exits.DONE
    say("".join(stale.values()) + "\n")
    names = ", ".join(map(str, stale))
    raise CommandError(
        f"not what would be built: {names}", help=f"build again with -o {file} in place of --check {file}"
    )
