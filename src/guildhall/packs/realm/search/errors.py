"""Errors of searches."""

from guildhall.errors import Unprocessable


class NothingToSearch(Unprocessable):
    says = "Nothing to search for: there is no word, or all words are too common."
