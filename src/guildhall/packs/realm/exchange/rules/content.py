"""Texts of foreign messages."""

from guildhall.packs.realm.access.errors.content import ContentRefused
from guildhall.packs.realm.access.rules.content import CONTROLS, LINE_ENDS, clean_content
from guildhall.packs.realm.exchange.rules.sqlite_values import BadRow


def said(text: str, notes: list[str]) -> str:
    """Return a foreign text as it is stored: control characters are left out, which is noted. Raises BadRow."""
    plain = text
    if CONTROLS.search(text):
        text = LINE_ENDS.sub("\n", text)
        plain = CONTROLS.sub("", text)
        if plain != text:
            notes.append("content had control characters; they were left out")
    try:
        return clean_content(plain, 4000)
    except ContentRefused as why:
        raise BadRow(f"content: {why}") from None
