"""Services taken off a network and put back on it, for a network that has to be made anew.

The raw body of a service comes in, as the Engine returned it; the body that is to be written goes out. Pure; called by
`writes`.
"""

from pystackdsl.swarm.specs import Spec

__all__ = ["attached", "detached"]


def detached(spec: Spec, network: str) -> Spec:
    """The body without a network, which is given by its ID. All its tasks are replaced at once, whatever they do."""
    template = spec["TaskTemplate"]
    networks = [each for each in template.get("Networks") or () if each["Target"] != network]
    update = {**(spec.get("UpdateConfig") or {}), "Parallelism": 0, "Delay": 0, "FailureAction": "continue"}
    return {**spec, "TaskTemplate": {**template, "Networks": networks}, "UpdateConfig": update}


def attached(spec: Spec, network: str, name: str) -> Spec:
    """The former body, with the name of the network in place of the ID that it had."""
    template = spec["TaskTemplate"]
    networks = [
        {**each, "Target": name} if each["Target"] == network else each for each in template.get("Networks") or ()
    ]
    return {**spec, "TaskTemplate": {**template, "Networks": networks}}
