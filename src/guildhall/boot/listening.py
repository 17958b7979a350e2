"""Listening sockets."""

import socket

from guildhall.errors import Misconfigured


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises Misconfigured when the port is taken or the address is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise Misconfigured(
            f"Cannot listen on {host} port {port}: {error.strerror or error}. "
            "Another server may run there; choose another with --port or GUILDHALL_WEB_PORT."
        ) from None
    listener.setblocking(False)
    return listener
