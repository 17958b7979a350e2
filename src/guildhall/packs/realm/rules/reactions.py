"""What may be a reaction."""

import unicodedata

MOST = 32
"""Characters."""


def clean_reaction(text: str) -> str | None:
    """The reaction as it is stored: NFC. None for what is none.

    An emoji or a word such as ':ready:', without white space or anything that steers a text, and with something to
    be seen: joiners and variation selectors stay where an emoji needs them.
    """
    reaction = unicodedata.normalize("NFC", text)
    if not 1 <= len(reaction) <= MOST:
        return None
    kinds = [unicodedata.category(letter) for letter in reaction]
    allowed = all(kind[0] in "LMNPS" or letter in "\u200d\U000e007f" or "\U000e0020" <= letter <= "\U000e007e"
                  for letter, kind in zip(reaction, kinds, strict=True))  # fmt: skip
    seen = any(kind[0] in "LNPS" and letter not in "\u115f\u1160\u2800\u3164\uffa0"
               for letter, kind in zip(reaction, kinds, strict=True))  # fmt: skip
    return reaction if allowed and seen else None
