"""Errors of characters."""

from guildhall.errors import NotFound, Unprocessable


class CharacterNotFound(NotFound):
    says = "Character not found: your account has no character of this name."


class CharacterNotWatched(NotFound):
    says = "Not watched: nothing is kept of a character of this name; watch it first."


class BuildNotAttached(NotFound):
    says = "No build attached: {character_name} has none."
    character_name: str


class BuildOfOther(NotFound):
    says = "Build not found: you have no such build."


class OtherCharacter(Unprocessable):
    """The build's figures would say nothing about the character."""

    says = "Another character's build: it is for {build}, and the character is {character}."
    build: str
    character: str
