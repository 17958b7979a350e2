"""Errors of discovery."""

from guildhall.errors import BadRequest


class NoWords(BadRequest):
    says = "No words: the text has no word that builds could have; leave it out, or add one."


class TooManyWords(BadRequest):
    says = "Too many words: a search has {most} at most."
    most: int


class TooManyValues(BadRequest):
    says = "Too many values: a search has {most} of facets at most."
    most: int


class CursorOfAnotherSort(BadRequest):
    says = "Cursor of another sort: the cursor 'after' belongs to the sort {sort}; start without it."
    sort: str
