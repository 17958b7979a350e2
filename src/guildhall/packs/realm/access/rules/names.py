"""The rules for names of things and characters."""

import re
import unicodedata

from guildhall.packs.realm.access.errors.content import ContentRefused
from guildhall.text import IGNORABLE, BadText, clean_line

LEAST = 2
MOST = 32
_IGNORED = re.compile(f"[{IGNORABLE}]")


def clean_name(text: str, most: int, least: int = 1) -> str:
    """The name of a server, channel, guild, party, raid, boss, territory or the like, as it is stored.

    Raises ContentRefused.
    """
    try:
        return clean_line(text, least, most)
    except BadText as error:
        raise ContentRefused(detail=str(error)) from error


def clean_username(text: str) -> str | None:
    """Return a character's name as it is stored: NFKC. None for one that is refused.

    Letters, marks, digits and '-', '_', '.', ''' of any script, of which the first is a letter or digit; no invisible
    characters and no white space.
    """
    name = unicodedata.normalize("NFKC", text)
    if not LEAST <= len(name) <= MOST or unicodedata.category(name[0])[0] not in "LN":
        return None
    if all(unicodedata.category(letter)[0] in "LMN" or letter in "-_.'" for letter in name):
        return None if _IGNORED.search(name) else name
    return None


def usable_username(text: str) -> str | None:
    """A name from elsewhere made one that is taken here: what it may not have becomes '-'.

    None if too little is left, or too much.
    """
    name = unicodedata.normalize("NFKC", _IGNORED.sub("", text)).strip()
    name = "".join(one if unicodedata.category(one)[0] in "LMN" or one in "-_.'" else "-" for one in name)
    while name and unicodedata.category(name[0])[0] not in "LN":
        name = name[1:]
    return clean_username(name)
