"""Your characters as the game shows them now."""

from typing import Annotated

from litestar import Response
from msgspec import Meta

from guildhall.core.cache.schemas import Answer
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.poe2.characters.errors import CharacterNotFound
from guildhall.packs.poe2.characters.parameters import CharacterName
from guildhall.packs.poe2.characters.queries.characters import watched_game_ids
from guildhall.packs.poe2.characters.rules.sheet import Line
from guildhall.packs.poe2.characters.schemas import ListedCharacter, LiveCharacter
from guildhall.packs.poe2.characters.views import LiveCharacters
from guildhall.packs.poe2.ggg.errors import AccountNotLinked, LinkEnded, ScopeMissing
from guildhall.packs.poe2.ggg.parameters import READ
from guildhall.web.route import Asked, Pages, Routes

routes = Routes("/api/v1/poe2/characters")

_Text = Annotated[str, Meta(max_length=255)]
_CURSOR = Cursor("poe2.characters", 1, tuple[_Text, _Text])
LINK = (AccountNotLinked, LinkEnded, ScopeMissing)
"""The errors of what only the game can answer."""


@routes.get("/", scope=READ, pages=Pages(_CURSOR, 50, largest=200), raises=LINK)
async def list_characters(
    viewer: Viewer, db: Database, live: LiveCharacters, asked: Asked[tuple[_Text, _Text]]
) -> Response[Page[ListedCharacter]]:
    """Your characters.

    Return the characters of your account as the game lists them, by name. The answer is minutes old at most, or as old
    as it says while the game does not answer.
    """
    lines, answer = await live.listed(viewer.id)
    async with db.read(viewer) as tx:
        watched = set(await watched_game_ids.many(tx, viewer.id))
    after = asked.after
    left = [one for one in lines if after is None or (one.name, one.game_id) > after]
    page = _CURSOR.page(left[: asked.rows], asked.limit, lambda one: (one.name, one.game_id))
    shown = Page([_listed(one, one.game_id in watched) for one in page.items], page.next)
    age = max(0, int(live.now() - answer.entry.as_of))
    return Response(shown, headers={"cache-control": "private, no-cache", "age": str(age)})


@routes.get("/{name:str}", scope=READ, cached=LiveCharacter, raises=(CharacterNotFound, *LINK))
async def get_character(name: CharacterName, viewer: Viewer, live: LiveCharacters) -> Answer:
    """One of your characters.

    Return a character as the game shows it now, with equipment, gems and passive nodes. None of it is stored: the
    history of a watched character is under `progress` and `equipment`.
    """
    return await live.sheet(viewer.id, name)


def _listed(line: Line, watched: bool) -> ListedCharacter:
    return ListedCharacter(
        line.name, line.class_name, line.ascendancy, line.level, line.experience, line.league, line.private_league,
        line.realm, line.deleted, line.expired, watched,
    )  # fmt: skip
