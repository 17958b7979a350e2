"""Errors of constants."""

from guildhall.errors import NotFound


class ResourceNotFound(NotFound):
    says = "Constants not found: there are no constants '{resource}'."
    resource: str
