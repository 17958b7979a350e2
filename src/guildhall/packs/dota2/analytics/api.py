"""Analytics of a player's stored history: progress, comparison, statistics, streaks."""

import asyncio
from typing import Annotated, Literal

from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer
from guildhall.db.pages import Page
from guildhall.db.pool import Database
from guildhall.pack import WebPart
from guildhall.packs.dota2.accounts.errors import BadAccountId
from guildhall.packs.dota2.accounts.parameters import AccountText, account
from guildhall.packs.dota2.analytics import views
from guildhall.packs.dota2.analytics.schemas import (
    Comparison,
    RankProgression,
    StatisticsItem,
    StreaksAnswer,
)
from guildhall.packs.dota2.answers import kinds
from guildhall.packs.dota2.answers.errors import BadQuery
from guildhall.packs.dota2.answers.parameters import After, Limit, part
from guildhall.packs.dota2.answers.views import computed
from guildhall.packs.dota2.opendota.errors import PlayerNotFound
from guildhall.packs.dota2.players.views import Players
from guildhall.web.route import PUBLIC, Routes

routes = Routes("/api/v1/analytics")


@routes.get(
    ["/players/{account_id:str}/rank-progression", "/player/{account_id:str}/rank-progression"],
    scope=PUBLIC,
    cached=RankProgression,
    raises=(BadAccountId, PlayerNotFound),
)
async def get_rank_progression(
    account_id: AccountText,
    db: Database,
    cache: Cache,
    players_known: Players,
    after: After = None,
    limit: Annotated[int, QueryParameter(name="limit", ge=1, le=1000, description="Points on a page")] = 200,
) -> Answer:
    """A player's rank over time.

    Oldest first: a point when the rank changed, and one a day as a mark that it did not.
    """
    known_id = account(account_id)
    at = views.RANKS.decode_or_none(after)
    await views.require_player(db, players_known, known_id)
    key = kinds.RANK_PROGRESSION.key(known_id, limit, part(after))
    return await computed(
        db, cache, kinds.RANK_PROGRESSION, key, lambda tx: views.rank_progression(tx, known_id, at, limit)
    )


@routes.get("/players/compare", scope=PUBLIC, cached=Comparison, raises=(BadAccountId, BadQuery, PlayerNotFound))
async def compare_players(
    db: Database,
    cache: Cache,
    players_known: Players,
    ids: Annotated[
        str,
        QueryParameter(
            name="ids",
            description="Two to ten account ids, with commas between",
            max_length=300,
            examples=[Example(value="86745912,101695162")],
        ),
    ],
) -> Answer:
    """Players side by side.

    Ranks, records, the last ninety days, streaks, and the heroes that all of them play.
    """
    accounts = list(dict.fromkeys(account(text.strip()) for text in ids.split(",")))
    if not 2 <= len(accounts) <= 10:
        raise BadQuery(detail="A comparison needs two to ten different players.")
    await asyncio.gather(*(views.require_player(db, players_known, one) for one in accounts))
    key = kinds.PLAYER_COMPARISON.key(",".join(map(str, accounts)))
    return await computed(db, cache, kinds.PLAYER_COMPARISON, key, lambda tx: views.comparison(tx, accounts))


@routes.get(
    ["/players/{account_id:str}/statistics", "/player/{account_id:str}/statistics"],
    scope=PUBLIC,
    cached=Page[StatisticsItem],
    raises=(BadAccountId, PlayerNotFound),
)
async def get_statistics(
    account_id: AccountText,
    db: Database,
    cache: Cache,
    players_known: Players,
    by: Annotated[
        Literal["hero", "game_mode", "lobby_type", "week"],
        QueryParameter(name="by", description="What to group by"),
    ] = "hero",
    after: After = None,
    limit: Limit = 50,
) -> Answer:
    """A player's own figures.

    Return statistics of all stored matches: by hero or mode the most played first, by week the newest first.
    """
    known_id = account(account_id)
    at = views.GROUPS.decode_or_none(after)
    await views.require_player(db, players_known, known_id)
    key = kinds.PLAYER_ANALYTICS.key(known_id, by, limit, part(after))
    return await computed(
        db, cache, kinds.PLAYER_ANALYTICS, key, lambda tx: views.statistics(tx, known_id, by, at, limit)
    )


@routes.get(
    ["/players/{account_id:str}/streaks", "/player/{account_id:str}/streaks"],
    scope=PUBLIC,
    cached=StreaksAnswer,
    raises=(BadAccountId, PlayerNotFound),
)
async def get_streaks(account_id: AccountText, db: Database, cache: Cache, players_known: Players) -> Answer:
    """A player's winning and losing streaks.

    Return streaks over all stored matches; those without an outcome neither break a streak nor lengthen it.
    """
    known_id = account(account_id)
    await views.require_player(db, players_known, known_id)
    key = kinds.PLAYER_ANALYTICS.key(known_id, "streaks", "")
    return await computed(db, cache, kinds.PLAYER_ANALYTICS, key, lambda tx: views.streaks_of(tx, known_id))


WEB = WebPart(routes=routes)
