"""Errors of parameters that several entrances take."""

from guildhall.errors import BadRequest


class BadQuery(BadRequest):
    says = "Bad parameter: it is out of its range."
