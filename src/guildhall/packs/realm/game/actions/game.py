"""Rows of a game server: read, checked one by one, written in a few statements."""

from collections.abc import Callable, Iterable

import msgspec

from guildhall.db.pool import Transaction
from guildhall.errors import GuildhallError
from guildhall.ids import UserId
from guildhall.packs.realm.game.errors import TooManyRows
from guildhall.packs.realm.game.queries import known_people, known_raids
from guildhall.packs.realm.game.rules import Fault, Row, Rows, count_lines, read_rows
from guildhall.packs.realm.game.schemas import RowsTaken
from guildhall.packs.realm.ids import RaidId, ServerId
from guildhall.packs.realm.settings import RealmSettings

PersonOf = Callable[[UserId | None, str | None], UserId | None]
RaidOf = Callable[[RaidId | None, str | None], RaidId | None]


class Tally:
    """The results of the rows of one request."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.taken = 0
        self.again = 0
        self._faults = list(faults)

    def refuse(self, line: int, error: GuildhallError) -> None:
        """A row is refused for what a single request would be refused for."""
        self._faults.append(Fault(line, error.code, str(error)))

    def invalid(self, line: int, detail: str) -> None:
        """A row is refused that says too little, too much or what cannot be."""
        self._faults.append(Fault(line, "realm.row_invalid", detail))

    def report(self) -> RowsTaken:
        """The answer, its errors in the order of lines."""
        faults = sorted(self._faults, key=lambda fault: fault.line)
        return RowsTaken(self.taken, self.again, len(faults), faults)


def rows_of(
    body: bytes, decoder: msgspec.json.Decoder[Row], settings: RealmSettings, most: int | None = None
) -> Rows[Row]:
    """The rows of a body. Raises TooManyRows."""
    most = settings.game_rows_most if most is None else min(most, settings.game_rows_most)
    if count_lines(body) > most:
        raise TooManyRows(limit=most)
    return read_rows(body, decoder, settings.game_line_kb * 1000)


async def people(tx: Transaction, server_id: ServerId, named: Iterable[tuple[UserId | None, str | None]]) -> PersonOf:
    """Return a function that finds a server's people, named by id or by name."""
    pairs = list(named)
    ids = {user_id for user_id, _ in pairs if user_id is not None}
    names = {name for _, name in pairs if name is not None}
    found = await known_people.many(tx, server_id, sorted(ids), sorted(names))
    here = {one.id for one in found if not one.name}
    by_name = {one.name: one.id for one in found if one.name}

    def person(user_id: UserId | None, name: str | None) -> UserId | None:
        if user_id is not None:
            return user_id if user_id in here else None
        return by_name.get(name or "")

    return person


async def raids(tx: Transaction, server_id: ServerId, named: Iterable[tuple[RaidId | None, str | None]]) -> RaidOf:
    """Return a function that finds a server's raids, named by id or by the game's own name."""
    pairs = list(named)
    ids = {raid_id for raid_id, _ in pairs if raid_id is not None}
    externals = {name for _, name in pairs if name is not None}
    found = await known_raids.many(tx, server_id, sorted(ids), sorted(externals))
    here = {one.id for one in found}
    by_name = {one.external_id: one.id for one in found}

    def raid(raid_id: RaidId | None, external_id: str | None) -> RaidId | None:
        if raid_id is not None:
            return raid_id if raid_id in here else None
        return by_name.get(external_id)

    return raid


def names_one(first: object, second: object) -> bool:
    """Return whether exactly one of two ways to name a thing is used."""
    return (first is None) != (second is None)
