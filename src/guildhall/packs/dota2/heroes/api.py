"""Heroes and files of constants."""

from datetime import datetime
from typing import Any

import msgspec

from guildhall.core.upstream.routes import Given
from guildhall.core.upstream.serving import Stored, serve
from guildhall.db.pool import Transaction
from guildhall.pack import WebPart
from guildhall.packs.dota2.answers import kinds
from guildhall.packs.dota2.heroes import actions, queries
from guildhall.packs.dota2.heroes.schemas import HeroConstant
from guildhall.packs.dota2.opendota.upstream import OpenDota
from guildhall.web.route import Routes

routes = Routes("/api/v1/opendota_proxy")


async def _stored(tx: Transaction) -> tuple[list[HeroConstant], datetime] | None:
    heroes = await queries.hero_constants.many(tx)
    return (heroes, min(hero.updated_at for hero in heroes)) if heroes else None


serve(
    routes,
    "/heroes",
    OpenDota.hero_constants,
    kind=kinds.HERO_CONSTANTS,
    body=list[HeroConstant],
    stored=Stored(_stored, actions.save_hero_constants),
)


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
