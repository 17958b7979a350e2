"""Errors of tracking."""

from guildhall.errors import Conflict


class TooManyTracked(Conflict):
    says = "Too many tracked players: no more than {most} players are kept fresh."
    most: int
