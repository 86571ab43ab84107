"""What the keys say holds where they are not said is what the Engine fills in."""

from __future__ import annotations

import json
from typing import Any

from rig.engine import Engine

from pystackdsl import Deploy, RestartPolicy, RollbackConfig, Service, UpdateConfig
from pystackdsl.model.key import keys_of
from pystackdsl.model.units import Duration

PLACES = (
    (Service, ""),
    (Deploy, ""),
    (UpdateConfig, "UpdateConfig."),
    (RollbackConfig, "RollbackConfig."),
    (RestartPolicy, "TaskTemplate.RestartPolicy."),
)
IN_WORDS = {"the daemon's setting"}


def test_the_engine_fills_in_what_the_keys_say(engine: Engine, stack_name: str) -> None:
    text = 'version: "3.9"\nservices: {a: {image: "busybox"}}\n'
    engine.docker("stack", "deploy", "--detach=true", "-c", "-", stack_name, input=text)
    filters = json.dumps({"name": [f"{stack_name}_a"]})
    (service,) = engine.call("GET", "/services", query={"filters": filters})
    body = engine.call("GET", f"/services/{service['ID']}", query={"insertDefaults": "true"})["Spec"]
    compared = []
    for cls, start in PLACES:
        for field, (key, _) in keys_of(cls).items():
            filled = _at(body, start + (key.api or "?"))
            if key.default and isinstance(filled, str | int) and key.default not in IN_WORDS:
                is_time = key.default.endswith("s") and isinstance(filled, int)
                assert key.default == (str(Duration(filled)) if is_time else str(filled)), f"{cls.__name__}.{field}"
                compared.append(f"{cls.__name__}.{field}")
    assert len(compared) == 16, compared


def _at(body: Any, path: str) -> Any:
    for step in path.split("."):
        body = body.get(step) if isinstance(body, dict) else None
    return body
