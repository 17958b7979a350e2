"""The network guard: connections lead to this machine or nowhere."""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvloop

_NAMES = frozenset({"localhost", "", None})


class NotThisMachine(OSError):
    """A test asked for a connection beyond this machine."""


def require_here(host: Any) -> None:
    """Raise NotThisMachine for a host that is not this machine; a name would have to be asked for elsewhere."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in _NAMES:
        return
    try:
        here = ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        here = False
    if not here:
        raise NotThisMachine(f"tests may not connect to {name}: lead the settings to a stand-in on this machine")


class GuardedLoop(uvloop.Loop):
    """The loop that the product runs on. It connects by itself, past `socket.connect`."""

    async def getaddrinfo(self, host: Any, port: Any, **options: Any) -> Any:
        """Look up a name of this machine. Raises NotThisMachine."""
        require_here(host)
        return await super().getaddrinfo(host, port, **options)

    async def create_connection(  # type: ignore[override]  # every form of it, passed on
        self, factory: Any, host: Any = None, port: Any = None, **options: Any
    ) -> Any:
        """Connect to this machine. Raises NotThisMachine."""
        require_here(host)
        return await super().create_connection(factory, host, port, **options)

    async def create_datagram_endpoint(  # type: ignore[override]  # every form of it, passed on
        self, factory: Any, local_addr: Any = None, remote_addr: Any = None, **options: Any
    ) -> Any:
        """Send datagrams to this machine. Raises NotThisMachine."""
        if remote_addr is not None:
            require_here(remote_addr[0])
        return await super().create_datagram_endpoint(factory, local_addr, remote_addr, **options)


@contextmanager
def guarded_sockets() -> Iterator[None]:
    """Guard what connects by a socket of Python's own."""
    connect = socket.socket.connect
    connect_ex = socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            require_here(address[0])
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            require_here(address[0])
        return connect_ex(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign, assignment]
    socket.socket.connect_ex = guarded_ex  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        socket.socket.connect = connect  # type: ignore[method-assign]
        socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]
