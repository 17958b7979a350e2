"""References: objects named as `module:attribute`, so that a module is imported only by a process that needs it."""

from importlib import import_module
from typing import Generic, TypeAlias, TypeVar, cast

from msgspec import Struct

Named = TypeVar("Named", covariant=True)


class Reference(Struct, Generic[Named], frozen=True):
    """An object of a module, named as `module:attribute`. A test loads every reference that stands in the code."""

    name: str

    def load(self) -> Named:
        """Import the module, if nobody has yet, and return the object."""
        module, _, attribute = self.name.partition(":")
        return cast(Named, getattr(import_module(module), attribute))


class Held(Struct, Generic[Named], frozen=True):
    """An object that is imported already, where a reference may stand."""

    value: Named

    def load(self) -> Named:
        """Return the object."""
        return self.value


Loadable: TypeAlias = Reference[Named] | Held[Named]
"""An object, or a reference to it."""
