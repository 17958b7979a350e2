"""Errors of players."""

from guildhall.errors import NotFound


class PlayerNotFound(NotFound):
    says = "Player not found: OpenDota does not know the player {account_id}."
    account_id: int
