"""Listening sockets."""

import socket

from guildhall.errors import Misconfigured


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises Misconfigured when the port is taken or the address is not ours.

    No address at all is refused, for it would be all of them: whoever means that says 0.0.0.0.
    """
    if not host:
        raise Misconfigured("Cannot listen on no address: name one with --host or GUILDHALL_WEB_HOST.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except (OSError, TypeError, UnicodeError) as error:  # a name that no encoding of hosts takes is a TypeError
        listener.close()
        why = getattr(error, "strerror", None) or error
        raise Misconfigured(
            f"Cannot listen on {host} port {port}: {why}. "
            "Another server may run there; choose another with --port or GUILDHALL_WEB_PORT."
        ) from None
    listener.setblocking(False)
    return listener
