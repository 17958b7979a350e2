"""Errors of rows kept fresh."""

from guildhall.errors import BadRequest, Conflict, NotFound


class TooManyKept(Conflict):
    says = "Too many kept fresh: '{name}' keeps no more than {most}."
    name: str
    most: int


class BadKey(BadRequest):
    says = "Bad key: a key that is kept fresh has 1 to 200 characters, and no zero among them."


class KeyNotKept(NotFound):
    says = "Key not kept: '{name}' does not keep '{key}' fresh."
    name: str
    key: str


class KeyBusy(Conflict):
    says = "Key busy: '{key}' of '{name}' is being refreshed now."
    name: str
    key: str


class NotDeclared(NotFound):
    says = "Nothing declared: no active pack keeps '{name}' fresh."
    name: str
