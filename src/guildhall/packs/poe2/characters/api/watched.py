"""Your watched characters."""

from typing import Annotated

from msgspec import Meta

from guildhall.core.identity.subscriptions.errors import LimitReached
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.poe2.characters.actions import watching
from guildhall.packs.poe2.characters.api.live import LINK
from guildhall.packs.poe2.characters.errors import CharacterNotFound, CharacterNotWatched
from guildhall.packs.poe2.characters.parameters import CharacterName
from guildhall.packs.poe2.characters.queries.characters import watched_card, watched_page
from guildhall.packs.poe2.characters.schemas import WatchedCharacter
from guildhall.packs.poe2.characters.views import LiveCharacters
from guildhall.packs.poe2.ggg.parameters import READ, WRITE
from guildhall.packs.poe2.ids import CharacterId
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/poe2")

_Text = Annotated[str, Meta(max_length=255)]
_CURSOR = Cursor("poe2.watched", 1, tuple[_Text, CharacterId])


@routes.get("/watched", scope=READ, pages=Pages(_CURSOR, 50))
async def list_watched(tx: Read, asked: Asked[tuple[_Text, CharacterId]]) -> Page[WatchedCharacter]:
    """Your watched characters.

    Return the characters of which something is kept, by name, with what has become of them.
    """
    after, after_id = asked.after or (None, None)
    rows = await watched_page.many(tx, tx.viewer.id, after, after_id, asked.rows)
    return _CURSOR.page(rows, asked.limit, lambda row: (row.name, row.id))


@routes.put("/characters/{name:str}/watch", scope=WRITE, raises=(CharacterNotFound, LimitReached, *LINK))
async def put_watch(
    name: CharacterName, viewer: Viewer, db: Database, live: LiveCharacters, settings: Poe2Settings
) -> WatchedCharacter:
    """Watch a character.

    Keep snapshots of it from now on: at first at once, then as often as it changes. The tier limits how many.
    """
    line = await live.line(viewer.id, name)
    async with db.write(viewer) as tx:
        id = await watching.watch_character(tx, line, settings)
        return await watched_card.one(tx, id)


@routes.delete("/characters/{name:str}/watch", scope=WRITE, raises=(CharacterNotWatched,))
async def delete_watch(name: CharacterName, tx: Write) -> None:
    """Watch a character no longer.

    What was kept of it stays.
    """
    await watching.unwatch_character(tx, name)


@routes.delete("/characters/{name:str}", scope=WRITE, raises=(CharacterNotWatched,))
async def delete_character(name: CharacterName, tx: Write) -> None:
    """Delete what is kept of a character.

    Its snapshots and the history of its equipment are gone then; it is watched no longer.
    """
    await watching.remove_character(tx, name)


@routes.post(
    "/characters/{name:str}/refresh",
    scope=WRITE,
    status=202,
    raises=(CharacterNotWatched,),
    empty="A worker looks at it soon.",
)
async def post_refresh(name: CharacterName, tx: Write) -> None:
    """Look at a watched character soon."""
    await watching.want_look(tx, name)
