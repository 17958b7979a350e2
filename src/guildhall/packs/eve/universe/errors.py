"""Errors of the game's public data."""

from guildhall.errors import NotFound


class TypeNotFound(NotFound):
    says = "Type not found: the game has no type {type_id}."
    type_id: int
