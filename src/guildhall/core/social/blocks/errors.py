"""Errors of blocks."""

from guildhall.errors import Conflict, NotFound, PermissionDenied


class PersonNotFound(NotFound):
    says = "Person not found: there is no account of this id."


class ToYourself(Conflict):
    says = "That is you: you cannot follow, block or report yourself."


class Blocked(PermissionDenied):
    says = "Blocked: this person does not want this of you."


class BlockedByYou(Conflict):
    says = "You block this person; unblock them first."


class TooManyBlocks(Conflict):
    says = "Too many blocks: you may block {most} people."
    most: int
