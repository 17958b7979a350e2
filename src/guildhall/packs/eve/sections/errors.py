"""Errors of a section's sync."""

from guildhall.errors import Unavailable


class MixedPages(Unavailable):
    """The pages changed twice."""

    says = "The list changed while it was read."
