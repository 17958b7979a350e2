"""The history of your watched characters."""

from typing import Annotated

from litestar.params import QueryParameter

from guildhall.db.pages import Cursor, Page
from guildhall.instants import Instant
from guildhall.packs.poe2.characters.actions.watching import kept_character
from guildhall.packs.poe2.characters.errors import CharacterNotWatched
from guildhall.packs.poe2.characters.parameters import CharacterName
from guildhall.packs.poe2.characters.queries.snapshots import equipment_page, league_page, snapshot_page
from guildhall.packs.poe2.characters.schemas import EquipmentChange, LeagueBuild, Snapshot
from guildhall.packs.poe2.ggg.parameters import READ
from guildhall.packs.poe2.ids import CharacterLeagueId, EquipmentChangeId, SnapshotId
from guildhall.web.route import Asked, Pages, Read, Routes

routes = Routes("/api/v1/poe2")

_SNAPSHOTS = Cursor("poe2.progress", 1, tuple[Instant, SnapshotId])
_CHANGES = Cursor("poe2.equipment", 1, tuple[Instant, EquipmentChangeId])
_LEAGUES = Cursor("poe2.league_builds", 1, tuple[Instant, CharacterLeagueId])


@routes.get("/characters/{name:str}/progress", scope=READ, pages=Pages(_SNAPSHOTS, 50), raises=(CharacterNotWatched,))
async def list_progress(name: CharacterName, tx: Read, asked: Asked[tuple[Instant, SnapshotId]]) -> Page[Snapshot]:
    """Progress of a character.

    Return the snapshots of a watched character, newest first: each time that something of it had changed. A former name
    leads there too.
    """
    row = await kept_character(tx, name)
    before, before_id = asked.after or (None, None)
    rows = await snapshot_page.many(tx, row.id, before, before_id, asked.rows)
    return _SNAPSHOTS.page(rows, asked.limit, lambda one: (one.snapshot_at, one.id))


@routes.get("/characters/{name:str}/equipment", scope=READ, pages=Pages(_CHANGES, 50), raises=(CharacterNotWatched,))
async def list_equipment(
    name: CharacterName, tx: Read, asked: Asked[tuple[Instant, EquipmentChangeId]]
) -> Page[EquipmentChange]:
    """Changes of a character's equipment.

    Return the slots that held another item than before, newest first. An item that was improved is another one.
    """
    row = await kept_character(tx, name)
    until, until_id = asked.after or (None, None)
    rows = await equipment_page.many(tx, row.id, until, until_id, asked.rows)
    return _CHANGES.page(rows, asked.limit, lambda one: (one.changed_at, one.id))


@routes.get("/league-builds", scope=READ, pages=Pages(_LEAGUES, 50))
async def list_league_builds(
    tx: Read,
    asked: Asked[tuple[Instant, CharacterLeagueId]],
    league: Annotated[
        str | None, QueryParameter(name="league", max_length=100, required=False, description="A league's name")
    ] = None,
) -> Page[LeagueBuild]:
    """Your characters and builds by league.

    Return what your watched characters were in each league, seen last first, with the builds that are attached to them.
    """
    before, before_id = asked.after or (None, None)
    rows = await league_page.many(tx, tx.viewer.id, league, before, before_id, asked.rows)
    return _LEAGUES.page(rows, asked.limit, lambda one: (one.last_seen_at, one.id))
