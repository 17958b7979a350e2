"""Errors of passive trees."""

from guildhall.errors import NotFound, Unprocessable


class TreeNotFound(NotFound):
    says = "Tree not found: there is no passive tree of version {version}."
    version: str


class BadTreeFile(Unprocessable):
    says = "Bad tree file: {why}."
    why: str
