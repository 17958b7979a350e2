"""Players' matches: OpenDota's routes."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.core.cache.schemas import Answer
from guildhall.pack import WebPart
from guildhall.packs.dota2.accounts.errors import BadAccountId
from guildhall.packs.dota2.accounts.parameters import AccountText, account
from guildhall.packs.dota2.answers.parameters import After, Limit
from guildhall.packs.dota2.matches.schemas import Matches
from guildhall.packs.dota2.matches.views import find_matches
from guildhall.packs.dota2.opendota.errors import PlayerNotFound
from guildhall.packs.dota2.players.views import Players
from guildhall.web.route import PUBLIC, Routes

routes = Routes("/api/v1/opendota_proxy")


@routes.get("/players/{account_id:str}/matches", scope=PUBLIC, cached=Matches, raises=(BadAccountId, PlayerNotFound))
async def get_matches(
    account_id: AccountText,
    players_known: Players,
    after: After = None,
    limit: Limit = 20,
    hero_id: Annotated[
        int | None,
        QueryParameter(
            name="hero_id",
            ge=1,
            le=32767,
            description="Only with this hero",
            required=False,
            examples=[Example(value=14)],
        ),
    ] = None,
    game_mode: Annotated[
        int | None,
        QueryParameter(
            name="game_mode",
            ge=0,
            le=32767,
            description="Only of this mode",
            required=False,
            examples=[Example(value=22)],
        ),
    ] = None,
) -> Answer:
    """A player's matches.

    Newest first, all modes and lobbies. The first time the whole history is fetched.
    """
    return await find_matches(players_known, account(account_id), after, limit, hero_id, game_mode)


@routes.get(
    "/players/{account_id:str}/recentMatches", scope=PUBLIC, cached=Matches, raises=(BadAccountId, PlayerNotFound)
)
async def get_recent_matches(account_id: AccountText, players_known: Players) -> Answer:
    """A player's last twenty matches.

    The first page of the matches.
    """
    return await find_matches(players_known, account(account_id), None, 20, None, None)


WEB = WebPart(routes=routes)
