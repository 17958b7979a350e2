"""The invalidation of cached answers about a player."""

from guildhall.core.cache.actions import invalidate
from guildhall.db.pool import Transaction
from guildhall.packs.dota2.accounts.rules import AccountId


async def invalidate_player(tx: Transaction, account_id: AccountId) -> None:
    """Have every process forget its answers about a player, those computed from the history too."""
    await invalidate(
        tx,
        f"player_profile:{account_id}",
        f"player_winloss:{account_id}",
        prefixes=(f"player_heroes:{account_id}:", f"player_matches:{account_id}:", *_figures(account_id)),
    )


async def forget_figures(tx: Transaction, account_id: AccountId) -> None:
    """Have every process forget figures that are computed from a player's history: statistics, streaks, rank over time.

    All comparisons go with them: a key does not tell without a search whose figures are in it.
    """
    await invalidate(tx, prefixes=_figures(account_id))


def _figures(account_id: AccountId) -> tuple[str, ...]:
    return f"player_analytics:{account_id}:", f"rank_progression:{account_id}:", "player_comparison:"
