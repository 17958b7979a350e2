"""Patches of the game, by the versions of passive trees."""

import re

_TREE = re.compile(r"(\d{1,3})_(\d{1,3})(?:_(\d{1,3}))?[a-z]?\Z")


def patch_of(tree_version: str | None) -> str | None:
    """Return the patch of a tree's version: `0.5` for `0_5`; None for a text that names none."""
    found = _TREE.match(tree_version or "")
    return None if found is None else ".".join(part for part in found.groups() if part is not None)
