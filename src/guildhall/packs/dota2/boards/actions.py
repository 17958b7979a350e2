"""Writes of players' scores."""

from collections.abc import Iterable

from guildhall.core.boards.schemas import Score
from guildhall.db.pool import Transaction
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.boards.declared import HERO, MMR, RANK, WIN_RATE
from guildhall.packs.dota2.boards.rules import account_tie, rank_tie, wilson_low


async def note_rank(tx: Transaction, account_id: AccountId, rank_tier: int | None, place: int | None) -> None:
    """Set a player's medal and place, or take them off the board."""
    if rank_tier is None:
        await RANK.remove(tx, str(account_id))
    else:
        await RANK.set(tx, str(account_id), rank_tier, tie=rank_tie(place, account_id))


async def note_mmr(tx: Transaction, account_id: AccountId, mmr: float | None) -> None:
    """Set a player's MMR, or take them off the board."""
    if mmr is None:
        await MMR.remove(tx, str(account_id))
    else:
        await MMR.set(tx, str(account_id), mmr, tie=account_tie(account_id))


async def note_record(tx: Transaction, account_id: AccountId, win: int, games: int) -> None:
    """Set a player's win rate, or take them off the board."""
    if games == 0:
        await WIN_RATE.remove(tx, str(account_id))
    else:
        await WIN_RATE.set(tx, str(account_id), wilson_low(win, games), tie=account_tie(account_id))


async def note_heroes(tx: Transaction, account_id: AccountId, records: Iterable[tuple[int, int, int]]) -> None:
    """Set a player's win rates with heroes, from heroes, games and wins."""
    member, tie = str(account_id), account_tie(account_id)
    scores = [Score(member, wilson_low(win, games), tie, subject=str(hero)) for hero, games, win in records if games]
    await HERO.set_many(tx, scores)


async def forget_player(tx: Transaction, account_id: AccountId) -> None:
    """Take a player off all boards."""
    for board in (RANK, MMR, WIN_RATE, HERO):
        await board.remove(tx, str(account_id))
