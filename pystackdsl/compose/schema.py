"""The JSON Schema of stack files, made from the keys that the model declares.

A version of the Compose schema comes in, a JSON Schema (draft 2020-12) goes out, for editors and for other programs.
It takes and refuses what `docker stack config` does as far as a schema can tell; docs/reference/schema.md says what
it cannot. Called by `pystackdsl schema`.
"""

import typing
from collections.abc import Callable, Mapping
from typing import Any, Final

from pystackdsl.compose import schema_forms as forms
from pystackdsl.compose.reader import NULLABLE, parts_of
from pystackdsl.compose.schema_forms import Schema
from pystackdsl.model.key import Key, keys_of
from pystackdsl.model.meaning import meaning
from pystackdsl.model.mount_options import VolumeOptions
from pystackdsl.model.mounts import Mount, as_mounts
from pystackdsl.model.network import NetworkAttachment, as_attachments
from pystackdsl.model.placement import Constraint
from pystackdsl.model.ports import Port, as_port_range, as_ports
from pystackdsl.model.secret import Config, Secret, as_config_grants, as_secret_grants
from pystackdsl.model.service import as_build
from pystackdsl.model.stack import CLASSES, Stack
from pystackdsl.model.storage import Volume
from pystackdsl.model.swarm_service import as_ulimits
from pystackdsl.model.units import Quantity, as_file_mode
from pystackdsl.model.value import FrozenDict, Resource, Value

__all__ = ["DIALECT", "json_schema"]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
NEWEST: Final = 13
OPTIONAL_SINCE: Final = 10
"""The minor version since which a file need not state its version."""


def json_schema(minor: int = NEWEST) -> Schema:
    """The JSON Schema of stack files of the version 3.`minor`."""
    return _Writing(minor).document()


class _Writing:
    """The schema of one version being written: `definitions` has that of each class met so far."""

    def __init__(self, minor: int) -> None:
        self.minor = minor
        self.definitions: dict[str, Schema] = {}

    def document(self) -> Schema:
        """The whole schema."""
        root = self.mapping(Stack)
        root["properties"] |= {"version": self.version()}
        for kind, cls in CLASSES.items():
            if kind in root["properties"]:
                root["properties"][kind] |= self.held(kind, cls)
        return {
            "$schema": DIALECT,
            "title": f"Docker Swarm stack, version 3.{self.minor}",
            "description": "A stack file as `docker stack deploy` reads it.",
            **root,
            **({"required": ["version"]} if self.minor < OPTIONAL_SINCE else {}),
            "$defs": dict(sorted(self.definitions.items())),
        }

    def version(self) -> Schema:
        """The version that a file states. That of the newest schema takes the older ones too, whose keys it has."""
        key, hint = keys_of(Stack)["version"]
        known = [f"3.{minor}" for minor in range(self.minor + 1)] if self.minor == NEWEST else [f"3.{self.minor}"]
        return {"description": " ".join(meaning(key, hint)), "enum": [*known, *(["3", ""] if len(known) > 1 else [])]}

    def held(self, kind: str, cls: type[Value]) -> Schema:
        """The resources of a kind, by key."""
        resource = self.reference(cls)
        if kind in {"networks", "volumes"}:
            resource = forms.either(resource, {"type": "null"})
        if kind == "networks":  # Docker checks nothing of a network with another name
            return {**forms.mapped(resource), "additionalProperties": {"type": ["object", "null"]}}
        return forms.mapped(resource)

    def reference(self, cls: type[Value]) -> Schema:
        """A reference to the definition of a class, which is written if it was not yet."""
        name = cls.__name__
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self.amended(cls, self.mapping(cls))
        return {"$ref": f"#/$defs/{name}"}

    def mapping(self, cls: type[Value]) -> Schema:
        """The mapping of a class: the keys that this version has."""
        properties: dict[str, Schema] = {}
        extends = False
        for field, (key, hint) in keys_of(cls).items():
            if key.local or key.minor > self.minor:
                continue
            if key.name == "x-*":
                extends = True
                continue
            form = self.form(key, hint)
            if (cls, field) in NULLABLE:
                form = forms.either(form, {"type": "null"})
            properties[key.name] = {"description": " ".join(meaning(key, hint)), **form}
        found: Schema = {"type": "object", "properties": properties}
        if extends:
            found["patternProperties"] = {forms.EXTENSION: forms.ANYTHING}
        open_since = getattr(cls, "OPEN_SINCE", None)
        if open_since is None or self.minor < open_since:
            found["additionalProperties"] = False
        return found

    def amended(self, cls: type[Value], schema: Schema) -> Schema:
        """What keys exclude or ask for one another, and the older spelling of what is external."""
        if "external" in schema["properties"]:
            told = {"description": schema["properties"]["external"]["description"]}
            schema["properties"]["external"] = told | forms.external(is_open=cls in (Secret, Config))
            if "name" in schema["properties"]:
                schema["allOf"] = [_NOT_NAMED_TWICE]
        if cls is Volume:
            schema.setdefault("allOf", []).append(_NOT_MADE_HERE)
        if cls is Secret and "driver" in schema["properties"]:
            schema.setdefault("allOf", []).append(_DRIVER_OR_FILE)
        if (
            cls is VolumeOptions and "subpath" in schema["properties"]
        ):  # no schema of Docker's has it: null says nothing
            schema["properties"]["subpath"]["type"] = ["string", "null"]
        if cls is Mount:
            schema |= {"required": ["type"], "allOf": [_BIND_HAS_SOURCE]}
        return schema

    def form(self, key: Key, hint: Any) -> Schema:
        """The schema of a key's value, by its converter or its type, as `reader` chooses how it is read."""
        if key.converter in _IRREGULAR:
            return _IRREGULAR[key.converter](self)
        if key.converter in forms.CONVERTED:
            return forms.CONVERTED[key.converter]
        if key.number:
            return forms.number("integer", signed=False)
        if key.fraction:
            return forms.or_variable(forms.number("number", signed=key.signed), key.cast)
        parts = parts_of(hint)
        if str in parts:
            return forms.text()
        if int in parts:
            return forms.or_variable(forms.number("integer", signed=key.signed), key.cast)
        if bool in parts:
            return forms.or_variable({"type": "boolean"}, key.cast)
        if float in parts:
            return forms.or_variable({"type": "number"}, key.cast)
        return self.hinted(parts[0])

    def hinted(self, hint: Any) -> Schema:
        """The schema of a value of a type that is no plain scalar."""
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin is tuple:
            return forms.listed(self.hinted(arguments[0]))
        if origin is FrozenDict:
            return {"type": "object"}
        if origin is typing.Literal:
            return forms.choice(hint)
        if hint is Constraint or issubclass(hint, Resource):
            return forms.text()
        return forms.quantity(hint) if issubclass(hint, Quantity) else self.reference(hint)

    def ports(self) -> Schema:
        """Numbers, short texts and, since 3.2, mappings; no entry twice."""
        entries = [forms.number("integer", signed=False) | {"maximum": 65535}, forms.text(_PORT)]
        entries += [self.reference(Port)] if self.minor >= 2 else []
        return forms.listed(forms.either(*entries), distinct=True)

    def mounts(self) -> Schema:
        """Short texts and, since 3.2, mappings."""
        if self.minor < 2:
            return forms.listed(forms.text(_MOUNT), distinct=True)
        return forms.listed(forms.either(forms.text(_MOUNT), self.reference(Mount)))

    def attachments(self) -> Schema:
        """A list of names, or a mapping from names to options."""
        options = forms.either(self.reference(NetworkAttachment), {"type": "null"})
        return forms.either(forms.listed(forms.text(), distinct=True), forms.mapped(options))

    def grants(self, name: str) -> Schema:
        """Names, and mappings with `source`."""
        from pystackdsl.model import grants

        return forms.listed(forms.either(forms.text(), self.reference(getattr(grants, name))))

    def ulimits(self) -> Schema:
        """One number, or two."""
        limit = forms.or_variable({"type": "integer"}, "int")
        both = {
            "type": "object",
            "properties": {"soft": limit, "hard": limit},
            "required": ["soft", "hard"],
            "additionalProperties": False,
        }
        either = forms.either(limit, both)
        return {**forms.mapped(either, "^[a-z]+$"), "additionalProperties": forms.either(either, {"type": "null"})}

    def build(self) -> Schema:
        """A folder, or a mapping."""
        from pystackdsl.model.build import Build

        reference = self.reference(Build)
        properties = self.definitions["Build"]["properties"]
        if "shm_size" in properties:
            told = {"description": properties["shm_size"]["description"]}
            properties["shm_size"] = told | forms.either(forms.number("integer", signed=False), forms.text())
        return forms.either(forms.text(), reference)


