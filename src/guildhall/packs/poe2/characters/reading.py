"""The game's answers about characters, asked for a user and read."""

from msgspec import Struct

from guildhall.core.upstream.rows import Rows
from guildhall.ids import UserId
from guildhall.packs.poe2.characters.rules.given import GivenCharacter, GivenList
from guildhall.packs.poe2.characters.rules.sheet import Line, Sheet, read_line, read_sheet
from guildhall.packs.poe2.ggg.access import GggAccess
from guildhall.packs.poe2.ggg.upstream import CHARACTER, CHARACTERS

_LIST, _SHEET = Rows(GivenList), Rows(GivenCharacter)


class Listed(Struct, frozen=True):
    """The list of an account. One that is not `whole` has lost rows that could not be read."""

    lines: list[Line]
    whole: bool


class CharacterReader:
    """Asks the game for characters. One for each process."""

    def __init__(self, access: GggAccess) -> None:
        self._access = access
        self.clock = access.ggg.client.clock

    async def list_of(self, user_id: UserId, *, interactive: bool) -> Listed:
        """The characters of an account. Raises what `GggAccess.get` raises."""
        body = await self._access.get(user_id, CHARACTERS, interactive=interactive)
        found = self._access.ggg.read(CHARACTERS, body, _LIST)
        return Listed([read_line(one) for one in found.value.characters], found.dropped == 0)

    async def sheet_of(self, user_id: UserId, name: str, *, interactive: bool) -> Sheet:
        """A whole character.

        Raises UpstreamNotFound, UpstreamLied for one that has lost parts, and what `GggAccess.get` raises.
        """
        body = await self._access.get(user_id, CHARACTER, interactive=interactive, name=name)
        found = self._access.ggg.read(CHARACTER, body, _SHEET)
        if found.dropped:  # it would look as if something had been taken off
            raise self._access.ggg.client.lied(CHARACTER.path, f"odd parts: {found.faults}")
        return read_sheet(found.value.character)
