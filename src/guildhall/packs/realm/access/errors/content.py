"""Errors of texts."""

from guildhall.errors import Unprocessable


class ContentRefused(Unprocessable):
    says = "Text refused: it is not allowed here."
