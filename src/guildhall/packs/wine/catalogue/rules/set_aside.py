"""Rows that are set aside."""


class SetAside(Exception):
    """A row cannot be taken in; its words are the reason."""
