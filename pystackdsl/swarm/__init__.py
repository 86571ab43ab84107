"""Docker Swarm: what a stack asks of the Engine, what the Engine has, the plan between the two, and its rollout.

    from pystackdsl import swarm

    engine = swarm.connect()
    plan = swarm.plan(stack, engine)
    outcome = swarm.apply(plan, engine).wait()

`docs/how-to/library.md` tells more.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine as Engine
    from pystackdsl.swarm.engine import connect as connect
    from pystackdsl.swarm.planning import plan as plan
    from pystackdsl.swarm.removal import Removal as Removal
    from pystackdsl.swarm.removal import remove as remove
    from pystackdsl.swarm.rollout import Rollout as Rollout
    from pystackdsl.swarm.rollout import apply as apply

__all__ = ["Engine", "Removal", "Rollout", "apply", "connect", "plan", "remove"]

_HOMES = {
    "Engine": "engine",
    "Removal": "removal",
    "Rollout": "rollout",
    "apply": "rollout",
    "connect": "engine",
    "plan": "planning",
    "remove": "removal",
}


def __getattr__(name: str) -> object:
    """What is public, imported when it is first asked for: the docker SDK takes a while."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
