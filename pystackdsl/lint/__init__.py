"""What will go wrong with a stack that Docker takes: rules, each a known failure, and the runner that asks them all.

from pystackdsl.lint import check
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pystackdsl.lint.facts import Facts as Facts
    from pystackdsl.lint.facts import NodeFacts as NodeFacts
    from pystackdsl.lint.rule import Rule as Rule
    from pystackdsl.lint.rule import every_rule as every_rule
    from pystackdsl.lint.runner import check as check
    from pystackdsl.lint.runner import chosen as chosen

_HOME = {
    "Facts": "facts",
    "NodeFacts": "facts",
    "Rule": "rule",
    "check": "runner",
    "chosen": "runner",
    "every_rule": "rule",
}

__all__ = ["Facts", "NodeFacts", "Rule", "check", "chosen", "every_rule"]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    return found
