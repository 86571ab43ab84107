"""Stacks with one fault each, what is found in them, and who would have refused them.

`test_validity_findings` checks what is found, `tests/conformance/test_validity` that `docker stack config` agrees, and
`tests/engine/test_validity` that a real Engine does.
"""

from model.faults import containers, deploy, grants, lists, names, networks, ports, references, storage
from model.faults.case import FAULTS, Fault

__all__ = ["FAULTS", "Fault"]

TOPICS = (containers, deploy, grants, lists, names, networks, ports, references, storage)
"""The modules that add to FAULTS."""
