"""The names that a text mentions."""

import re

_NAMED = re.compile(r"(?<![\w@])@([^\s@,;:!?\"<>(){}\[\]/\\]{2,40})")
"""A person's name, perhaps with a full stop or an 's behind it."""


def names_in(content: str) -> list[str]:
    """The names in lower case, as they stand and without what may stand behind a name."""
    found: dict[str, None] = {}
    if "@" in content:
        for name in _NAMED.findall(content):
            plain = name.lower()
            for one in (plain, plain.rstrip(".'"), plain.removesuffix("'s")):
                found[one] = None
    return list(found)
