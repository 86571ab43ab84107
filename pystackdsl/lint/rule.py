"""What a rule is: a module whose docstring is its documentation page and whose `find` looks at a stack.

A rule is one file in `lint/rules/`, named for the fault it finds, so that one can say "ignore <name>". It holds

    ID         a text such as "PSD103"; other packages take a prefix of their own
    SEVERITY   how grave its findings are
    find       a function that takes an Inspection and gives findings, made with `finding`
    IS_LIVE    True where it needs facts about a swarm; left out otherwise
    IS_FIRM    True where Docker refuses what it finds, so that no comment and no option silences it; left out otherwise

Other packages add rules by entry points of the group `pystackdsl.rules` that name such modules. `lint.check` runs them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, Final, cast

import attrs

from pystackdsl.diagnostics import Diagnostic, Fix, Severity, Subject
from pystackdsl.lint.inspection import Inspection
from pystackdsl.model.validity.finding import at

__all__ = ["GROUP", "Diagnostic", "Find", "Inspection", "Rule", "Severity", "at", "every_rule", "finding", "told_as"]

GROUP: Final = "pystackdsl.rules"
"""The entry points by which other packages add rules."""

Find = Callable[[Inspection], Iterable[Diagnostic]]


@attrs.frozen(kw_only=True)
class Rule:
    """A rule as the runner, the command line and the documentation see it. `page` is Markdown; its first paragraph
    says what is wrong.
    """

    id: str
    name: str
    severity: Severity
    page: str
    find: Find = attrs.field(repr=False)
    is_live: bool = False
    is_firm: bool = False
    package: str = ""
    """The package that adds it; empty for our own."""

    @property
    def summary(self) -> str:
        """What is wrong, in one line."""
        return " ".join(self.page.partition("\n\n")[0].split())

    def answers_to(self, word: str) -> bool:
        """Whether a word of `--select` and the like means this rule: its id, the beginning of it, or its name."""
        return word == "ALL" or self.id.startswith(word.upper()) or word.replace("_", "-") == self.name

    @classmethod
    def of(cls, module: ModuleType, package: str = "") -> "Rule":
        """The rule that a module holds. Raises AttributeError and TypeError where it holds none."""
        held: Mapping[str, Any] = vars(module)
        missing = [word for word in ("ID", "SEVERITY", "find") if word not in held]
        if missing:
            raise AttributeError(f"{module.__name__} has no {', no '.join(missing)}")
        if not isinstance(held["SEVERITY"], Severity) or not isinstance(held["ID"], str) or not callable(held["find"]):
            raise TypeError(f"{module.__name__} needs ID, a text, SEVERITY, a Severity, and find, a function")
        return cls(
            id=held["ID"],
            name=module.__name__.rpartition(".")[2].replace("_", "-"),
            severity=held["SEVERITY"],
            page=(module.__doc__ or "").strip(),
            find=cast("Find", held["find"]),
            is_live=bool(held.get("IS_LIVE", False)),
            is_firm=bool(held.get("IS_FIRM", False)),
            package=package,
        )


def finding(
    summary: str,
    *subjects: Subject,
    expected: str = "",
    help: str = "",
    yaml: str = "",
    at_key: bool = False,
    is_discreet: bool = False,
    fix: object = None,
) -> Diagnostic:
    """What a rule found. The first subject is the value to mend or, with `at_key`, its key.

    `yaml` is the cure as it is spelled in YAML, where `help` spells it in Python. `is_discreet` is for a line that may
    hold a secret: only the word at the end of the subject's path is shown of it. `fix` is a changed copy of the
    subject's resource, where there is one safe cure.
    """
    return Diagnostic(
        summary=summary,
        path=subjects[0].path,
        subjects=subjects,
        expected=expected,
        help=help,
        help_in_yaml=yaml,
        at_key=at_key or is_discreet,
        is_discreet=is_discreet,
        fix=None if fix is None else Fix(resource=subjects[0].resource, value=fix),
    )


def told_as(kind: str) -> Find:
    """The `find` of a rule whose fault the model's own checks, or a door, tell already: as findings of that `kind`."""

    def find(inspection: Inspection) -> Iterator[Diagnostic]:
        return (each for each in inspection.told if each.kind == kind)

    return find


@cache
def every_rule() -> tuple[Rule, ...]:
    """All rules, by id: our own, and those that installed packages add.

    A package whose entry point is no rule, or has the id of another one, raises ImportError with its name.
    """
    from pystackdsl.lint import rules

    own = [Rule.of(import_module(f"{rules.__name__}.{each.name}")) for each in iter_modules(rules.__path__)]
    found = {rule.id: rule for rule in own}
    for rule in _added():
        if rule.id in found:
            raise ImportError(f"the rule {rule.name} of {rule.package} has the id {rule.id} of {found[rule.id].name}")
        found[rule.id] = rule
    return tuple(sorted(found.values(), key=lambda rule: rule.id))


def _added() -> Iterator[Rule]:
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP):
        package = entry.dist.name if entry.dist else entry.value
        try:
            yield Rule.of(entry.load(), package)
        except Exception as error:
            raise ImportError(f"{package} adds the rule {entry.name}, which is none: {error}") from error
