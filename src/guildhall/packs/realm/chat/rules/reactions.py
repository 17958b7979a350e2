"""The rule for reactions, and their one form."""

import re
import unicodedata

MOST = 32
"""Characters."""

# Unicode's emoji-data: Emoji without Emoji_Presentation, which are drawn as text unless U+FE0F stands behind them.
# Digits, '#' and '*' are such only in a keycap.
_AS_TEXT = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u2328\u23cf\u23ed-\u23ef\u23f1\u23f2\u23f8-\u23fa"
    "\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb\u25fc\u2600-\u2604\u260e\u2611\u2618\u261d\u2620\u2622\u2623\u2626\u262a\u262e"
    "\u262f\u2638-\u263a\u2640\u2642\u265f\u2660\u2663\u2665\u2666\u2668\u267b\u267e\u2692\u2694-\u2697\u2699\u269b\u269c"
    "\u26a0\u26a7\u26b0\u26b1\u26c8\u26cf\u26d1\u26d3\u26e9\u26f0\u26f1\u26f4\u26f7-\u26f9\u2702\u2708\u2709\u270c\u270d"
    "\u270f\u2712\u2714\u2716\u271d\u2721\u2733\u2734\u2744\u2747\u2763\u2764\u27a1\u2934\u2935\u2b05-\u2b07\u3030\u303d"
    "\u3297\u3299\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f202\U0001f237\U0001f321\U0001f324-\U0001f32c\U0001f336"
    "\U0001f37d\U0001f396\U0001f397\U0001f399-\U0001f39b\U0001f39e\U0001f39f\U0001f3cb-\U0001f3ce\U0001f3d4-\U0001f3df"
    "\U0001f3f3\U0001f3f5\U0001f3f7\U0001f43f\U0001f441\U0001f4fd\U0001f549\U0001f54a\U0001f56f\U0001f570\U0001f573-\U0001f579"
    "\U0001f587\U0001f58a-\U0001f58d\U0001f590\U0001f5a5\U0001f5a8\U0001f5b1\U0001f5b2\U0001f5bc\U0001f5c2-\U0001f5c4"
    "\U0001f5d1-\U0001f5d3\U0001f5dc-\U0001f5de\U0001f5e1\U0001f5e3\U0001f5e8\U0001f5ef\U0001f5f3\U0001f5fa\U0001f6cb"
    "\U0001f6cd-\U0001f6cf\U0001f6e0-\U0001f6e5\U0001f6e9\U0001f6f0\U0001f6f3"
)
_SELECTORS = re.compile("[\ufe00-\ufe0f]+")
_NEEDS_SELECTOR = re.compile(f"[{_AS_TEXT}](?![\U0001f3fb-\U0001f3ff])|[0-9#*](?=\u20e3)")
_TAGS = ("\U000e0020", "\U000e007e")


def one_form(reaction: str) -> str:
    """The form in which a reaction is stored, whatever was sent: 👍 and 👍 with U+FE0F are one, ❤ and ❤️ are one.

    NFC; a variation selector stands where an emoji would be drawn as text without it, and nowhere else; letters in
    lower case.
    """
    plain = _SELECTORS.sub("", unicodedata.normalize("NFC", reaction))
    return _NEEDS_SELECTOR.sub("\\g<0>\ufe0f", unicodedata.normalize("NFC", plain.lower()))


def clean_reaction(text: str) -> str | None:
    """Return the reaction as it is stored: `one_form`. None for an invalid one.

    An emoji or a word such as ':ready:', without white space or anything that steers a text, and with something
    visible: joiners stay where an emoji needs them.
    """
    if not 1 <= len(text) <= 2 * MOST:
        return None
    reaction = one_form(text)
    if not 1 <= len(reaction) <= MOST:
        return None
    kinds = [unicodedata.category(letter) for letter in reaction]
    allowed = all(kind[0] in "LMNPS" or letter in "\u200d\U000e007f" or _TAGS[0] <= letter <= _TAGS[1]
                  for letter, kind in zip(reaction, kinds, strict=True))  # fmt: skip
    seen = any(kind[0] in "LNPS" and letter not in "\u115f\u1160\u2800\u3164\uffa0"
               for letter, kind in zip(reaction, kinds, strict=True))  # fmt: skip
    return reaction if allowed and seen else None
