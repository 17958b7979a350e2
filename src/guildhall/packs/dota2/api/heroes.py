"""Heroes, constants and the search for players."""

import re
from typing import Annotated

import msgspec
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from guildhall.clock import Clock
from guildhall.core.cache.api import Cached
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Fetched
from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.db.pool import Database
from guildhall.packs.dota2.actions import sync
from guildhall.packs.dota2.api import kinds
from guildhall.packs.dota2.errors import BadQuery, ResourceNotFound
from guildhall.packs.dota2.queries import meta
from guildhall.packs.dota2.rules.accounts import parse_account_id
from guildhall.packs.dota2.schemas.heroes import HeroConstant
from guildhall.packs.dota2.schemas.players import SearchResult
from guildhall.packs.dota2.upstream import OpenDota
from guildhall.text import shortened_line
from guildhall.web.route import PUBLIC, Routes

routes = Routes("/api/v1/opendota_proxy")

_RESOURCE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_encode = msgspec.json.Encoder().encode


@routes.get("/heroes", scope=PUBLIC)
async def get_heroes(db: Database, cache: Cache, opendota: OpenDota) -> Cached[list[HeroConstant]]:
    """All heroes.

    Names, attributes, roles and pictures, by id; some 130 in all, so in one answer.
    """

    async def stored() -> Fetched | None:
        async with db.read() as tx:
            heroes = await meta.hero_constants.many(tx)
        if not heroes:
            return None
        return Fetched(_encode(heroes), min(hero.updated_at for hero in heroes))

    async def load() -> Fetched:
        await sync.sync_hero_constants(db, opendota, interactive=True)
        fetched = await stored()
        if fetched is None:
            raise LookupError("the heroes stored a moment ago are gone")
        return fetched

    answer = await cache.get(kinds.HERO_CONSTANTS, kinds.HERO_CONSTANTS.key("all", ""), load, stored)
    return Cached(answer, cache.memory)


@routes.get("/constants/{resource:str}", scope=PUBLIC, raises=(ResourceNotFound,))
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
) -> Cached[dict[str, object] | list[object]]:
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
    return Cached(answer, cache.memory)


@routes.get("/search", scope=PUBLIC, raises=(BadQuery,))
async def search(
    cache: Cache,
    opendota: OpenDota,
    q: Annotated[
        str,
        QueryParameter(
            name="q",
            description="Three characters of a name or more, or an id",
            max_length=100,
            examples=[Example(value="wicked")],
        ),
    ],
) -> Cached[list[SearchResult]]:
    """Find players by name or id.

    Search for players; return up to fifty, the best match first.
    """
    if "\x00" in q:
        raise BadQuery(detail="A name must not have a NUL character.")
    text = shortened_line(q, len(q))
    if text.isascii() and text.isdigit():
        try:
            text = str(parse_account_id(text))
        except ValueError as error:
            raise BadQuery(detail=f"'{text[:40]}' is not a Steam account id: {error}.") from error
    elif len(text) < 3:
        raise BadQuery(detail="A search needs at least three characters.")

    async def load() -> Fetched:
        given, as_of = await opendota.search(text)
        found = [
            SearchResult(
                one.account_id, one.personaname, one.avatarfull, one.last_match_time,
                one.similarity if one.similarity is not None else one.sml,
            )
            for one in given[:51]
        ]  # fmt: skip
        return Fetched(_encode(found), as_of)

    answer = await cache.get(kinds.SEARCH_RESULTS, kinds.SEARCH_RESULTS.key(text.casefold()), load)
    return Cached(answer, cache.memory)
