"""The kinds of answers about a person in the cache. Their keys begin with the user's id."""

from datetime import timedelta

from guildhall.core.cache.schemas import Kind
from guildhall.ids import UserId

LEAGUES = Kind("poe2_leagues", timedelta(hours=1), private=True)
CHARACTERS = Kind("poe2_characters", timedelta(minutes=5), private=True)
CHARACTER = Kind("poe2_character", timedelta(minutes=5), private=True)


def kinds_of(user_id: UserId) -> list[str]:
    """Return the beginnings of all keys about a user."""
    return [f"{kind.name}:{user_id}:" for kind in (LEAGUES, CHARACTERS, CHARACTER)]
