"""Heroes and files of constants."""

import re
from typing import Annotated

import msgspec
from litestar.openapi.spec import Example
from litestar.params import PathParameter

from guildhall.clock import Clock
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer, Fetched
from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.db.pool import Database
from guildhall.pack import WebPart
from guildhall.packs.dota2.answers import kinds
from guildhall.packs.dota2.heroes import actions, queries
from guildhall.packs.dota2.heroes.errors import ResourceNotFound
from guildhall.packs.dota2.heroes.schemas import HeroConstant
from guildhall.packs.dota2.opendota.upstream import OpenDota
from guildhall.web.route import PUBLIC, Routes

routes = Routes("/api/v1/opendota_proxy")

_RESOURCE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_encode = msgspec.json.Encoder().encode


@routes.get("/heroes", scope=PUBLIC, cached=list[HeroConstant])
async def get_heroes(db: Database, cache: Cache, opendota: OpenDota) -> Answer:
    """All heroes.

    Names, attributes, roles and pictures, by id; some 130 in all, so in one answer.
    """

    async def stored() -> Fetched | None:
        async with db.read() as tx:
            heroes = await queries.hero_constants.many(tx)
        if not heroes:
            return None
        return Fetched(_encode(heroes), min(hero.updated_at for hero in heroes))

    async def load() -> Fetched:
        await actions.sync_hero_constants(db, opendota, interactive=True)
        fetched = await stored()
        if fetched is None:
            raise LookupError("the heroes stored a moment ago are gone")
        return fetched

    return await cache.get(kinds.HERO_CONSTANTS, kinds.HERO_CONSTANTS.key("all", ""), load, stored)


@routes.get(
    "/constants/{resource:str}", scope=PUBLIC, cached=dict[str, object] | list[object], raises=(ResourceNotFound,)
)
async def get_constants(
    resource: Annotated[
        str,
        PathParameter(
            description="heroes, items, patch, game_mode, …", max_length=40, examples=[Example(value="patch")]
        ),
    ],
    cache: Cache,
    opendota: OpenDota,
    clock: Clock,
) -> Answer:
    """A file of the game's constants.

    Return a file of constants as OpenDota publishes it: an object, or a list for some.
    """
    if not _RESOURCE.fullmatch(resource):
        raise ResourceNotFound(resource=resource)

    async def load() -> Fetched:
        try:
            response = await opendota.constants(resource)
        except UpstreamNotFound:
            return Fetched(b"null", clock.now(), status=404)
        return Fetched(response.body, response.as_of)

    answer = await cache.get(kinds.CONSTANTS, kinds.CONSTANTS.key(resource), load)
    if answer.entry.status == 404:
        raise ResourceNotFound(resource=resource)
    return answer


WEB = WebPart(routes=routes)
