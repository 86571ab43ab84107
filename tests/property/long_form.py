"""What a stack means, in Docker's long spelling: the oracle that our own text is compared with.

It knows nothing of the declarations, schemas, short forms and rules of quoting that our writer has: attributes are
keys, every short form is spelled out, and each character of each text is an escape. Docker reads both texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pystackdsl import (
    Bytes,
    Constraint,
    Cpus,
    Duration,
    FileMode,
    NetworkAttachment,
    Port,
    Stack,
    Ulimit,
)
from pystackdsl.model.grants import ConfigGrant, SecretGrant
from pystackdsl.model.value import Resource, Value
from pystackdsl.model.variable import Open

__all__ = ["long_form"]

OURS = {"content", "template", "values", "host_ip"}
"""Fields that are no keys of Compose."""

RENAMED = {"restart_policy": "restart", "x-cluster-spec": "cluster_spec"}


def long_form(stack: Stack, minor: int) -> str:
    """The text that says the same as a stack, for a schema version, with nothing left to guess."""
    return spelled(Oracle(stack).whole(minor))


class Oracle:
    """The parts of one stack as plain trees."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.keys = {id(held): key for _, key, held in stack.resources()}
        self.paths = {secret.path: f"/run/secrets/{key}" for key, secret in stack.secrets.items()}
        self.paths |= {config.path: f"/{key}" for key, config in stack.configs.items()}

    def whole(self, minor: int) -> dict[str, Any]:
        kinds = ("services", "networks", "volumes", "secrets", "configs")
        held = {kind: {key: self.fields(each) for key, each in getattr(self.stack, kind).items()} for kind in kinds}
        said = {kind: each for kind, each in held.items() if each}
        return {"version": f"3.{minor}", **said, **self.tree(self.stack.x or {})}

    def fields(self, value: Value) -> dict[str, Any]:
        """Attributes as keys; what is None is not said."""
        said = {name: item for name, item in vars(value).items() if item is not None and name[0] != "_"}
        tree = {name: self.field(value, name, item) for name, item in said.items() if name not in OURS and name != "x"}
        for key, name in (("restart_policy", "restart"), ("x-cluster-spec", "cluster_spec")):
            if name in tree and isinstance(said[name], Value):
                tree[key] = tree.pop(name)
        return tree | self.tree(said.get("x", {}))

    def field(self, value: Value, name: str, item: Any) -> Any:
        if name == "networks":
            return {self.key(each.network): self.attachment(each) for each in item}
        if name == "ports":
            return [entry for port in item for entry in self.port(port)]
        if isinstance(item, Bytes) and name == "size":
            return item.number
        return self.tree(item)

    def tree(self, item: Any) -> Any:
        if isinstance(item, Open):
            return self.text(item.text)
        if isinstance(item, str):
            return self.text(item)
        if isinstance(item, Duration):
            return f"{item.number}ns"
        if isinstance(item, (Bytes, Constraint, Cpus)):
            return str(item.number) if isinstance(item, Bytes) else item.text
        if isinstance(item, FileMode):
            return item.number
        if isinstance(item, Resource):
            return self.key(item)
        if isinstance(item, (SecretGrant, ConfigGrant)):
            return self.grant(item)
        if isinstance(item, Ulimit) and item.is_one:
            return self.tree(item.soft)  # the same to Docker as both, though it tells the two spellings apart
        if isinstance(item, Value):
            return self.fields(item)
        if isinstance(item, Mapping):
            return {key: self.tree(each) for key, each in item.items()}
        return [self.tree(each) for each in item] if isinstance(item, (tuple, list)) else item

    def key(self, resource: Resource) -> str:
        return self.keys.get(id(resource), "default")

    def attachment(self, attachment: NetworkAttachment) -> dict[str, Any] | None:
        said = {name: item for name, item in vars(attachment).items() if name != "network" and item is not None}
        return {name: self.tree(item) for name, item in said.items()} or None

    def grant(self, grant: SecretGrant | ConfigGrant) -> dict[str, Any]:
        tree = self.fields(grant)
        source = tree.pop("secret" if isinstance(grant, SecretGrant) else "config")
        return {"source": source, **tree}

    def port(self, port: Port | Open) -> Iterator[Any]:
        """One entry a port; a range in the container goes by the text of its numbers, as in the short form."""
        if isinstance(port, Open):
            yield self.text(port.text)
            return
        said = {
            name: self.tree(getattr(port, name)) for name in ("protocol", "mode") if getattr(port, name) is not None
        }
        if isinstance(port.target, Open):
            yield {"target": self.tree(port.target), "published": port.published.first} | said
            return
        targets = range(port.target.first, port.target.last + 1)
        published = range(port.published.first, port.published.last + 1) if port.published else [None] * len(targets)
        inside = targets if len(targets) > 1 else [*targets] * len(published)
        pairs = [*zip(inside, published, strict=True)]
        for target, outside in sorted(pairs, key=lambda pair: str(pair[0])):
            yield {"target": target} | ({} if outside is None else {"published": outside}) | said

    def text(self, text: str) -> str:
        """A `$` is doubled outside of variables, which stand between two characters that are nowhere else."""
        parts = re.split("(\ufdd0[^\ufdd1]*\ufdd1|\ufdd2[^\ufdd3]*\ufdd3)", text)
        return "".join(
            f"${{{part[1:-1]}}}"
            if part[:1] == "\ufdd0"
            else self.paths[part]
            if part[:1] == "\ufdd2"
            else part.replace("$", "$$")
            for part in parts
        )


def spelled(node: Any) -> str:
    """A tree as one line of YAML, each character of each text an escape."""
    if isinstance(node, str):
        return '"' + "".join(f"\\U{ord(character):08x}" for character in node) + '"'
    if isinstance(node, dict):
        return "{" + ", ".join(f"? {spelled(key)} : {spelled(value)}" for key, value in node.items()) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(map(spelled, node)) + "]"
    return json.dumps(node)
