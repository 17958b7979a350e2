"""Characters as the game shows them now, through the tiers of the cache."""

import msgspec

from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer, Fetched
from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.ids import UserId
from guildhall.packs.poe2.characters.errors import CharacterNotFound
from guildhall.packs.poe2.characters.reading import CharacterReader
from guildhall.packs.poe2.characters.rules.sheet import Line, Sheet
from guildhall.packs.poe2.characters.schemas import LiveCharacter, LiveList
from guildhall.packs.poe2.ggg import kinds

_encode = msgspec.json.Encoder().encode
_LISTS = msgspec.json.Decoder(LiveList)


class LiveCharacters:
    """The characters of accounts now. No table of the pack holds them."""

    def __init__(self, cache: Cache, reader: CharacterReader) -> None:
        self._cache = cache
        self._reader = reader

    def now(self) -> float:
        """The time by the clock of the cache, in seconds."""
        return self._reader.clock.timestamp()

    async def listed(self, user_id: UserId) -> tuple[list[Line], Answer]:
        """The characters of an account, in the order of their names, and the answer that has them.

        Raises AccountNotLinked, LinkEnded, ScopeMissing, Unavailable.
        """

        async def load() -> Fetched:
            found = await self._reader.list_of(user_id, interactive=True)
            lines = sorted(found.lines, key=lambda one: (one.name, one.game_id))
            return Fetched(_encode(LiveList(lines)), self._reader.clock.now())

        answer = await self._cache.get(kinds.CHARACTERS, kinds.CHARACTERS.key(user_id, ""), load)
        return _LISTS.decode(answer.entry.body).items, answer

    async def line(self, user_id: UserId, name: str) -> Line:
        """A character of an account by its name. Raises CharacterNotFound, and what `listed` raises."""
        lines, _ = await self.listed(user_id)
        found = next((one for one in lines if one.name == name), None)
        if found is None:
            raise CharacterNotFound
        return found

    async def sheet(self, user_id: UserId, name: str) -> Answer:
        """A whole character. Raises CharacterNotFound, and what `listed` raises.

        A name that the list does not have is not asked for: the limits are narrow.
        """
        line = await self.line(user_id, name)

        async def load() -> Fetched:
            try:
                sheet = await self._reader.sheet_of(user_id, line.name, interactive=True)
            except UpstreamNotFound:
                return Fetched(b"null", self._reader.clock.now(), status=404)
            return Fetched(_encode(_shown(sheet)), self._reader.clock.now())

        answer = await self._cache.get(kinds.CHARACTER, kinds.CHARACTER.key(user_id, line.name), load)
        if answer.entry.status == 404:
            raise CharacterNotFound
        return answer


def _shown(sheet: Sheet) -> LiveCharacter:
    line = sheet.line
    return LiveCharacter(
        line.name, line.class_name, line.ascendancy, line.level, line.experience, line.league, line.private_league,
        line.realm, sheet.equipment, sheet.skills, sheet.passives, sheet.stats,
    )  # fmt: skip
