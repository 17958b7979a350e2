"""Routes of the game's public data: types and names."""

from typing import Annotated

from litestar import Response
from litestar.openapi.spec import Example
from litestar.params import PathParameter

from guildhall.core.cache.schemas import Answer
from guildhall.pack import WebPart
from guildhall.packs.eve.characters.errors import BadId
from guildhall.packs.eve.characters.parameters import READ, game_number
from guildhall.packs.eve.characters.reading import with_age
from guildhall.packs.eve.universe.errors import TypeNotFound
from guildhall.packs.eve.universe.schemas import Names, NamesWanted, TypeInfo
from guildhall.packs.eve.universe.views import Universe
from guildhall.web.route import Routes

routes = Routes("/api/v1/eve")
TypeText = Annotated[
    str, PathParameter(description="The game's id of an item type", examples=[Example(value="34")], max_length=40)
]


@routes.get("/types/{type_id:str}", scope=READ, cached=TypeInfo, raises=(BadId, TypeNotFound))
async def get_type(type_id: TypeText, universe: Universe) -> Answer:
    """An item type.

    Name, group and description; of the day.
    """
    number = game_number(type_id)
    if number >= 2**31:
        raise TypeNotFound(type_id=number)
    return await universe.type(number)


@routes.post("/names", scope=READ, status=200)
async def post_names(data: NamesWanted, universe: Universe) -> Response[Names]:
    """Names of ids.

    Return names of characters, corporations, systems, stations, types and more; up to 1,000 at once.

    While ESI is down, known names are returned, and the rest is `missing`.
    """
    names = await universe.names(list(data.ids))
    return with_age(names, names.age)


WEB = WebPart(provides=(Universe,), routes=routes)
