"""Errors of the order of live events."""

from guildhall.errors import Conflict


class StillServing(Conflict):
    """A connected web process goes on from where it believes the order to be."""

    says = "A web process is running: stop it first; the order must not go back while anybody reads it."
