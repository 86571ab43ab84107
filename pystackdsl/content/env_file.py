"""Env files as the Docker CLI reads them: bytes come in, names with values and findings go out.

The Compose reader calls this for `env_file` of a service, the command line for `--env-file`, which feeds variables.
A line is `NAME=value`, and the value is all that follows: quotes, blanks and `#` belong to it. The values may be
secret, so findings name the line and the name, and their source text ends at the `=`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import attrs

from pystackdsl.diagnostics import Diagnostic, Place, Severity, Span

__all__ = ["EnvFile", "parse", "read", "with_env_files"]

_LONGEST: Final = 65_535
"""Bytes that a line may have."""

_LARGEST: Final = 1 << 24
"""Bytes that a file may have; the next device file would have no end."""

_BLANKS: Final = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
_SPACES: Final = _BLANKS + "\u2028\u2029\u202f\u205f\u3000"
"""What Docker takes away in front of a name."""


@attrs.frozen(repr=False, eq=False)
class EnvFile:
    """What an env file says: `values` by name, a later line winning, and `findings`, errors and warnings."""

    values: Mapping[str, str]
    findings: tuple[Diagnostic, ...] = ()


def read(file: Path, environment: Mapping[str, str]) -> EnvFile:
    """The env file at a path, `environment` giving the values of names that stand alone.

    A file that cannot be read is an error among the findings.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(_LARGEST + 1)
        reason = f"it is larger than {_LARGEST:,} bytes" if len(data) > _LARGEST else ""
    except (OSError, ValueError) as error:  # a path with a null character is a ValueError
        data, reason = b"", str(getattr(error, "strerror", None) or error)
    if not reason:
        return parse(data, file, environment)
    finding = Diagnostic(
        summary=f"the env file {file} cannot be read: {reason}",
        places=(Place(Span(file, 1)),),
        expected="a file of lines NAME=value",
    )
    return EnvFile({}, (finding,))


def parse(data: bytes, file: Path | None, environment: Mapping[str, str]) -> EnvFile:
    """What an env file of these bytes says, all faulty lines left out and told."""
    values: dict[str, str] = {}
    findings: list[Diagnostic] = []
    for number, raw in enumerate(data.split(b"\n"), 1):
        line = _Line(raw.removesuffix(b"\r"), number, file)
        if len(raw) > _LONGEST:
            findings.append(line.error("this line is too long", expected=f"at most {_LONGEST:,} bytes"))
        else:
            line.read(environment, values, findings)
    return EnvFile(values, tuple(findings))


def with_env_files(files: Iterable[Path], environment: Mapping[str, str]) -> EnvFile:
    """An environment, filled up from files: what is set already wins, then the later file."""
    values: dict[str, str] = {}
    findings: list[Diagnostic] = []
    for file in files:
        found = read(file, environment)
        values |= found.values
        findings += found.findings
    return EnvFile(values | dict(environment), tuple(findings))


class _Line:
    """One line of an env file, to be read into what the file says."""

    def __init__(self, raw: bytes, number: int, file: Path | None) -> None:
        self.raw = raw
        self.number = number
        self.file = file
        self.text = raw.decode("utf-8-sig" if number == 1 else "utf-8", "replace")
        self.name, self.equals, self.value = self.text.lstrip(_SPACES).partition("=")
        self.start = len(self.text) - len(self.text.lstrip(_SPACES))

    def read(self, environment: Mapping[str, str], values: dict[str, str], findings: list[Diagnostic]) -> None:
        """Add what the line says to `values`, and what is to be said about it to `findings`."""
        if not self.is_utf8():
            findings.append(self.error("this line is not UTF-8", expected="UTF-8", help="save the file as UTF-8"))
        elif not self.text.strip(_SPACES) or self.name[:1] == "#":
            return
        elif not self.name:
            findings.append(self.error("a name is missing before the =", expected="NAME=value"))
        elif " " in self.name or "\t" in self.name:
            findings.append(self.blank_in_name())
        elif self.equals:
            values[self.name] = self.value
            findings += self.surprises()
        elif self.name in environment:
            values[self.name] = environment[self.name]
        else:
            summary = f"{self.shown} has no = and is not set in the environment, so Docker leaves it out"
            cure = "write NAME=value, or set it in the environment"
            findings.append(self.finding(summary, Severity.WARNING, help=cure))

    @property
    def shown(self) -> str:
        """The name, where it cannot be a line of somebody's secret."""
        return self.name[:80] if self.equals or re.fullmatch("[A-Z_][A-Z0-9_]{,63}", self.name) else "this line"

    def is_utf8(self) -> bool:
        try:
            self.raw.decode()
        except UnicodeDecodeError:
            return False
        return True

    def blank_in_name(self) -> Diagnostic:
        word, _, rest = self.name.partition(" ")
        name = rest.strip(" \t") if word == "export" else self.name.strip(" \t")
        is_name = name and not re.search(r"\s", name)
        return self.error(
            f'the name "{self.shown}" holds a blank' if self.equals else "this line has blanks and no =",
            expected="NAME=value, without blanks around the name",
            help=f"write {name}=…" if is_name and self.equals else "",
        )

    def surprises(self) -> list[Diagnostic]:
        """Warnings for a value that other readers of env files take differently."""
        value, name = self.value, self.shown
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            said, cure = f"the quotes belong to the value of {name}", "take the quotes away"
        elif re.search(r"\s#", value):
            said, cure = f"what follows # belongs to the value of {name}", "put the comment on a line of its own"
        elif value != value.strip(" \t"):
            said, cure = f"the blanks around the value of {name} belong to it", "take the blanks away"
        elif re.search(r"\$\{\w+", value):
            said, cure = f"variables are not put into the value of {name}", "write the value itself"
        else:
            return []
        return [self.finding(f"{said}: Docker takes all behind the =", Severity.WARNING, help=cure)]

    def error(self, summary: str, *, expected: str, help: str = "") -> Diagnostic:
        return self.finding(summary, Severity.ERROR, expected=expected, help=help)

    def finding(self, summary: str, severity: Severity, *, expected: str = "", help: str = "") -> Diagnostic:
        name, column = "" if self.shown == "this line" else self.shown, self.start + 1
        source = f"{self.text[: self.start]}{name}{self.equals}{'' if name and not self.value else '…'}"
        span = Span(self.file, self.number, column, self.number, column + max(len(name), 1), source)
        return Diagnostic(summary=summary, severity=severity, places=(Place(span),), expected=expected, help=help)
