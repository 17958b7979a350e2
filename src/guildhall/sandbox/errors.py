"""Errors of stand-ins' files."""


class Misread(ValueError):
    """A file or folder of a stand-in that cannot be used; the text is one line that names it and the reason."""
