"""Errors of draws."""

from guildhall.errors import NotFound


class DrawNotFound(NotFound):
    says = "Draw not found."
