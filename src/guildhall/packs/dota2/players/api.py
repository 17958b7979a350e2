"""Players: OpenDota's routes, answered from what is known."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer
from guildhall.core.upstream.routes import Given
from guildhall.core.upstream.serving import Answers
from guildhall.pack import WebPart
from guildhall.packs.dota2.accounts.errors import BadAccountId
from guildhall.packs.dota2.accounts.parameters import AccountText, account
from guildhall.packs.dota2.accounts.rules import parse_account_id
from guildhall.packs.dota2.answers import kinds
from guildhall.packs.dota2.answers.errors import BadQuery
from guildhall.packs.dota2.answers.parameters import After, Limit
from guildhall.packs.dota2.opendota.errors import PlayerNotFound
from guildhall.packs.dota2.opendota.schemas import GivenSearch
from guildhall.packs.dota2.opendota.upstream import OpenDota
from guildhall.packs.dota2.players.schemas import PlayerHeroes, PlayerProfile, SearchResult, WinLoss
from guildhall.packs.dota2.players.views import Players
from guildhall.text import shortened_line
from guildhall.web.route import PUBLIC, Routes

routes = Routes("/api/v1/opendota_proxy")


@routes.get(
    "/players/{account_id:str}", scope=PUBLIC, cached=PlayerProfile, lane=True, raises=(BadAccountId, PlayerNotFound)
)
async def get_player(account_id: AccountText, players_known: Players) -> Answer:
    """A player's profile.

    Rank, names and pictures, in OpenDota's own shape.

    Fresh for 15 minutes; when OpenDota is down the last known is served, with its age in `Age` and where it
    came from in `Cache-Status`.
    """
    return await players_known.find_profile(account_id)


@routes.get("/players/{account_id:str}/wl", scope=PUBLIC, cached=WinLoss, raises=(BadAccountId, PlayerNotFound))
async def get_winloss(account_id: AccountText, players_known: Players) -> Answer:
    """Games won and lost.

    Return wins and losses by OpenDota's rule of which games count.

    A private profile's zeros never replace known figures.
    """
    return await players_known.find_winloss(account(account_id))


@routes.get(
    "/players/{account_id:str}/heroes", scope=PUBLIC, cached=PlayerHeroes, raises=(BadAccountId, PlayerNotFound)
)
async def get_heroes(account_id: AccountText, players_known: Players, after: After = None, limit: Limit = 50) -> Answer:
    """The heroes that a player plays.

    Most played first.
    """
    return await players_known.find_heroes(account(account_id), after, limit)


@routes.get("/search", scope=PUBLIC, cached=list[SearchResult], raises=(BadQuery,))
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
) -> Answer:
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

    return await _FOUND.find(cache, opendota, text)


def _found(given: Given[list[GivenSearch]]) -> list[SearchResult]:
    """Return the players for clients, one more than the fifty that OpenDota gives of a name."""
    return [
        SearchResult(
            one.account_id, one.personaname, one.avatarfull, one.last_match_time,
            one.similarity if one.similarity is not None else one.sml,
        )
        for one in given.value[:51]
    ]  # fmt: skip


_FOUND = Answers(OpenDota.search, _found, kind=kinds.SEARCH_RESULTS)


WEB = WebPart(routes=routes, provides=(Players,))
