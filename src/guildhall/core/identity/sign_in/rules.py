"""The check of `return_to`: an open redirect would lead codes and people away."""

import re
from urllib.parse import urlencode, urlsplit

from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.sign_in.errors import BadReturn

_LONGEST = 2000
_PLAIN = re.compile(r"[!-\[\]-~]*")
"""Printable ASCII without the backslash, which browsers take for a slash."""


def require_return(text: str, settings: IdentitySettings) -> str:
    """The place itself, when it is one of our own pages ("/…") or on the list. Raises BadReturn."""
    if len(text) <= _LONGEST and _PLAIN.fullmatch(text) and "#" not in text:
        if text.startswith("/") and not text.startswith("//"):
            return text
        if any(_within(text, place) for place in (settings.public_url, *settings.return_to)):
            return text
    raise BadReturn


def is_app(text: str) -> bool:
    """Return whether a place is an app's own scheme, and not a page."""
    return "://" in text and urlsplit(text).scheme not in ("http", "https")


def with_query(place: str, fields: dict[str, str]) -> str:
    """The place with more parameters."""
    return f"{place}{'&' if '?' in place else '?'}{urlencode(fields)}"


def _within(text: str, place: str) -> bool:
    try:
        wanted, allowed = urlsplit(text), urlsplit(place)
        same = (wanted.scheme, wanted.netloc) == (allowed.scheme, allowed.netloc)
    except ValueError:
        return False
    if not wanted.scheme or "://" not in text:
        return False
    if is_app(place) and not allowed.netloc:
        return wanted.scheme == allowed.scheme
    below = allowed.path.rstrip("/")
    inside = wanted.path in (below, allowed.path) or wanted.path.startswith(f"{below}/")
    return same and inside and "/../" not in f"{wanted.path}/"
