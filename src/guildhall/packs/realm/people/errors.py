"""Errors of characters."""

from guildhall.errors import Conflict, Unprocessable


class NameTaken(Conflict):
    says = "The name is taken: somebody on this server has it, perhaps in another spelling."


class NameRefused(Unprocessable):
    says = "The name is refused: 2 to 32 letters, digits and -_.' are allowed, the first must be a letter or digit."


class StillBound(Conflict):
    says = "Still bound to this server: leave {ties} first, then move."
    ties: str
