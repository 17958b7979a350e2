"""Names as they are stored."""

from guildhall.text import clean_line


def line(text: str) -> str:
    """A name as it is stored. Raises BadText."""
    return clean_line(text, 1, 100)
