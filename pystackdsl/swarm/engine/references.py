"""Where names meet IDs: bodies hold full names, but the Engine wants and gives IDs."""

from collections.abc import Mapping
from typing import Any

from pystackdsl.swarm.specs import Kind, Spec

__all__ = ["with_ids", "without_ids"]


def with_ids(spec: Spec, ids: Mapping[tuple[Kind, str], str]) -> Spec:
    """A service's body with the IDs of its secrets and configs, by (kind, full name). Raises KeyError."""
    template = spec["TaskTemplate"]
    container = dict(template["ContainerSpec"])
    for field, kind, id, name in (
        ("Secrets", "secrets", "SecretID", "SecretName"),
        ("Configs", "configs", "ConfigID", "ConfigName"),
    ):
        if container.get(field):
            container[field] = [{**each, id: ids[kind, each[name]]} for each in container[field]]  # type: ignore[index]
    credential = (container.get("Privileges") or {}).get("CredentialSpec") or {}
    if credential.get("Config"):
        credential = {**credential, "Config": ids["configs", credential["Config"]]}
        container["Privileges"] = {**container["Privileges"], "CredentialSpec": credential}
    return {**spec, "TaskTemplate": {**template, "ContainerSpec": container}}


def without_ids(spec: Spec, names: Mapping[str, str]) -> Spec:
    """A service's body with the names of its networks, by ID, and without IDs of secrets and configs."""
    template = spec["TaskTemplate"]
    changed: dict[str, Any] = {}
    if template.get("Networks"):
        changed["Networks"] = [
            {**each, "Target": names.get(each["Target"], each["Target"])} for each in template["Networks"]
        ]
    container = dict(template.get("ContainerSpec") or {})
    configs = {each.get("ConfigID"): each["ConfigName"] for each in container.get("Configs") or ()}
    for field, id in (("Secrets", "SecretID"), ("Configs", "ConfigID")):
        if container.get(field):
            container[field] = [{key: value for key, value in each.items() if key != id} for each in container[field]]
    credential = (container.get("Privileges") or {}).get("CredentialSpec") or {}
    if credential.get("Config"):
        config = credential["Config"]
        container["Privileges"] = {
            **container["Privileges"],
            "CredentialSpec": {**credential, "Config": configs.get(config, config)},
        }
    return {**spec, "TaskTemplate": {**template, "ContainerSpec": container, **changed}}
