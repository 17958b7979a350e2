"""The rules of handles: how one is written, when two are the same, and which nobody gets."""

import re
import unicodedata
from collections.abc import Iterable

from guildhall.core.social.profiles.errors import HandleRefused
from guildhall.text import folded

_HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9]|[_-](?=[a-z0-9])){2,29}")
_LETTER = re.compile(r"[a-z]")
_ALIKE = str.maketrans("01", "ol", "-_")
"""0 looks like o and 1 like l; a line between letters is not remembered. core.profiles.handle_key says the same."""
_RESERVED = """
    abuse account admin administrator anonymous api app bot contact deleted everyone guildhall help here info legal
    login logout mail me mod moderator moderators mods news nobody null official operator operators owner privacy
    profile profiles root security settings signin signup staff status support system team terms undefined unknown user
    users verified webmaster www
"""


def clean_handle(text: str) -> str:
    """A handle as it is stored: letters of other widths are the same letters, and all are small.

    Raises HandleRefused for anything else that it may not have, what nobody sees above all.
    """
    handle = unicodedata.normalize("NFKC", text).lower()
    if _HANDLE.fullmatch(handle) is None or _LETTER.search(handle) is None:
        raise HandleRefused
    return handle


def handle_key(text: str) -> str:
    """Return what two handles that are the same have in common; of any text, so that a handle is found however it is
    written."""
    return folded(text).translate(_ALIKE)


def is_reserved(handle: str, more: Iterable[str]) -> bool:
    """Return whether nobody gets a handle: it reads like one of the built-in names or of `more`."""
    return _read(handle) in _NAMES or any(_read(handle) == _read(one) for one in more)


def _read(text: str) -> str:
    """A handle as it is read in passing: i looks like l too."""
    return handle_key(text).replace("i", "l")


_NAMES = frozenset(map(_read, _RESERVED.split()))
