"""The addresses of a realm's servers: one is used, the others are for when it is dead."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import aiohttp

from guildhall.packs.realm.terminal.errors import NotThere


class Addresses:
    """Raises NotThere for what is no address."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._all = [one.rstrip("/") for one in addresses]
        self._at = 0
        for one in self._all:
            if not _is_address(one):
                raise NotThere(f"{one!r} is no address; write http://host:port.")
        if not self._all:
            raise NotThere("There is no address.")

    def __len__(self) -> int:
        return len(self._all)

    @property
    def current(self) -> str:
        """The one in use."""
        return self._all[self._at]

    def leave(self, address: str) -> None:
        """Move on to the next address after one that does not answer, unless this was done already."""
        if address == self.current:
            self._at = (self._at + 1) % len(self._all)


def _is_address(text: str) -> bool:
    """Return whether a text is the URL of a host, by a name that can be looked up."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:  # as of a port above 65535, an open bracket, a letter that no name has
        return False
    return parts.scheme in ("http", "https") and host != "" and host.isprintable() and " " not in host


def why_not(error: Exception) -> str:
    """Return a short explanation of why an address does not answer."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return "nobody listens there"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(error) or type(error).__name__
