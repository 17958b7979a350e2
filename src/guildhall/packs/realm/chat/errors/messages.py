"""Errors of reading and changing messages."""

from guildhall.errors import BadRequest, Conflict, Unprocessable
from guildhall.packs.realm.access.errors.permissions import Forbidden


class MessageDeleted(Conflict):
    says = "The message was deleted; it cannot be changed any more."


class EditWindowOver(Forbidden):
    says = "Too late to edit: a message can be edited for {minutes} minutes."
    minutes: int


class OneDirection(BadRequest):
    says = "Before or after: ask for the messages before one or after one, not for both."


class ReactionRefused(Unprocessable):
    says = "Reaction refused: a reaction is an emoji or a word of at most 32 characters, without white space."


class TooManyReactions(Conflict):
    says = "Too many reactions: a message has {most} different reactions at most."
    most: int


class TooManyPins(Conflict):
    says = "Too many pins: a channel has {most} pinned messages at most; unpin one first."
    most: int
