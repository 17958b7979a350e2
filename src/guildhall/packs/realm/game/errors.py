"""Errors of a game server's calls."""

from guildhall.errors import TooLarge, UnsupportedMediaType


class TooManyRows(TooLarge):
    says = "Too many rows: one call may have {limit} lines here."


class NotRows(UnsupportedMediaType):
    says = "Not rows: the body must be application/x-ndjson, one JSON object a line."
