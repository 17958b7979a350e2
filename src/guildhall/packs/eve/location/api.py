"""The location of a character."""

from litestar import Response

from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.pack import WebPart
from guildhall.packs.eve.characters.parameters import CHARACTER, READ, CharacterText
from guildhall.packs.eve.characters.reading import reading, with_age
from guildhall.packs.eve.location import queries
from guildhall.packs.eve.location.schemas.views import Location
from guildhall.web.route import Routes

routes = Routes("/api/v1/eve")


@routes.get("/characters/{character_id:str}/location", scope=READ, raises=CHARACTER)
async def get_location(character_id: CharacterText, viewer: Viewer, db: Database) -> Response[Location]:
    """Location of a character.

    System, dock, ship, and whether online.
    """
    async with reading(db, viewer, character_id, "location") as at:
        location = await queries.shown_location.one_or_none(at.tx, at.character.id)
    return with_age(Location(location, at.as_of, at.age), at.age)


WEB = WebPart(routes=routes)
