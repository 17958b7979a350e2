"""Looks at watched characters: found, renamed, gone, or in another realm."""

from datetime import datetime, timedelta

from guildhall.core.upstream.errors import UpstreamLied, UpstreamNotFound
from guildhall.db.pool import Database
from guildhall.log import get_logger
from guildhall.packs.poe2.characters.actions.snapshots import save_look, tell
from guildhall.packs.poe2.characters.kept import WATCHED
from guildhall.packs.poe2.characters.queries import characters
from guildhall.packs.poe2.characters.reading import CharacterReader
from guildhall.packs.poe2.characters.rules.changes import next_look
from guildhall.packs.poe2.characters.rules.sheet import REALM, Line, Sheet
from guildhall.packs.poe2.characters.schemas import CharacterRow, State
from guildhall.packs.poe2.ids import CharacterId
from guildhall.packs.poe2.settings import Poe2Settings

log = get_logger(__name__)
_ONCE_MORE = timedelta(hours=1)
"""Time after which a character that the game does not know is asked for once more, before it counts as deleted."""


class Looker:
    """Looks at watched characters, one at a time for each. One for each process."""

    def __init__(self, db: Database, reader: CharacterReader, settings: Poe2Settings) -> None:
        self._db = db
        self._reader = reader
        self._settings = settings

    async def look(self, id: CharacterId, *, interactive: bool) -> datetime | None:
        """Ask the game, and save what it says; when the next look is due, or None when there is none.

        Raises what `CharacterReader.sheet_of` raises, except UpstreamNotFound.
        """
        async with self._db.read() as tx:
            row = await characters.character.one_or_none(tx, id)
        if row is None or not row.watched or row.state in ("deleted", "moved"):
            await self._rest(id)
            return None
        sheet = await self._find(row, interactive)
        if isinstance(sheet, Sheet):
            return await self._save(row, sheet)
        return await self._gone(row, sheet)

    async def _find(self, row: CharacterRow, interactive: bool) -> Sheet | Line | None:
        """The sheet; or the line of one whose sheet the game does not give; or None when it does not know it at all."""
        try:
            sheet = await self._reader.sheet_of(row.user_id, row.name, interactive=interactive)
            if sheet.line.game_id == row.game_id and sheet.line.realm == REALM:
                return sheet
        except UpstreamNotFound:
            pass
        # the name is nobody's, or somebody else's now: the list knows it by its id
        listed = await self._reader.list_of(row.user_id, interactive=interactive)
        line = next((one for one in listed.lines if one.game_id == row.game_id), None)
        if line is None:
            if not listed.whole:
                raise UpstreamLied(detail="Path of Exile's list of characters has rows that cannot be read.")
            return None
        if line.deleted or line.realm != REALM or line.name == row.name:
            return line
        try:
            return await self._reader.sheet_of(row.user_id, line.name, interactive=interactive)
        except UpstreamNotFound:
            return line

    async def _save(self, row: CharacterRow, sheet: Sheet) -> datetime | None:
        async with self._db.write() as tx:
            unchanged = await save_look(tx, row.id, sheet, self._settings)
            if unchanged is None:
                return None
            settings = self._settings
            first, longest = timedelta(minutes=settings.snapshot_minutes), timedelta(hours=settings.snapshot_idle_hours)
            return tx.now + next_look(unchanged, first, longest)

    async def _gone(self, row: CharacterRow, line: Line | None) -> datetime | None:
        """Note that a character cannot be seen: in another realm, or gone, of which the game is asked twice."""
        async with self._db.write() as tx:
            locked = await characters.locked_character.one_or_none(tx, row.id)
            if locked is None:
                return None
            state = self._state(locked, line, tx.now)
            await characters.set_state.run(tx, row.id, state, tx.now)
            log.info("poe2_character_gone", character=str(row.id), state=state)
            if state == "missing":
                return (locked.missing_since or tx.now) + _ONCE_MORE
            if state == "moved":
                body = "It is not in the realm of Path of Exile 2 any more. What was kept of it stays."
                await tell(tx, locked, state, f"{locked.name} has moved to another realm", body)
            else:
                body = "Path of Exile does not know it any more. What was kept of it stays until you remove it."
                await tell(tx, locked, state, f"{locked.name} was deleted", body)
            await WATCHED.forget(tx, row.id)
            return None

    def _state(self, row: CharacterRow, line: Line | None, now: datetime) -> State:
        if line is not None and line.realm != REALM:
            return "moved"
        if line is not None and line.deleted:
            return "deleted"
        if row.missing_since is None or now - row.missing_since < _ONCE_MORE or line is not None:
            return "missing"
        return "deleted"

    async def _rest(self, id: CharacterId) -> None:
        async with self._db.write() as tx:
            await WATCHED.forget(tx, id)
