"""Heroes and files of constants."""

from typing import Any

import msgspec

from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer, Fetched
from guildhall.core.upstream.routes import Given
from guildhall.core.upstream.serving import serve
from guildhall.db.pool import Database
from guildhall.pack import WebPart
from guildhall.packs.dota2.answers import kinds
from guildhall.packs.dota2.heroes import actions, queries
from guildhall.packs.dota2.heroes.schemas import HeroConstant
from guildhall.packs.dota2.opendota.upstream import OpenDota
from guildhall.web.route import PUBLIC, Routes

routes = Routes("/api/v1/opendota_proxy")

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


def _as_published(given: Given[dict[str, Any] | list[Any]]) -> msgspec.Raw:
    return msgspec.Raw(given.body)


serve(
    routes,
    "/constants/{resource}",
    OpenDota.constants,
    _as_published,
    kind=kinds.CONSTANTS,
    body=dict[str, object] | list[object],
)


WEB = WebPart(routes=routes)
