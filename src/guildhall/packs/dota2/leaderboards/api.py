"""Leaderboards of the known players."""

from typing import Annotated, Literal

from litestar.params import QueryParameter

from guildhall.core.boards.declaration import Board
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer
from guildhall.db.pages import BadCursor, Cursor, Page
from guildhall.db.pool import Database, Transaction
from guildhall.pack import WebPart
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.answers import kinds
from guildhall.packs.dota2.answers.errors import BadQuery
from guildhall.packs.dota2.answers.parameters import After, Large, Limit, Small, part
from guildhall.packs.dota2.answers.views import computed
from guildhall.packs.dota2.boards.declared import HERO, MMR, RANK, WIN_RATE
from guildhall.packs.dota2.boards.rules import UNPLACED, account_tie, rank_tie
from guildhall.packs.dota2.leaderboards import queries
from guildhall.packs.dota2.leaderboards.schemas import LeaderboardRow
from guildhall.web.route import PUBLIC, Routes

routes = Routes("/api/v1/analytics")

_BY_SCORE = Cursor("by_score", 1, tuple[float, Large])
_BY_RANK = Cursor("by_rank", 1, tuple[Small, Small, Large])
_BOARDS = {"rank": RANK, "mmr": MMR, "win_rate": WIN_RATE, "hero": HERO}


@routes.get("/leaderboards", scope=PUBLIC, cached=Page[LeaderboardRow], raises=(BadQuery, BadCursor))
async def get_leaderboard(
    db: Database,
    cache: Cache,
    by: Annotated[
        Literal["rank", "win_rate", "mmr", "hero"],
        QueryParameter(name="by", description="`win_rate` and `hero` go by the lower end of the Wilson interval"),
    ] = "rank",
    hero_id: Annotated[
        int | None, QueryParameter(name="hero_id", ge=1, le=32767, required=False, description="With `by=hero`")
    ] = None,
    minimum_games: Annotated[
        int, QueryParameter(name="min_games", ge=1, le=1_000_000, description="For win rates")
    ] = 20,
    after: After = None,
    limit: Limit = 50,
) -> Answer:
    """Leaderboard of the known players.

    Players that this Guildhall knows, page by page.
    """
    if (by == "hero") != (hero_id is not None):
        raise BadQuery(detail="`hero_id` is needed with `by=hero`, and allowed only there.")
    board = _BOARDS[by]
    behind = _place(board, by, after)

    async def build(tx: Transaction) -> Page[LeaderboardRow]:
        if hero_id is not None:
            name = board.full_name(str(hero_id))
            rows = await queries.leaderboard_by_hero.many(tx, name, behind, minimum_games, limit + 1, hero_id)
        else:
            least = minimum_games if by == "win_rate" else None
            rows = await queries.leaderboard.many(tx, board.name, behind, least, limit + 1)
        if by == "rank":
            return _BY_RANK.page(
                rows, limit, lambda row: (row.rank_tier or 0, row.leaderboard_rank or UNPLACED, row.account_id)
            )
        return _BY_SCORE.page(rows, limit, lambda row: (row.score, row.account_id))

    key = kinds.LEADERBOARD.key(by, part(hero_id), minimum_games, limit, part(after))
    return await computed(db, cache, kinds.LEADERBOARD, key, build)


def _place(board: Board, by: str, after: str | None) -> bytes:
    """Return the place on a board that a cursor stands for. Raises BadCursor."""
    if after is None:
        return b""
    try:
        if by == "rank":
            rank, place, ranked = _BY_RANK.decode(after)
            return board.place(rank, str(ranked), rank_tie(place, AccountId(ranked)))
        score, scored = _BY_SCORE.decode(after)
        return board.place(score, str(scored), account_tie(AccountId(scored)))
    except ValueError as error:
        raise BadCursor from error


WEB = WebPart(routes=routes)
