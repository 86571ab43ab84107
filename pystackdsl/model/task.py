"""A service as the Engine has it: what is always there, and what comes from several keys at once.

`Service.to_api` comes here once every key that goes by itself is in its place, `Service.from_api` before they are read.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pystackdsl.model.crossing import Fields, Lifting, Lowering, Tree
    from pystackdsl.model.service import Service

__all__ = ["complete", "taken_apart"]


def complete(service: "Service", tree: "Tree", lowering: "Lowering") -> None:
    """Add to the body of a service what no key says alone."""
    template: Tree = tree.setdefault("TaskTemplate", {})
    container: Tree = template.setdefault("ContainerSpec", {})
    _image(tree, container, lowering)
    container["Labels"] = lowering.labelled(container.get("Labels"))
    environment = lowering.environment(service)
    if environment:
        container["Env"] = sorted([name if value is None else f"{name}={value}" for name, value in environment.items()])
    _capabilities(container)
    _privileges(container)
    template.setdefault("Resources", {})
    template.setdefault("Placement", {})
    template["ForceUpdate"] = 0
    if not template.get("Networks"):
        from pystackdsl.model.network import lower_attachments

        template["Networks"] = lower_attachments((), lowering)
    if service.restart is not None and "RestartPolicy" not in template:
        policy = _restart_policy(lowering.text(service.restart))
        if policy:
            template["RestartPolicy"] = policy
    tree.setdefault("Mode", {"Replicated": {}})
    tree.setdefault("EndpointSpec", {})


def _image(tree: "Tree", container: "Tree", lowering: "Lowering") -> None:
    """The image with its tag, and the label that keeps it as it is written."""
    from pystackdsl.model.image import tagged

    text = container.get("Image", "")
    container["Image"] = tagged(text)
    labels = tree["Labels"] = lowering.labelled(tree.get("Labels"))
    labels["com.docker.stack.image"] = text


def _capabilities(container: "Tree") -> None:
    """What is added is not taken away."""
    added, dropped = container.get("CapabilityAdd"), container.get("CapabilityDrop")
    if added and dropped:
        left = [name for name in dropped if name not in added]
        if left:
            container["CapabilityDrop"] = left
        else:
            del container["CapabilityDrop"]


def _privileges(container: "Tree") -> None:
    """The privileges, which are always there; a credential in a config is granted to the runtime too."""
    given: dict[str, Any] = container.get("Privileges") or {}
    credential = given.get("CredentialSpec") or None
    if credential is not None:
        credential = {"Config": "", "File": "", "Registry": "", **credential}
        if credential["Config"]:
            runtime = {"Runtime": {}, "ConfigName": credential["Config"]}
            grants = [*container.get("Configs", ()), runtime]
            container["Configs"] = sorted(grants, key=lambda grant: grant["ConfigName"])
    container["Privileges"] = {"CredentialSpec": credential, "SELinuxContext": None, "NoNewPrivileges": False}


def _restart_policy(text: str) -> "Tree | None":
    """The policy of Compose's short `restart`; None for `no`."""
    name, _, count = text.partition(":")
    if name in ("always", "unless-stopped"):
        return {"Condition": "any"}
    if name == "on-failure":
        return {"Condition": "on-failure", "MaxAttempts": int(count or 0) % 2**64}
    return None


def taken_apart(tree: "Tree", _lifting: "Lifting") -> "Fields":
    """Take out of the body of a service what no key says alone, or no key says at all."""
    tree.pop("Name", None)
    template: Tree = tree.get("TaskTemplate") or {}
    template.pop("ForceUpdate", None)
    if template.get("Runtime") == "container":
        del template["Runtime"]
    container: Tree = template.get("ContainerSpec") or {}
    found: Fields = {}
    variables = container.get("Env")
    if variables:
        split = [text.partition("=") for text in variables]
        environment = {name: value if mark else None for name, mark, value in split}
        if len(environment) == len(variables):  # of two with one name, Compose can say one
            found["environment"] = environment
            del container["Env"]
    credential = (container.get("Privileges") or {}).get("CredentialSpec") or {}
    if credential.get("Config"):
        grants = container.get("Configs") or []
        runtime = {"Runtime": {}, "ConfigName": credential["Config"]}
        container["Configs"] = [grant for grant in grants if {"Runtime": {}, **grant} != runtime]
    return found
