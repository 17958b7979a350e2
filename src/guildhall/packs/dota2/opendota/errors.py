"""Errors for what OpenDota does not know."""

from guildhall.errors import NotFound


class PlayerNotFound(NotFound):
    says = "Player not found: OpenDota does not know the player {account_id}."
    account_id: int


class ResourceNotFound(NotFound):
    says = "Constants not found: there are no constants '{resource}'."
    resource: str
