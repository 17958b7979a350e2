"""Errors of paths that name a character."""

from guildhall.errors import BadRequest, NotFound


class CharacterNotFound(NotFound):
    says = "Character not found: you have no such character."


class BadCharacterId(BadRequest):
    says = "Bad character id: '{text}' is not a character id."
    text: str


class BadId(BadRequest):
    says = "Bad id: '{text}' is not an id of the game."
    text: str
