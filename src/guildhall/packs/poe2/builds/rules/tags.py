"""Tags in the one spelling in which they are stored and searched."""

import re
import unicodedata
from collections.abc import Iterable

from guildhall.packs.poe2.builds.errors import BadTag, TooManyTags

LONGEST = 30
_BETWEEN = re.compile(r"[\s_/.,;:|+#-]+")
_NO_PART = re.compile(r"[^\w-]")


def normal_tags(given: Iterable[str], most: int) -> list[str]:
    """Return tags in order and once each: `League  Starter` and `#league-starter` are `league-starter`.

    Raises BadTag, TooManyTags.
    """
    tags: list[str] = []
    for one in given:
        tag = normal_tag(one)
        if tag not in tags:
            tags.append(tag)
    if len(tags) > most:
        raise TooManyTags(most=most)
    return sorted(tags)


def normal_tag(given: str) -> str:
    """Return a tag as it is stored. Raises BadTag."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", given).casefold())
    tag = _NO_PART.sub("", _BETWEEN.sub("-", text)).strip("-_")
    if not 2 <= len(tag) <= LONGEST or not any(letter.isalnum() for letter in tag):
        raise BadTag(tag=repr(given[: LONGEST + 1]), most=LONGEST)
    return tag
