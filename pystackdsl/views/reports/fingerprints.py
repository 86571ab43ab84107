"""What a finding is known by from one run to the next, whatever lines were added above it."""

from collections.abc import Sequence
from hashlib import sha256

from pystackdsl.diagnostics import Diagnostic
from pystackdsl.views.reports import path_of

__all__ = ["fingerprints"]


def fingerprints(findings: Sequence[Diagnostic]) -> list[str]:
    """One for each finding, all different: of its rule, its file or stack and what it speaks of, not of its line."""
    seen: dict[str, int] = {}
    found = []
    for each in findings:
        file = path_of(each.places[0].span) if each.places else each.stack
        known = "\0".join((each.rule, file, str(each.path), each.summary))
        count = seen[known] = seen.get(known, 0) + 1
        found.append(sha256(f"{known}\0{count}".encode(errors="replace")).hexdigest()[:32])
    return found
