"""The published interface: everything that a pack may import from Guildhall, by one flat list of names.

A name is imported when it is first asked for, so a manifest loads only the modules of what it names. Type checkers read
`__init__.pyi`, which `guildhall docs` writes from `guildhall.kit.published`.
"""

import warnings
from importlib import import_module
from typing import Any

from guildhall.kit.published import DEPRECATED, MODULES

__all__ = sorted(MODULES)


def __getattr__(name: str) -> Any:
    if (old := DEPRECATED.get(name)) is not None:
        warnings.warn(old.words(name), DeprecationWarning, stacklevel=2)
        return __getattr__(old.instead)
    if (module := MODULES.get(name)) is None:
        raise AttributeError(f"guildhall.kit publishes no '{name}'; docs/packs/kit.md lists its names.")
    found = globals()[name] = getattr(import_module(module), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *MODULES})