_IRREGULAR: Final[Mapping[Any, Callable[[_Writing], Schema]]] = {
    as_ports: _Writing.ports,
    as_port_range: lambda _: forms.or_variable(forms.number("integer", signed=False), "int"),
    as_mounts: _Writing.mounts,
    as_attachments: _Writing.attachments,
    as_secret_grants: lambda writing: writing.grants("SecretGrant"),
    as_config_grants: lambda writing: writing.grants("ConfigGrant"),
    as_ulimits: _Writing.ulimits,
    as_build: _Writing.build,
    as_file_mode: lambda _: forms.or_variable(forms.number("number", signed=False), "int"),
}
"""The schema of a field, by the converter that takes what `irregular` reads."""

_NUMBERS: Final = "[0-9]+(?:-[0-9]+)?"
_PROTOCOL: Final = "[tT][cC][pP]|[uU][dD][pP]|[sS][cC][tT][pP]"
_PORT: Final = (
    rf"(?:(?:\[[^\]]*\]|[0-9a-fA-F.:]*):)?(?:{_NUMBERS})?:?{_NUMBERS}"
    rf"(?:/(?:{_PROTOCOL})?(?:/.*)?)?"
)
_FIELD: Final = "(?:[a-zA-Z]:[^:]*|[^:]+)"
_MOUNT: Final = f"..?|{_FIELD}(?::{_FIELD}){{0,2}}"

_SAID: Final[Schema] = {"type": "string", "minLength": 1}
_IS_EXTERNAL: Final[Schema] = {
    "required": ["external"],
    "properties": {"external": {"anyOf": [{"const": True}, {"type": "object"}]}},
}
_NOT_NAMED_TWICE: Final[Schema] = {
    "not": {
        "required": ["name", "external"],
        "properties": {
            "name": _SAID,
            "external": {"type": "object", "required": ["name"], "properties": {"name": _SAID}},
        },
    }
}
_EMPTY: Final[Schema] = {"maxLength": 0, "maxItems": 0, "maxProperties": 0}
_NOT_MADE_HERE: Final[Schema] = {
    "if": _IS_EXTERNAL,
    "then": {"properties": {"driver": _EMPTY, "driver_opts": _EMPTY, "labels": _EMPTY}},
}
_DRIVER_OR_FILE: Final[Schema] = {
    "if": {"required": ["driver"], "properties": {"driver": _SAID}, "not": _IS_EXTERNAL},
    "then": {"properties": {"file": _EMPTY}},
}
_BIND_HAS_SOURCE: Final[Schema] = {
    "if": {"required": ["type"], "properties": {"type": {"const": "bind"}}},
    "then": {"required": ["source"], "properties": {"source": _SAID}},
}
