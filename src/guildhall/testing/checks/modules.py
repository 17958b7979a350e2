"""The modules of a pack, as its manifest names them."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from guildhall.pack import Pack
from guildhall.references import Reference
from guildhall.testing.pack import PackUnderTest


def packages_of(pack: PackUnderTest) -> frozenset[str]:
    """Return the packages (or the single modules) that a pack consists of."""
    modules = [one.name.partition(":")[0] for _, one in references(pack.manifest) if isinstance(one, Reference)]
    modules.append(pack.manifest.settings.load().__module__)
    modules += [pack.origin.partition(":")[0]] if pack.origin else []
    return frozenset(_package(module) for module in modules) - {""}


def _package(module: str) -> str:
    """The package of a pack's module; an empty text for a module of the product."""
    top, *below = module.split(".")
    if top != "guildhall":
        return top
    return ".".join(["guildhall", *below[:2]]) if below[:1] == ["packs"] else ""


def belongs(module: str | None, packages: frozenset[str]) -> bool:
    """Return whether a module is in one of the packages."""
    return module is not None and any(module == one or module.startswith(f"{one}.") for one in packages)


def references(manifest: Pack) -> Iterator[tuple[str, Any]]:
    """Return everything in a manifest that is loaded by reference, with its place: `parts[0].web`."""
    yield from _references("", manifest)


def _references(place: str, value: object) -> Iterator[tuple[str, Any]]:
    if hasattr(value, "load"):
        yield place.removeprefix("."), value
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from _references(f"{place}.{name}", getattr(value, name))
    elif isinstance(value, tuple | list):
        for index, one in enumerate(value):
            yield from _references(f"{place}[{index}]", one)
