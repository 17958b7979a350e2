"""Errors of Path of Building codes. Each says in words what was wrong with the text."""

from guildhall.errors import TooLarge, Unprocessable


class EmptyCode(Unprocessable):
    says = "Empty code: there is nothing but white space."


class CodeTooLong(TooLarge):
    says = "Code too long: it has more than {limit} characters."


class BuildTooLarge(TooLarge):
    says = "Build too large: the code unpacks to more than {limit} bytes."


class ItemFilterAddress(Unprocessable):
    says = "Not a build: this is a link to an item filter, not a build."


class PassiveTreeAddress(Unprocessable):
    says = "Not a build: this is a link to a passive tree alone; copy the code from Path of Building instead."


class SharedAddress(Unprocessable):
    says = "An address: this is a link to a build at {site}; open it there and copy the build's code."
    site: str


class UnknownAddress(Unprocessable):
    says = "Unknown address: this is a link to {host}, where no builds are known to be shared."
    host: str


class BadCharacter(Unprocessable):
    says = "Bad character: character {position} of the code is {character}, which no code has."
    position: int
    character: str


class CutOff(Unprocessable):
    says = "Code cut off: it ends after {length} characters, before the build does."
    length: int


class DamagedCode(Unprocessable):
    says = "Damaged code: its characters are right, but what they pack is damaged; copy the code again."


class NotACode(Unprocessable):
    says = "Not a code: the text is not what Path of Building exports: {why}."
    why: str


class OtherGame(Unprocessable):
    says = "Other game: this is a Path of Exile 1 build."


class BadBuild(Unprocessable):
    says = "Bad build: {why}."
    why: str


class UnwritableText(Unprocessable):
    says = "Unwritable text: {where} has a character that a build cannot hold."
    where: str
