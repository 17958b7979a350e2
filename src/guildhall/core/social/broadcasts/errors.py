"""Errors of broadcasts."""

from guildhall.errors import NotFound


class BroadcastNotFound(NotFound):
    says = "Broadcast not found: there is none of this id, or it is not under way."
