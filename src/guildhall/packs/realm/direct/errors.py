"""Errors of direct messages and blocks."""

from guildhall.errors import Conflict, NotFound, TooManyRequests
from guildhall.packs.realm.access.errors.permissions import Forbidden


class Blocked(Forbidden):
    says = "Blocked: this person does not accept messages from you."


class BlockedByYou(Conflict):
    says = "You block this person; unblock them first."


class ToYourself(Conflict):
    says = "That is you: you cannot write to yourself, or block yourself."


class KeyTaken(Conflict):
    code = "realm.client_key_taken"
    says = "The key is taken: this client_key belongs to a message that you sent to somebody else."


class DirectMessageNotFound(NotFound):
    says = "Message not found: you have no such message."


class TooManyDirect(TooManyRequests):
    code = "realm.direct_rate_limited"
    says = "Too many messages: you may send {most} direct messages a minute."
    most: int


class TooManyBlocks(Conflict):
    says = "Too many blocks: you may block {most} people."
    most: int
