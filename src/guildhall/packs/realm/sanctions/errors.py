"""Errors of sanctions and deletions."""

from guildhall.errors import BadRequest, Conflict, NotFound, Unprocessable


class SanctionNotFound(NotFound):
    says = "Sanction not found."


class SanctionOver(Conflict):
    says = "It is over: the sanction has ended already."


class SanctionInThePast(Unprocessable):
    says = "It would be over already: 'until' must be in the future; leave it out for a permanent sanction."


class NothingChosen(BadRequest):
    says = "Which messages? Give either 'ids', or 'author_id' with 'since'."


class TooManyChosen(Unprocessable):
    says = "Too many at once: one call deletes {most} messages at most."
    most: int
