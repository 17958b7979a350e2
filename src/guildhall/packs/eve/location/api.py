"""The location of a character."""

from litestar import Response

from guildhall.pack import WebPart
from guildhall.packs.eve.characters.parameters import CHARACTER, READ, CharacterText
from guildhall.packs.eve.characters.reading import reading_for, with_age
from guildhall.packs.eve.location import queries
from guildhall.packs.eve.location.schemas.views import Location
from guildhall.web.route import Read, Routes

routes = Routes("/api/v1/eve")


@routes.get("/characters/{character_id:str}/location", scope=READ, raises=CHARACTER)
async def get_location(character_id: CharacterText, tx: Read) -> Response[Location]:
    """Location of a character.

    System, dock, ship, and whether online.
    """
    at = await reading_for(tx, character_id, "location")
    location = await queries.shown_location.one_or_none(tx, at.character.id)
    return with_age(Location(location, at.as_of, at.age), at.age)


WEB = WebPart(routes=routes)
