"""What a character may be called."""

import unicodedata

LEAST = 2
MOST = 32


def clean_username(text: str) -> str | None:
    """The name as it is stored: NFKC. None for one that cannot be borne.

    Letters, marks, digits and '-', '_', '.', ''' of any script, of which the first is a letter or digit; nothing
    that is not seen and no white space, so that two names that look alike are one.
    """
    name = unicodedata.normalize("NFKC", text)
    if not LEAST <= len(name) <= MOST or unicodedata.category(name[0])[0] not in "LN":
        return None
    if all(unicodedata.category(letter)[0] in "LMN" or letter in "-_.'" for letter in name):
        return None if any(_unseen(letter) for letter in name) else name
    return None


def _unseen(letter: str) -> bool:
    """Whether a letter or mark is one that is not drawn: Hangul fillers, variation selectors, joiners."""
    return letter in "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0" or (
        "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"
    )
