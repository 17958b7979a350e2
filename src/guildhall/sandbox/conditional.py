"""Entity tags, and calls that already have the answer."""

from hashlib import sha1


def strong_tag(body: bytes) -> str:
    """Return an entity tag of a body."""
    return f'"{sha1(body, usedforsecurity=False).hexdigest()}"'


def has_tag(wanted: str | None, tag: str) -> bool:
    """Return whether an If-None-Match names an entity tag, by the weak comparison of RFC 9110."""
    if wanted is None:
        return False
    plain = tag.removeprefix("W/")
    return wanted.strip() == "*" or any(one.strip().removeprefix("W/") == plain for one in wanted.split(","))
