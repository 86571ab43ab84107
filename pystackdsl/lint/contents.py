"""What is in a stack's secrets and configs, for rules that look at their bytes. What is in a secret goes no further."""

from pystackdsl.content import content_of
from pystackdsl.diagnostics import InvalidStack
from pystackdsl.lint.inspection import Inspection
from pystackdsl.model.secret import Config, Secret

__all__ = ["bytes_of", "inline_size"]


def bytes_of(inspection: Inspection, resource: Secret | Config) -> bytes | None:
    """The bytes of a file, or of a text of the stack file; None for all that cannot be had or is made later."""
    if resource.external is not None or (resource.file is None and resource.content is None):
        return None
    try:
        return content_of(resource, inspection.stack.base, names=inspection.names)
    except InvalidStack:
        return None


def inline_size(resource: Secret | Config) -> int | None:
    """How many bytes a text of the stack file has."""
    content = resource.content
    if content is None:
        return None
    return len(content if isinstance(content, bytes) else content.encode(errors="replace"))
