"""Resources that nodes announce themselves, such as GPUs."""

from typing import TYPE_CHECKING

import attrs

from pystackdsl.model.key import key
from pystackdsl.model.value import Value

if TYPE_CHECKING:
    from pystackdsl.model.crossing import Fields, Lifting, Tree

__all__ = ["DiscreteResourceSpec", "GenericResource"]


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class DiscreteResourceSpec(Value):
    """A countable resource of a node, such as GPUs (Compose `discrete_resource_spec`)."""

    kind: str | None = attrs.field(default=None, metadata=key("Kind", since="3.5", doc="The kind of resource."))
    """The kind of resource. Since 3.5."""
    value: int | None = attrs.field(
        default=None, metadata=key("Value", since="3.5", fraction=True, signed=True, doc="How many.")
    )
    """How many. Since 3.5."""


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class GenericResource(Value):
    """A resource that nodes announce themselves (Compose `generic_resources[]`)."""

    discrete_resource_spec: DiscreteResourceSpec | None = attrs.field(
        default=None, metadata=key("DiscreteResourceSpec", since="3.5", doc="A countable resource.")
    )
    """A countable resource. Since 3.5."""

    @classmethod
    def from_api(cls, tree: "Tree", _lifting: "Lifting") -> "Fields":
        """A resource that says nothing is a countable one, of no kind."""
        return {} if tree else {"discrete_resource_spec": DiscreteResourceSpec()}

    @classmethod
    def of(cls, kind: str, value: int) -> "GenericResource":
        """`value` pieces of the kind of resource: `GenericResource.of("gpu", 2)`."""
        return cls(discrete_resource_spec=DiscreteResourceSpec(kind=kind, value=value))
