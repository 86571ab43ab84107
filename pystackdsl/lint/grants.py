"""The secrets and configs that a service is granted, and where its tasks find them."""

from typing import Final

from pystackdsl.lint.inspection import Inspection
from pystackdsl.model.grants import Grant
from pystackdsl.model.service import Service

__all__ = ["SECRETS", "granted_paths", "path_of"]

SECRETS: Final = "/run/secrets/"
"""The folder of secrets in every container."""


def granted_paths(inspection: Inspection, service: Service) -> frozenset[str]:
    """The paths of all secrets and configs that a service is granted."""
    grants: list[Grant] = [*(service.secrets or ()), *(service.configs or ())]
    return frozenset(path for grant in grants if (path := path_of(inspection, grant)) is not None)


def path_of(inspection: Inspection, grant: Grant) -> str | None:
    """Where a task finds what is granted; None where the stack does not hold it."""
    if not inspection.names.holds(grant.granted):
        return None
    return inspection.names.comparable(grant.path)
