"""Errors of account ids."""

from guildhall.errors import BadRequest


class BadAccountId(BadRequest):
    says = "Bad account id: '{text}' is not a Steam account id: {why}."
    text: str
    why: str
