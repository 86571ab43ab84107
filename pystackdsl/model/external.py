"""Resources that live outside the stack, and how older Compose schemas name them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pystackdsl.model.key import Shape, declared
from pystackdsl.model.names import Names
from pystackdsl.model.value import Resource

if TYPE_CHECKING:
    from pystackdsl.model.crossing import Lowering

__all__ = ["REFERENCE", "Nameable"]


class Nameable(Resource):
    """A resource that may be external and have a full name of its own."""

    name: str | None
    external: bool | None

    def _nested(self, names: Names) -> bool:
        """Whether the name belongs inside `external`: `external: {name: …}` came before `name:`."""
        has_name = self.name is not None and self.external is True
        return has_name and names.schema < declared(type(self))["name"][0].minor

    def spoken(self, names: Names) -> Mapping[str, Any]:
        """The keys that Compose text spells out."""
        return {**self.__dict__, "name": None} if self._nested(names) else self.__dict__

    def amend(self, said: dict[str, Any], names: Names) -> dict[str, Any]:
        """The Compose mapping of this resource, from what its fields say."""
        if self._nested(names):
            said["external"] = {"name": said.pop("name")}
        return said


def _emit_reference(resource: Nameable, names: Names) -> object:
    return names.key(resource)


def _lower_reference(resource: Nameable, lowering: "Lowering") -> object:
    return lowering.full_name(resource)


REFERENCE: Final = Shape("reference", _emit_reference, lower=_lower_reference)
"""A resource that is referred to: by its key in Compose, by its full name in the Engine."""
