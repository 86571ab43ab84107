"""Which lines of the source made the parts of a stack: an opened stack and paths in it come in, places go out.

The verbs that tell of a plan, a rollout or a picture come here once they know what they will tell of: a place is
looked up by reading the source again, so it costs nothing where nothing is told.
"""

from collections.abc import Iterable, Mapping

from pystackdsl.cli.sources import Opened, is_text
from pystackdsl.diagnostics import Diagnostic, KeyPath, Place, Subject

__all__ = ["lines_of", "places_of"]

Path = Iterable[str | int]
"""A resource as (kind, key), and what follows leads into it: `services.api.deploy.replicas`."""


def places_of(opened: Opened, paths: Iterable[Path] | None = None) -> Mapping[KeyPath, tuple[Place, ...]]:
    """The places of resources and of values in them, all resources where none are named.

    The first place is the line that made the thing, the others those that asked for it: the call of the function that
    made it, the line that the loop ran. A value that nobody wrote stands where the nearest thing around it does. What
    the stack does not hold, and what has no source, has no places. A `KeyPath` finds what the same tuple finds.
    """
    asked = opened.stack.resources() if paths is None else ()
    wanted = [KeyPath(kind, key) for kind, key, _ in asked] if paths is None else [KeyPath(*path) for path in paths]
    held = [path for path in dict.fromkeys(wanted) if _resource(opened, path) is not None]
    in_text = is_text(opened.files[0])  # a key names the line of its block; an argument is found by its value
    findings = [
        Diagnostic(
            summary="",
            path=path,
            at_key=in_text,
            subjects=(Subject(path=path, resource=_resource(opened, path), within=KeyPath(*path[2:])),),
        )
        for path in held
    ]
    return {finding.path: finding.places for finding in opened.placed(findings)}


def lines_of(opened: Opened, paths: Iterable[Path] | None = None) -> Mapping[KeyPath, str]:
    """The same as text: `stack.py:18`, or `factory.py:8 (for stack.py:30)`; what has no place is left out."""
    from pystackdsl.views.places import in_brief

    return {path: in_brief(places) for path, places in places_of(opened, paths).items() if places}


def _resource(opened: Opened, path: KeyPath) -> object:
    kind, key = path[:2] if len(path) > 1 else ("", "")
    return getattr(opened.stack, str(kind), {}).get(key)
