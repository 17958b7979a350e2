"""The check of webhooks' addresses: our own network is not reachable through us."""

import errno
import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

_LONGEST = 2000


def host_of(url: str, private: bool) -> str:
    """The host of a webhook's address. Raises ValueError, in words for its owner, for one that cannot be used.

    https, no user name, and no address of our own network, unless `private` ones are allowed. A name is resolved only
    when it is connected to, by PublicResolver: what it leads to now says nothing of later.
    """
    if len(url) > _LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("The address is too long, or has characters that an address has not.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("This is no address.") from None
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise ValueError("A webhook's address begins with https://.")
    if not host or parts.username is not None or parts.password is not None or port == 0:
        raise ValueError("A webhook's address names a host, and no user.")
    host = host.rstrip(".")
    if not private and (not is_public(host) if _is_literal(host) else _is_local_name(host)):
        raise ValueError("A webhook may not lead to a private address.")
    return host


def is_public(address: str) -> bool:
    """Return whether an IP address is public, whatever form IPv6 wraps it in."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if inner is None and parsed in _NAT64:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _is_literal(host: str) -> bool:
    """Return whether a host is an address by itself, in any form that a C library takes (`0x7f.1`, `2130706433`)."""
    if ":" in host:
        return True
    try:
        socket.inet_aton(host)
    except OSError:
        return False
    return True


def _is_local_name(host: str) -> bool:
    return "." not in host or host.endswith((".localhost", ".local", ".internal", ".home.arpa", ".lan"))


class NotPublic(OSError):
    """A name leads into our own network."""


class PublicResolver(AbstractResolver):
    """Resolves names, and refuses those that lead to a private address: what is connected to is what was looked at."""

    def __init__(self, private: bool) -> None:
        self._resolver = ThreadedResolver()
        self._private = private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name. Raises NotPublic when any of them is not the internet's."""
        found: list[Any] = await self._resolver.resolve(host, port, family)
        if not self._private and not all(is_public(one["host"]) for one in found):
            raise NotPublic(errno.EACCES, "the name leads to a private address")
        return found

    async def close(self) -> None:
        """Close the inner resolver."""
        await self._resolver.close()
